"""What an archive or folder of a release ought to be: there, whole, for its platform, and called as it is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from fixtures.archives.tree import Broken, Entry, EntryKind
from fixtures.artifacts.release import Release
from fixtures.artifacts.shipped import NEEDED, Shipped
from fixtures.artifacts.variants import variant_needed, variant_promised
from fixtures.errors import ReleaseDamaged
from fixtures.oci.platform_words import without_platform
from fixtures.oci.platforms import Platform
from fixtures.oci.program_headers import (
    KNOWN_MACHINES,
    UnknownProgram,
    begins_as_program,
    interpreter_of,
    may_be,
    platforms_of,
)
from suites.expect.outcomes import NotApplicable, NotRun, Untestable, holds

_PACK = {"amd64": "x86-64", "arm64": "arm64", "ppc64le": "ppc64le", "s390x": "s390x"}
"""What pack calls the architectures of Linux that it asks for (pkg/client/create_builder.go)."""

_ELF_SYSTEM = "linux"
"""Programs of other systems are linked to what every machine with that system has."""


def one_for(release: Release, platform: Platform) -> None:
    """Raise NonConforming unless there is exactly one archive, or folder, for a platform, and it can be read.

    Of places with archives and others with folders, each has one. What one holds may be packed in several ways.
    """
    found = release.shipped_for(platform)
    kinds = [each.is_archive for each in found if not release.other_form(each)]
    unnamed = f"; these tell no platform: {', '.join(release.unnamed)}" if release.unnamed else ""
    there = f"{', '.join(map(str, found)) or 'none'}{unnamed}"
    once = bool(found) and all(kinds.count(kind) <= 1 for kind in (True, False))
    holds(once, f"one archive, or folder of programs, for {platform}", there)
    for each in found:
        holds(each.tree.entries, f"{each} to hold something", "it is empty")


def only_promised(release: Release) -> None:
    """Raise NonConforming where there is an archive or folder for a platform that is not promised."""
    if not release.shipped:
        raise Untestable("there is no archive, and no folder of programs, whose name tells a platform")
    others = [f"{each} (for {each.platform})" for each in release.shipped if each.platform not in release.promised]
    holds(not others, f"archives for {', '.join(map(str, release.promised))}, and no others", ", ".join(others))


def readable(release: Release, platform: Platform) -> Sequence[Shipped]:
    """Give the archives and folders for a platform. Raises Untestable where there is none, or one can't be read."""
    found = release.shipped_for(platform)
    if not found:
        raise Untestable(f"there is no archive, and no folder of programs, for {platform}")
    for each in found:
        try:
            if not each.tree.entries:
                raise Untestable(f"{each} is empty")
        except ReleaseDamaged as problem:
            raise Untestable(str(problem)) from problem
    return found


def with_programs(release: Release, platform: Platform) -> Sequence[Shipped]:
    """Give them where each has a program of a phase. Raises Untestable."""
    found = readable(release, platform)
    for each in found:
        if not each.programs():
            raise Untestable(f"{each} has no program of a phase")
    return found


def of_each(found: Sequence[Shipped], check: Callable[[Shipped], None]) -> None:
    """Hold each archive and folder for a platform to something: what one is not about, the other may be.

    Raises what the check raises; NotApplicable where it is about none of them.
    """
    reasons = []
    for shipped in found:
        try:
            check(shipped)
        except NotApplicable as reason:
            reasons.append(str(reason))
    if len(reasons) == len(found):
        raise NotApplicable("; ".join(dict.fromkeys(reasons)))


def complete(shipped: Shipped) -> None:
    """Raise NonConforming unless every program is there, and may be executed.

    Where a link leads to is another requirement's matter.
    """
    programs = shipped.programs()
    missing = [phase for phase in NEEDED if phase not in programs]
    holds(not missing, f"{shipped} to hold {', '.join(NEEDED)}", f"without {', '.join(missing)}")
    for phase, entry in programs.items():
        try:
            file = shipped.tree.follow(entry.name)
        except Broken:
            continue
        expected = f"{phase} of {shipped} to be a program that may be executed"
        holds(file.kind is EntryKind.FILE, expected, f"{file.name} is a {file.kind}")
        holds(file.size or file.problem, expected, f"{file.name} is empty")
        # What is for Windows goes by its name.
        may = file.is_executable or shipped.platform.os == "windows"
        holds(may, expected, f"{file.name} has the mode {file.mode:04o}")


def whole_links(shipped: Shipped) -> None:
    """Raise NonConforming unless every name and link stays inside, and those beside the programs lead to one."""
    tree = shipped.tree
    holds(not tree.outside, f"names in {shipped} that stay inside", ", ".join(tree.outside))
    for entry in tree.entries.values():
        expected = f"{entry.name} of {shipped} to be a relative link to something in it"
        if entry.kind is EntryKind.FILE and entry.problem.startswith("is a link"):
            holds(False, expected, f"it {entry.problem}")
        if entry.kind is EntryKind.LINK:
            _whole_link(shipped, entry, expected)


