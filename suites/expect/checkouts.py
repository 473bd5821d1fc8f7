"""What running make in a copy of a checkout ought to leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from fixtures.artifacts.checkout import Checkout
from fixtures.artifacts.engine_images import GivenImage
from fixtures.artifacts.made import Made
from fixtures.artifacts.outputs import Folder, Packed, is_shipped
from fixtures.artifacts.shipped import NEEDED
from fixtures.artifacts.trees import File
from fixtures.oci.platforms import Platform
from fixtures.oci.program_headers import may_be
from suites.expect.outcomes import NonConforming, NotApplicable, NotRun, Untestable, holds, same

_MOST = 8
"""Paths of a kind that a sentence names."""


@contextmanager
def control() -> Iterator[None]:
    """Turn what accuses in the block into Untestable: what is judged stands on it."""
    try:
        yield
    except NonConforming as found:
        text = f"expected {found.expected}; found {found.found}"
        raise Untestable(f"what this stands on does not work: {text}") from found


def succeeded(made: Made) -> Made:
    """Raise NonConforming unless make exited with 0."""
    holds(made.status == 0, f"`{made.shell}` to succeed", f"it {made.how}")
    return made


def calls_to_fail(checkout: Checkout, made: Made) -> Sequence[int]:
    """Give numbers of calls that the compiler had. Raises NotRun where it had none: nothing then fails with it."""
    calls = checkout.sample_of_calls(made)
    if not calls:
        raise NotRun(f"`{made.shell}` never called the compiler that is stood in for: say by stand-in which one it is")
    return calls


def goals_of_its_own(checkout: Checkout, kind: str, platform: Platform) -> Sequence[str]:
    """Give the targets for a platform. Raises NotApplicable where those of a promised one are called so, too."""
    goals = checkout.goals(kind, [platform])
    if any(goals == checkout.goals(kind, [promised]) for promised in checkout.promised):
        raise NotApplicable(f"{' '.join(goals)} is a target of this project: its name does not tell {platform} apart")
    return goals


def failed(made: Made, what: str) -> None:
    """Raise NonConforming unless make ended by itself with another status than 0; `what` says why it was to."""
    by_itself = made.status is not None and made.status > 0
    holds(by_itself, f"`{made.shell}` to fail: {what}", f"it {made.how}")


def built(made: Made, platform: Platform) -> Folder:
    """Raise NonConforming unless make succeeded, and left a folder for a platform as it is to be; give the folder."""
    succeeded(made)
    return has_folder(made, platform)


def has_folder(made: Made, platform: Platform) -> Folder:
    """Raise NonConforming unless there is one folder for a platform, complete, of programs for it; give the folder."""
    found = made.folders_for(platform)
    expected = f"`{made.shell}` to leave one folder of programs that is named for {platform}"
    holds(len(found) == 1, expected, f"programs are in {_listed(made.folders)}")
    (folder,) = found
    missing = [name for name in NEEDED if not folder.programs.get(name)]
    holds(not missing, f"{folder} to have every program", f"without {', '.join(missing)}")
    for name in sorted(folder.digests):
        _is_for(made, folder, name, platform)
    return folder


def _is_for(made: Made, folder: Folder, name: str, platform: Platform) -> None:
    path, file = folder.programs[name] or ("", File(0, 0))
    header = made.headers[folder.path][name]
    expected = f"{path} to be a program for {platform}"
    holds(not header.problem, expected, header.problem)
    is_for = not header.platforms or any(may_be(each, platform) for each in header.platforms)
    holds(is_for, expected, f"it is one for {', '.join(map(str, sorted(header.platforms)))}")
    holds(file.mode & 0o111, f"{path} to be executable", f"its permissions are {file.mode:04o}")


def is_static(made: Made, platform: Platform) -> None:
    """Raise NonConforming where a program in the folder for a platform is dynamic."""
    (folder,) = made.folders_for(platform)
    dynamic = [name for name, header in sorted(made.headers[folder.path].items()) if header.is_dynamic]
    expected = f"programs for {platform} to be asked for as static, as on every other machine (CGO_ENABLED=0, say)"
    holds(not dynamic, expected, f"on a machine that is {platform} itself, dynamic ones: {', '.join(dynamic)}")


def packed(made: Made, platform: Platform, folder: Folder) -> Packed:
    """Raise NonConforming unless make left one archive for a platform, of a folder's programs; give the archive."""
    succeeded(made)
    found = made.archives_for(platform)
    expected = f"`{made.shell}` to leave one archive whose name tells {platform}"
    holds(len(found) == 1, expected, f"there are {_listed(made.archives)}")
    (archive,) = found
    holds(not archive.problem, f"{archive} to be an archive", archive.problem)
    names = {*NEEDED, *archive.digests}
    expected_digests = {name: folder.digests.get(name) for name in names}
    same(f"the programs in {archive}, as {folder} has them", dict(archive.digests), expected_digests)
    return archive


