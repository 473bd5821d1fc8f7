"""What the tags of a release ought to lead to: lists, their images, and one version for `latest`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, product

from semver import Version

from fixtures.artifacts.images import ReleaseImage, stated_platform
from fixtures.artifacts.naming import Naming
from fixtures.artifacts.release import Release
from fixtures.artifacts.tags import ReleaseTags
from fixtures.artifacts.versions import LATEST, TagKind, is_final
from fixtures.oci.platforms import Platform
from suites.expect.artifacts_image import each, is_same, needed, there
from suites.expect.outcomes import NonConforming, NotRun, Untestable, holds, same


def repositories(release: Release) -> Sequence[ReleaseTags]:
    """Give the tags of each repository of a release. Raises Untestable for one without any."""
    for tags in release.published.tags:
        if not tags.names:
            raise Untestable(f"{tags.name} has no tag of a commit, a version or `latest`")
    return release.published.tags


def tagged(tags: ReleaseTags, kind: TagKind) -> Sequence[str]:
    """Give what the tags of a kind begin with that are to be judged.

    Raises Untestable for a repository with a final version and without `latest`, and NotRun where there is nothing of
    the kind yet, or nothing that says which of the commits a version is.
    """
    with needed():
        found = tags.judged(kind)
    if found:
        return found
    if kind is TagKind.LATEST and tags.newest:
        raise Untestable(f"{tags.name} has version {tags.newest}, and no tag latest")
    if kind is TagKind.COMMIT and tags.commits:
        raise NotRun(f"which commits of {tags.name} its versions are, neither their programs nor their labels say")
    raise NotRun(f"no tag of {tags.name} is of a {kind}" if kind is not TagKind.LATEST else _no_final(tags))


def has_latest(tags: ReleaseTags) -> None:
    """Raise NonConforming for a repository with a version that is no pre-release, and without `latest`."""
    holds(
        tags.has_latest or not tags.newest, f"a tag latest in {tags.name}, as {tags.newest} is final", "there is none"
    )


def each_tagged(tags: ReleaseTags, kind: TagKind, judge: Callable[..., None], *more: object) -> None:
    """Judge each tag of a kind by `judge(tags, tag, *more)`."""
    each(tagged(tags, kind), lambda tag: judge(tags, tag, *more))


def leads_to_list(tags: ReleaseTags, tag: str, promised: Sequence[Platform]) -> None:
    """Raise NonConforming unless a tag leads to a list; where one platform is promised, to an image of it."""
    with there():
        image = tags.image(tag)
    wanted = f"{tags.name}:{tag} to lead to a list of images for {', '.join(map(str, promised))}"
    if image is None:
        raise NonConforming(wanted, "there is no such tag")
    holds(image.children, wanted, "the list is empty")
    holds(image.is_list or len(promised) == 1, wanted, "it leads to a single image")


def leads_to_child(tags: ReleaseTags, tag: str, platform: Platform, naming: Naming) -> None:
    """Raise NonConforming unless the tags of a platform that go with another lead to what its list has for it.

    Raises Untestable where the list has no image for the platform, or two for the same: then the list is at fault.
    """
    with needed():
        image = tags.image(tag)
        children = image.children_for(platform) if image else ()
    if not children:
        raise Untestable(f"{tags.name}:{tag} " + ("is not there" if image is None else f"has no image for {platform}"))
    found = tags.of_platform(tag, platform)
    expected = naming.tag(tag, platform)
    holds(found, f"a tag {expected} in {tags.name}", f"{tag} has no tag for {platform}")
    for name in found:
        digest = tags.leads_to(name)
        if digest not in [child.digest for child in children]:
            same(f"{tags.name}:{name}, which {tag} has for {platform}", digest, children[0].digest)
    twice = [two for one, two in combinations(map(stated_platform, children), 2) if is_same(one, two)]
    if twice:
        raise Untestable(f"{tags.name}:{tag} has two images for {twice[0]}")


def retagged(tags: ReleaseTags, version: str, platforms: Sequence[Platform]) -> None:
    """Raise NonConforming unless a version is the images of its commit, all of them and by each platform's tag.

    Raises NotRun where its commit is not known, and Untestable where a version is not there.
    """
    with needed():
        image = tags.image(version)
        if image is None or not image.children:
            raise Untestable(f"{tags.name}:{version} is not there, or empty")
        revision, commit = tags.revision_of(image), tags.commit_of(image)
        built = tags.image(commit) if commit else None
    if not revision and not commit:
        raise NotRun(f"no tag of a commit leads to {version}, and nothing says what commit it was built of")
    if built is None:
        raise NotRun(f"{version} says that it was built of {revision}, and {tags.name} has no tag of that commit")
    holds(
        _are_same(image, built),
        f"{tags.name}:{version} to be the images of {commit}, tagged again",
        f"{version} is {_digests(image)}; {commit} is {_digests(built)}",
    )
    for platform in platforms:
        for one, two in product(tags.of_platform(version, platform), tags.of_platform(commit, platform)):
            same(f"{tags.name}:{one}, which is {two} tagged again", tags.leads_to(one), tags.leads_to(two))


def of_one_version(tags: ReleaseTags, platforms: Sequence[Platform]) -> None:
    """Raise NonConforming unless `latest`, and each `latest-…`, is what one version's tags lead to.

    Raises Untestable where there is no `latest`, or no version, to compare.
    """
    with needed():
        image = _latest(tags)
        version = _version_of_latest(tags, image)
        labeled = tags.versions.get(tags.version_of(image) or Version(0))
        own = tags.image(labeled) if labeled else None
    if not version and labeled and own is None:
        raise Untestable(f"{tags.name}:{labeled}, which {LATEST} is by its labels, is not there")
    if not version and own and image.digests < own.digests and not image.is_list:
        raise Untestable(f"{tags.name}:{LATEST} leads to a single image of {labeled}")
    if not version:
        raise NonConforming(f"{tags.name}:{LATEST} to be the images of a version that has a tag", _digests(image))
    for platform in platforms:
        for one, two in product(tags.of_platform(LATEST, platform), tags.of_platform(version, platform)):
            same(f"{tags.name}:{one}, as {version} is latest, {two}", tags.leads_to(one), tags.leads_to(two))


def newest_is_latest(tags: ReleaseTags) -> None:
    """Raise NonConforming unless `latest` is the highest version that is no pre-release.

    Raises Untestable where there is no `latest`, or it is of no version.
    """
    with needed():
        image = _latest(tags)
        text = _version_of_latest(tags, image)
        version = next((each for each, base in tags.versions.items() if base == text), tags.version_of(image))
    if version is None:
        raise Untestable(f"of what version {tags.name}:{LATEST} is, neither its digest nor its labels say")
    holds(is_final(version), f"{tags.name}:{LATEST} to be no pre-release", f"it is {version}")
    highest = tags.newest
    holds(not highest or version >= highest, f"{tags.name}:{LATEST} to be {highest}, the highest", f"it is {version}")


def _latest(tags: ReleaseTags) -> ReleaseImage:
    """Give what `latest` leads to.

    Raises NotRun where there is no final version yet, and Untestable where it leads to nothing.
    """
    image = tags.image(LATEST)
    if not image and not tags.newest:
        raise NotRun(_no_final(tags))
    if image is None or not image.children or not tags.versions:
        raise Untestable(f"{tags.name} has no {'tag of a version' if image else 'tag latest'}, or no image there")
    return image


def _version_of_latest(tags: ReleaseTags, image: ReleaseImage) -> str:
    """Give the tag of the version whose images `latest` has; "" for none."""
    for base in tags.versions.values():
        other = tags.image(base)
        if other and _are_same(image, other):
            return base
    return ""


def _are_same(one: ReleaseImage, other: ReleaseImage) -> bool:
    """Whether two lists are the same images: a list may be made anew, of images that are not."""
    return one.digest == other.digest or (bool(one.digests) and one.digests == other.digests)


def _digests(image: ReleaseImage) -> str:
    return ", ".join(f"{child.digest} for {child.described or 'all'}" for child in image.children) or image.digest


def _no_final(tags: ReleaseTags) -> str:
    return f"{tags.name} has no version that is final, and no tag latest"
