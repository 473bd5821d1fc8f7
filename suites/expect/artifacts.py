"""What an archive or folder of a release ought to be."""

from __future__ import annotations

from collections.abc import Sequence

from fixtures.artifacts.release import Release
from fixtures.artifacts.shipped import Shipped
from fixtures.errors import ReleaseDamaged
from fixtures.oci.platforms import Platform
from suites.expect.outcomes import Untestable, holds


def one_for(release: Release, platform: Platform) -> None:
    """Raise NonConforming unless there is exactly one archive, or folder, for a platform, and it can be read.

    Of places with archives and others with folders, each has one.
    """
    found = release.shipped_for(platform)
    kinds = [each.is_archive for each in found]
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
                raise Untestable(f"{each} holds nothing")
        except ReleaseDamaged as problem:
            raise Untestable(str(problem)) from problem
    return found