def packed_alone(made: Made, archive: Packed) -> None:
    """Raise NonConforming where make left or changed other archives than one."""
    others = [each for each in made.new_archives if each.path != archive.path]
    holds(not others, f"`{made.shell}` to leave {archive} alone", f"it left {_listed(others)} too")


def packs_or_fails(made: Made, platform: Platform, folder: Folder, what: str) -> None:
    """Raise NonConforming unless make either left what it ought to, or failed and left no archive of the platform."""
    if made.status == 0:
        packed(made, platform, folder)
    else:
        failed(made, what)
        no_archive(made)


def no_archive(made: Made) -> None:
    """Raise NonConforming where make left an archive."""
    holds(not made.new_archives, f"`{made.shell}`, which failed, to leave no archive", _told(made.new_archives))


def nothing_left(made: Made, word: str) -> None:
    """Raise NonConforming where make left programs, links to them, archives, or what has a word in its path."""
    left = [path for path in made.left if is_shipped(path) or word in path]
    holds(not left, f"`{made.shell}`, which failed, to leave nothing", _listed(left))


def nothing_elsewhere(made: Made) -> None:
    """Raise NonConforming where make left anything in the directory that it was called from."""
    expected = f"`{made.shell}` to leave what it makes in DIR, and nothing where it is called"
    holds(not made.outside, expected, f"where it was called there are {_listed(made.outside)}")


def others_untouched(made: Made, others: Iterable[Platform], before: Made) -> None:
    """Raise NonConforming where what there was before of other platforms is changed or gone."""
    paths = [path for other in others for path in _paths_of(before, other)]
    gone = [path for path in paths if path in made.gone]
    changed = [path for path in paths if path in made.left]
    expected = f"`{made.shell}` to leave what was made for other platforms as it was"
    holds(not gone, expected, f"gone: {_listed(gone)}")
    holds(not changed, expected, f"changed: {_listed(changed)}")


def _paths_of(made: Made, platform: Platform) -> list[str]:
    folders = [f"{each.path}/" for each in made.folders_for(platform)]
    inside = [path for path in made.after if any(path.startswith(folder) for folder in folders)]
    return [*inside, *(each.path for each in made.archives_for(platform))]


def same_programs(found: Made, expected: Mapping[str, str], than: str) -> None:
    """Raise NonConforming unless a run left the programs that are expected; `than` says what left these."""
    succeeded(found)
    same(f"the programs that `{found.shell}` leaves, as {than} does", found.programs, expected)


def same_archives(found: Made, expected: Mapping[str, str], than: str) -> None:
    """Raise NonConforming unless a run left archives with the programs that are expected."""
    succeeded(found)
    same(f"the programs in archives that `{found.shell}` leaves, as {than} does", found.packed, expected)


def same_contents(found: Made, expected: Mapping[str, str], than: str) -> None:
    """Raise NonConforming unless a run left archives of these names, which hold what is expected."""
    succeeded(found)
    same(f"what archives hold that `{found.shell}` leaves, as {than} does", found.contents, expected)


def whole(made: Made, checkout: Checkout) -> Made:
    """Raise NonConforming unless make succeeded, and there is a folder for each promised platform; give the run."""
    for platform in checkout.promised:
        built(made, platform)
    return made