def _whole_link(shipped: Shipped, entry: Entry, expected: str) -> None:
    holds(not entry.target.startswith("/"), expected, f"it leads to the absolute {entry.target}")
    try:
        found = shipped.tree.follow(entry.name)
    except Broken as problem:
        holds(False, expected, f"{entry.target}, which {problem}")
        return
    if entry.name in [each.name for each in shipped.programs().values()]:
        to_program = found.kind is EntryKind.FILE and (found.is_executable or shipped.platform.os == "windows")
        holds(to_program, f"{entry.name} of {shipped} to lead to a program", f"{found.name}, a {found.kind}")


def of_its_platform(shipped: Shipped) -> None:
    """Raise NonConforming unless each program is for the os and architecture that the place is named for.

    Scripts are for every machine: where there is nothing else, NotApplicable is raised.
    """
    platform = shipped.platform
    if platform.architecture not in KNOWN_MACHINES:
        raise NotRun(f"the suite can't tell programs for {platform.architecture}")
    programs = shipped.program_files()
    if not programs:
        raise Untestable(f"no name in {shipped} leads to a program")
    stated = 0
    for name, path in programs.items():
        expected = f"{name} of {shipped} to be a program for {platform.os}/{platform.architecture}"
        try:
            found = platforms_of(path)
        except UnknownProgram as problem:
            what = str(problem).removeprefix(f"{path} ")
            holds(False, expected, f"it {what}")
            continue
        stated += bool(found)
        script = not found and begins_as_program(path)
        holds(found or script, expected, "neither a program nor a script")
        right = script or any(may_be(each, platform) for each in found)
        holds(right, expected, f"a program for {' and '.join(sorted(map(str, found)))}")
    if not stated:
        raise NotApplicable("its programs are scripts, which are for every machine")


def _programs(shipped: Shipped) -> Mapping[str, Path]:
    """Give the programs by name. Raises Untestable where no name leads to one, or one leads to something else."""
    found = shipped.program_files()
    others = [name for name, path in found.items() if not begins_as_program(path)]
    if others or not found:
        raise Untestable(f"no program in {shipped}: {', '.join(others) or 'no name leads to one'}")
    return found


def needs_no_newer(shipped: Shipped) -> None:
    """Raise NonConforming where a program needs a newer variant than the platform that the place is named for has."""
    needed = {name: variant_needed(path, shipped.platform) for name, path in _programs(shipped).items()}
    stated = {name: variant for name, variant in needed.items() if variant is not None}
    promised = variant_promised(shipped.platform)
    newer = [f"{name} needs v{variant}" for name, variant in stated.items() if variant > promised]
    holds(not newer, f"programs in {shipped} for v{promised} of {shipped.platform.architecture}", ", ".join(newer))
    if not stated and shipped.platform.architecture == "arm64":
        raise NotApplicable("arm64 has one variant, unless something in a program says that it needs a newer one")
    if not stated:
        raise NotRun("nothing in the programs tells which variant they need")


def has_variants(platform: Platform) -> None:
    """Raise NotApplicable where the architecture of a platform has none that a program can be held to."""
    if not variant_promised(platform):
        raise NotApplicable(f"{platform.architecture} has no variants")


def needs_nothing(shipped: Shipped) -> None:
    """Raise NonConforming where a program for Linux takes an interpreter, or a loader, to start."""
    if shipped.platform.os != _ELF_SYSTEM:
        raise NotApplicable("what a builder has beside programs differs on Linux alone")
    found = {name: interpreter_of(path) for name, path in _programs(shipped).items()}
    needing = [f"{name} needs {interpreter}" for name, interpreter in found.items() if interpreter]
    holds(not needing, f"programs in {shipped} that start without anything else", ", ".join(needing))


def called_as_pack_asks(release: Release, shipped: Shipped) -> None:
    """Raise NonConforming unless an archive has the name that pack asks for."""
    platform = shipped.platform
    word = _PACK.get(platform.architecture) if platform.os == "linux" and not platform.variant else None
    if word is None or not shipped.is_archive:
        raise NotApplicable(
            "pack asks for no folder" if not shipped.is_archive else f"pack asks for none for {platform}"
        )
    if other := release.other_form(shipped):
        raise NotApplicable(f"it holds what {other} holds, which pack asks for")
    right = re.fullmatch(rf"lifecycle-v\d[\w.-]*\+linux\.{re.escape(word)}\.tgz", shipped.name)
    holds(right, f"lifecycle-v<version>+linux.{word}.tgz, which pack asks for", shipped.name)


def _names(shipped: Shipped) -> Mapping[str, str]:
    """Give the names of files by what they are without words for platforms, which may differ."""
    files = (name for name, entry in shipped.tree.entries.items() if entry.kind is not EntryKind.DIRECTORY)
    return {without_platform(name): name for name in files}


def same_files(release: Release) -> None:
    """Raise NonConforming unless the archives, or folders, of one system hold files of the same names."""
    groups: dict[tuple[str, bool], list[Shipped]] = {}
    for platform in release.promised:
        for each in readable(release, platform):
            groups.setdefault((platform.os, each.is_archive), []).append(each)
    if all(len(each) < 2 for each in groups.values()):
        raise NotApplicable("there are no two of one system")
    for first, *others in groups.values():
        for other in others:
            names, others_names = _names(first), _names(other)
            differing = sorted(names.keys() ^ others_names.keys())
            found = "; ".join(
                f"{names[each]} is in {first} alone" if each in names else f"{others_names[each]} is in {other} alone"
                for each in differing
            )
            holds(not differing, f"{first} and {other} to hold files of the same names", found)
