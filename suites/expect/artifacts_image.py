"""What a lifecycle image of a release ought to be: whole, for the platforms that are promised, and described so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations
from typing import TypeVar

from fixtures.artifacts.image_contents import (
    COMPANIONS,
    HOME,
    base_programs,
    descriptor_of,
    has_base,
    labels_of,
    missing_programs,
    program_path,
    programs_of,
    traits_of,
)
from fixtures.artifacts.images import ReleaseChild, ReleaseImage, serves, stated_platform
from fixtures.artifacts.release import Release
from fixtures.artifacts.shipped import NEEDED
from fixtures.errors import Damaged, EnvironmentMissing, Missing
from fixtures.oci.platforms import Platform
from suites.expect.artifacts import readable
from suites.expect.descriptor import descriptor_of as descriptor_of_archive
from suites.expect.descriptor import says_version
from suites.expect.outcomes import NonConforming, NotApplicable, NotRun, Untestable, accusation, holds, same

Subject = TypeVar("Subject")


@contextmanager
def there() -> Iterator[None]:
    """Raise NonConforming for what is read in the block and is not there."""
    try:
        yield
    except Missing as fact:
        raise NonConforming("what the image leads to to be there", str(fact)) from fact


@contextmanager
def needed() -> Iterator[None]:
    """Raise Untestable for what is read in the block and is not there, or not as it should be: another row says so."""
    try:
        yield
    except (Damaged, Missing, NonConforming) as fact:
        found = str(fact) if isinstance(fact, Missing) else accusation(fact).found
        raise Untestable(found) from fact


def shipped_images(release: Release) -> Sequence[ReleaseImage]:
    """Give the images of a release. Raises NonConforming where there is none."""
    with there():
        found = release.published.images
    holds(found, f"an image in {release.spec.text}", "there is none")
    return found


def published_images(release: Release) -> Sequence[ReleaseImage]:
    """Give the images of a release, each with one child at least. Raises Untestable where there is none."""
    with needed():
        found = shipped_images(release)
        for image in found:
            holds(image.children, f"an image in {image.name}", f"{image.name} has none")
    return found


def each(subjects: Iterable[Subject], judge: Callable[[Subject], None]) -> None:
    """Judge one after the other. What can't be judged is said at the end: it hides nothing that is wrong."""
    unjudged: list[Exception] = []
    for subject in subjects:
        try:
            judge(subject)
        except (Untestable, NotRun, EnvironmentMissing) as reason:
            unjudged.append(reason)
    if unjudged:
        raise unjudged[0]


def has_child(image: ReleaseImage, platform: Platform) -> None:
    """Raise NonConforming unless an image has exactly one child for a promised platform, by what its list states."""
    with there():
        found = [child for child in image.children if serves(platform, stated_platform(child))]
        every = ", ".join(str(stated_platform(child)) for child in image.children)
        if not found:
            _check_whole(image)
    kind = "the list" if image.is_list else "a single image"
    holds(found, f"{image.name} to have an image for {platform}", f"{kind} has {every or 'none'}")


def has_no_other(image: ReleaseImage, promised: Sequence[Platform]) -> None:
    """Raise NonConforming where an image has a child for a platform that is not promised, or for the same one twice."""
    with there():
        found = [stated_platform(child) for child in image.children]
    holds(found, f"{image.name} to have an image for {_listed(promised)}", "it has none")
    twice = [str(second) for first, second in combinations(found, 2) if is_same(first, second)]
    holds(not twice, f"one image for each platform in {image.name}", f"two are for {', '.join(twice)}")
    others = [str(each) for each in found if not any(serves(one, each) for one in promised)]
    holds(not others, f"images for {_listed(promised)} alone in {image.name}", f"one is for {', '.join(others)}")


def described_as_it_is(child: ReleaseChild) -> None:
    """Raise NonConforming unless an entry states the platform of its image, and that is what the config states.

    An image that stands alone is described by its config. An unstated variant of arm64 means v8; elsewhere one that is
    stated on one side only is no contradiction.
    """
    with there():
        own = child.platform
    holds(own.os and own.architecture, f"the config of {child.name} to state os and architecture", f"{own}")
    if not child.is_listed:
        return
    described = child.described
    if described is None:
        raise NonConforming(f"the entry of {child.name} to state its platform", f"it states none; its config is {own}")
    open_variant = own.architecture != "arm64" and "" in (own.variant, described.variant)
    same = described.same_architecture(own) and (open_variant or described.normal_variant == own.normal_variant)
    versions = {described.os_version, own.os_version} - {""}
    holds(same and len(versions) < 2, f"the entry for {described} to lead to an image for it", f"its config says {own}")