def has_tools(checkout: Checkout) -> None:
    """Raise NotRun where no promised platform is built, for want of a program that the Makefile calls.

    Where others are built, it is the Makefile that asks for what is not there.
    """
    runs = [checkout.built(platform) for platform in checkout.promised]
    if all(made.lacks_tool for made in runs):
        said = runs[0].completed.stderr.strip().splitlines()[:1]
        raise NotRun(f"`{runs[0].shell}` needs a program that is not here: {' '.join(said)[:200]}")


def every_member(checkout: Checkout) -> Made:
    """Raise NonConforming unless each promised platform is built and packed by its own targets; give the last run."""
    folders = every_build(checkout)
    runs = checkout.members.packed
    for platform, made in runs.items():
        packed(made, platform, has_folder(folders, platform))
    return list(runs.values())[-1]


def every_build(checkout: Checkout) -> Made:
    """Raise NonConforming unless each promised platform is built by its own target, and kept; give the last run."""
    runs = checkout.members.built
    for platform, made in runs.items():
        built(made, platform)
    last = list(runs.values())[-1]
    for platform in runs:
        has_folder(last, platform)
    return last


def packed_by_the_project(checkout: Checkout, made: Made, archive: Packed) -> None:
    """Raise NotRun where it was the suite's own packager that made an archive."""
    if checkout.packed_by_stand_in(made, archive):
        own = "name the project's own, as docs/how-to/release-checkout.md says"
        raise NotRun(f"the suite's packager stands in for the project's here: {own}")


def repeated(again: Packed, archive: Packed) -> None:
    """Raise NonConforming unless an archive that was packed again has the name and the bytes of the one before."""
    same("the name of the archive, packed again a second later", again.path, archive.path)
    same(f"the SHA-256 of {archive}, packed again a second later", again.digest, archive.digest)


def _told(archives: Sequence[Packed]) -> str:
    return ", ".join(f"{each} ({each.problem})" if each.problem else str(each) for each in archives)


def _listed(things: Iterable[object] | Mapping[str, object]) -> str:
    every = list(map(str, things))
    more = f" and {len(every) - _MOST} more" if len(every) > _MOST else ""
    return f"{', '.join(every[:_MOST])}{more}" if every else "none"


def reachable_base(made: Made) -> None:
    """Raise NotRun where not even the image for this machine's own platform can be made: a base may be out of reach."""
    if made.status != 0:
        why = "what it is made on may be out of reach, as make has no network here"
        raise NotRun(f"no image is made for this machine's own platform either: `{made.shell}` {made.how}; {why}")


def given(made: Made, images: Sequence[GivenImage], platform: Platform) -> None:
    """Raise NonConforming unless the engine was given one image with a tag, and it is for a platform altogether."""
    succeeded(made)
    tagged = [image for image in images if image.tags]
    expected = f"`{made.shell}` to give the engine one image for {platform}, with a tag"
    holds(len(tagged) == 1, expected, f"it was given {_listed(images)}")
    (image,) = tagged
    holds(platform.accepts(image.platform), expected, f"it was given {image}")
    right = {f"{platform.os}/{platform.architecture}"}
    holds(image.programs == right, f"{image} to have programs for {platform}", f"for {_listed(sorted(image.programs))}")


def all_given(runs: Sequence[Made], images: Sequence[GivenImage]) -> None:
    """Raise NonConforming unless each run of make exited with 0, and images came of them."""
    for made in runs:
        succeeded(made)
    holds(images, "the engine to be given images", "it was given none")


def tags_of_their_own(images: Sequence[GivenImage], platforms: Sequence[Platform]) -> None:
    """Raise NonConforming unless there is an image with a tag for each platform."""
    tagged = [image.platform for image in images if image.tags]
    lost = [platform for platform in platforms if not any(platform.accepts(each) for each in tagged)]
    expected = "an image for each platform under a tag of its own, once all are made"
    holds(not lost, expected, f"there are {_listed(images)}: none is left for {_listed(lost)}")
