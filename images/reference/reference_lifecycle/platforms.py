"""Which image fits a platform: os and architecture must be equal, and the variant one that the wanted can run.

Source: buildpacks/lifecycle issue 435; the OCI image index, "Image Index Property Descriptions" (first match, unknown
entries ignored); and the variants' meanings that container engines agree on: an unstated variant of arm64 is v8, of
arm v7, of amd64 v1, and a processor runs what was built for a lower variant of its architecture.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

UNSTATED_VARIANT = {"amd64": "v1", "arm": "v7", "arm64": "v8"}

Rank = tuple[int, tuple[int, ...], int]
"""How well an offer fits, the lowest best: kind of variant, distance of a lower variant, kind of os.version."""


class Platform(NamedTuple):
    """What an image runs on, in the words of the image config; "" is for what is not stated."""

    os: str
    architecture: str
    variant: str = ""
    os_version: str = ""

    def __str__(self) -> str:
        stated = "/".join(part for part in (self.os, self.architecture, self.variant) if part)
        return f"{stated or 'no platform'} {self.os_version}".rstrip()

    @property
    def normal_variant(self) -> str:
        """The variant, or what leaving it unstated means for this architecture."""
        variant = self.variant or UNSTATED_VARIANT.get(self.architecture, "")
        return f"v{variant}" if variant[:1].isdigit() else variant


def rank(wanted: Platform, offered: Platform) -> Rank | None:
    """Tell how well an offered image fits the wanted platform, the lowest best; None if it does not fit."""
    if (offered.os, offered.architecture) != (wanted.os, wanted.architecture) or not wanted.architecture:
        return None
    variant = _rank_variant(wanted, offered)
    version = _rank_os_version(wanted, offered)
    return None if variant is None or version is None else (*variant, version)


def fits(wanted: Platform, offered: Platform) -> bool:
    """Whether an image that is what `offered` says can serve where `wanted` is.

    Unlike an index's entries, a single image is nobody's choice: a variant stated on one side only is no conflict.
    """
    same = (offered.os, offered.architecture) == (wanted.os, wanted.architecture) and bool(wanted.architecture)
    if same and not (wanted.variant and offered.variant):
        return _rank_os_version(wanted, offered) is not None
    return rank(wanted, offered) is not None


def best(wanted: Platform, offers: Iterable[tuple[int, Platform]]) -> list[int]:
    """Order the offers that fit by how well they do, and equal ones as they stand; gives their numbers."""
    ranked = [(place, number) for number, offered in offers if (place := rank(wanted, offered)) is not None]
    return [number for _, number in sorted(ranked, key=lambda item: item[0])]


def _rank_variant(wanted: Platform, offered: Platform) -> tuple[int, tuple[int, ...]] | None:
    if wanted.normal_variant == offered.normal_variant:
        return 0, ()
    want, offer = _level(wanted.normal_variant), _level(offered.normal_variant)
    if want and offer and offer < want:
        # The highest of the lower variants first: arm/v6 before arm/v5 for arm/v7.
        return 1, tuple(-number for number in offer)
    if wanted.architecture == "amd64" and not wanted.variant:
        # An unstated amd64 variant is the baseline that every such machine has; nothing above it can be assumed.
        return None
    return (2, ()) if not wanted.variant or not offered.variant else None


def _level(variant: str) -> tuple[int, ...]:
    """Read `v8` as (8,) and `v9.2` as (9, 2); give () for a variant that is not a level, such as `softfloat`."""
    numbers = variant.removeprefix("v").split(".")
    levelled = variant.startswith("v") and all(part.isascii() and part.isdigit() and len(part) < 5 for part in numbers)
    return tuple(int(part) for part in numbers) if levelled else ()


def _rank_os_version(wanted: Platform, offered: Platform) -> int | None:
    """Compare os.version where both state it: Windows containers need the build (10.0.20348), not the revision."""
    if wanted.os_version == offered.os_version or not wanted.os_version:
        return 0
    if not offered.os_version:
        return 2
    same_build = wanted.os_version.split(".")[:3] == offered.os_version.split(".")[:3]
    return 1 if same_build else None