def made_for_its_platform(child: ReleaseChild) -> None:
    """Raise NonConforming unless every program of the lifecycle in an image is for the platform of its config.

    Raises Untestable where all of them are scripts, which are for none.
    """
    with there():
        own, programs = child.platform, dict(programs_of(child))
    holds(programs, f"programs below /{HOME} in {child.name}", "there are none")
    broken = [f"{name}: {file.problem}" for name, file in programs.items() if file.problem]
    holds(not broken, f"the programs of {child.name} to be programs for {own}", "; ".join(broken))
    wrong = foreign_programs(child)
    holds(not wrong, f"the programs of {child.name} to be for {own}, as its config says", "; ".join(wrong))
    if all(file.is_script for file in programs.values()):
        raise Untestable(f"the programs of {child.name} are scripts, which are for no platform")


def foreign_programs(child: ReleaseChild) -> Sequence[str]:
    """Tell of each program of the lifecycle in an image that is for another platform than its config states."""
    return [
        f"{name} is for {_listed(sorted(file.platforms))}"
        for name, file in programs_of(child)
        if file.platforms and not any(child.platform.same_architecture(each) for each in file.platforms)
    ]


def complete(child: ReleaseChild) -> None:
    """Raise NonConforming unless an image has every program of a lifecycle where platforms look for it, executable."""
    with needed():
        lacking = missing_programs(child)
    holds(not lacking, f"every program of a lifecycle below /{HOME} in {child.name}", "; ".join(lacking))


def labeled_as_described(child: ReleaseChild) -> None:
    """Raise NonConforming unless an image's labels say a version and APIs, those that its lifecycle.toml says."""
    with needed():
        labels, descriptor = labels_of(child), descriptor_of(child)
    holds(labels.version, f"{child.name} to have a label that says its version", "it has none")
    holds(labels.apis, f"{child.name} to have a label that says its APIs", labels.problem or "it has none")
    if descriptor is None:
        return
    expected, found = (f"{each.version}, with {each.said}" for each in (descriptor, labels))
    same = labels.version == descriptor.version and (descriptor.apis is None or labels.apis == descriptor.apis)
    holds(same, f"labels of {child.name} that say what lifecycle.toml says: {expected}", found)


def say_the_version(image: ReleaseImage, platform: Platform, release: Release) -> None:
    """Raise NonConforming unless the programs of a platform's image say the version of its label.

    Raises Untestable without image, program or label, and EnvironmentMissing where it can't be started here.
    """
    release.programs.check(platform)
    with needed():
        child = image.child(platform)
        version = labels_of(child).version if child else ""
        strange = foreign_programs(child) if child else ()
        run = release.published.start(child) if child and version and not strange else None
    if strange:
        raise Untestable(strange[0])
    if child is None:
        _check_whole(image)
    if run is None:
        raise Untestable(f"{image.name} has no image for {platform} with a label and a program that say a version")
    says_version(run, version)


def of_the_archive(image: ReleaseImage, platform: Platform, release: Release) -> None:
    """Raise NonConforming unless a platform's image is labeled with the version and APIs that its archive states.

    Raises Untestable where either can't be read.
    """
    with needed():
        child = image.child(platform)
        labels = labels_of(child) if child else None
    for shipped in readable(release, platform):
        stated = descriptor_of_archive(shipped)
        if labels is None or not labels.version or labels.apis is None:
            raise Untestable(f"{image.name} has no image for {platform} whose labels say a version and APIs")
        same(f"the version of {image.name}, {platform}, as {shipped} states it", labels.version, stated.version)
        for kind, apis in (("platform", stated.platform_apis), ("buildpack", stated.buildpack_apis)):
            found = sorted(frozenset().union(*labels.apis[kind]))
            same(f"the {kind} APIs of {image.name}, {platform}, as {shipped} states them", found, sorted(set(apis)))


def made_of_the_archive(image: ReleaseImage, platform: Platform, release: Release) -> None:
    """Raise NonConforming unless the programs of a platform's image are those of its archive, byte for byte.

    Raises Untestable where either can't be read.
    """
    with needed():
        child = image.child(platform)
        if child is None:
            raise Untestable(f"{image.name} has no image for {platform}")
        found = {name: child.files.find(program_path(child, name))[1] for name in NEEDED}
    for shipped in readable(release, platform):
        for name in NEEDED:
            inside, packed = found[name], shipped.digest(name)
            if inside is None or not packed:
                raise Untestable(f"{shipped} and {child.name} have not both a program {name}")
            same(f"{name} of {child.name}, as it is in {shipped}", inside.digest, packed)


def same_release(image: ReleaseImage, promised: Sequence[Platform]) -> None:
    """Raise NonConforming unless all children of an image are labeled with one version and the same APIs."""
    with needed():
        found = {child.name: labels_of(child) for child in several(image, promised)}
    first, *others = found.values()
    holds(first.version and first.apis, "images that say their version and APIs", "; ".join(found))
    said = "; ".join(f"{name}: {labels.version}, with {labels.said}" for name, labels in found.items())
    same = all((each.version, each.apis) == (first.version, first.apis) for each in others)
    holds(same, f"one version, and the same APIs, in all images of {image.name}", said)


def same_otherwise(image: ReleaseImage, promised: Sequence[Platform]) -> None:
    """Raise NonConforming unless the children of one os agree on what does not hang on the architecture."""
    with needed():
        found = [(child, child.platform.os, traits_of(child)) for child in several(image, promised)]
    firsts = {system: (child, traits) for child, system, traits in reversed(found)}
    for child, system, traits in found:
        first, theirs = firsts[system]
        for name, value in traits.items():
            said = f"{_only(value, theirs[name])} in {child.name}, {_only(theirs[name], value)} in {first.name}"
            holds(value == theirs[name], f"the same {name} in all images of {image.name}", said)


def several(image: ReleaseImage, promised: Sequence[Platform]) -> Sequence[ReleaseChild]:
    """Give the children of an image. Raises NotApplicable where one is all that is promised, Untestable for less."""
    _check_whole(image)
    if len(promised) < 2:
        raise NotApplicable(f"one platform is promised, {_listed(promised)}: there is nothing to compare")
    if len(image.children) < 2:
        raise Untestable(f"{image.name} has {len(image.children)} image: there is nothing to compare")
    return image.children


def on_a_base(child: ReleaseChild) -> None:
    """Raise NonConforming unless there is something below the lifecycle in an image, and it is of its architecture."""
    with needed():
        own, is_there, programs = child.platform, has_base(child), base_programs(child)
    holds(is_there, f"a base below the lifecycle in {child.name}", "its layers have nothing but the lifecycle")
    allowed = {own.architecture, *COMPANIONS.get(own.architecture, ())}
    wrong = [f"{path} is for {_listed(sorted(found))}" for path, found in programs.items() if not _any(found, allowed)]
    holds(not wrong, f"a base for {own} in {child.name}", "; ".join(wrong[:5]))
    native = not programs or any(_any(found, {own.architecture}) for found in programs.values())
    holds(native, f"a base for {own} in {child.name}", "none of its programs is")


def _check_whole(image: ReleaseImage) -> None:
    """Raise NotRun for an image where one platform of it is kept: what the others are like, nobody knows."""
    if image.holds_one:
        kept = ", ".join(str(stated_platform(child)) for child in image.children)
        raise NotRun(f"{image.name} is where one platform of an image is kept, and that is {kept}")


def _any(found: frozenset[Platform], architectures: set[str]) -> bool:
    return any(each.architecture in architectures for each in found)


def is_same(first: Platform, second: Platform) -> bool:
    """Whether images for two platforms serve the same machines."""
    versions = (first.os_version, second.os_version)
    same = first.same_architecture(second) and first.normal_variant == second.normal_variant
    return same and ("" in versions or versions[0] == versions[1])


def _listed(platforms: Sequence[Platform]) -> str:
    return ", ".join(map(str, platforms)) or "none"


def _only(value: object, other: object) -> str:
    """Give of two sets only what is in the first and not in the other."""
    if isinstance(value, frozenset) and isinstance(other, frozenset):
        return ", ".join(sorted(map(str, value - other))[:5]) or "nothing"
    return str(value) or "nothing"
