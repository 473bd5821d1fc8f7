"""Indexes of any shape, as hypothesis draws them: mostly plain, some wild, the plainest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, TypeVar

from fixtures.oci.images import Entry, ImageSpec, IndexSpec
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.platforms import LINUX, WINDOWS_AMD64, Platform
from fixtures.oci.samples import artifact, attestation, index_of
from suites.generated.hypothesis_import import SearchStrategy
from suites.generated.hypothesis_import import strategies as st
from suites.generated.pool import LOST, Pool

ENTRIES = 12
"""How many entries an index has at most."""

DEPTH = 3
"""How many indexes stand inside each other at most, below the outermost."""

VARIANTS = {"amd64": ("v1", "v2"), "arm64": ("v8", "v9"), "arm": ("v6", "v7")}
"""Variants by which two images of one architecture may differ."""

GENERATIONS = (1, 2)
"""Of each platform there are so many images."""

UNKNOWN_TYPE = (("mediaType", "application/vnd.example.unknown+json"),)
UNKNOWN_OS = "plan9"

Generated = TypeVar("Generated")
MakeMalformed = Callable[[ImageSpec], Entry]

MALFORMED: tuple[MakeMalformed, ...] = (
    lambda image: Entry(image, None),
    lambda image: Entry(image, {"architecture": image.platform.architecture}),
    lambda image: Entry(image, {"os": image.platform.os}),
    lambda image: Entry(image, {"os": "", "architecture": ""}),
    lambda image: Entry(image, fields=UNKNOWN_TYPE),
    lambda image: Entry(image, {"os": UNKNOWN_OS, "architecture": image.platform.architecture}),
    artifact,
)
"""Entries that leave something open, or are no images, made from an image."""


def indexes(pool: Pool, wanted: Platform) -> SearchStrategy[IndexSpec]:
    """Draw indexes of the pool's images: two in three plain, where the texts decide, the others of all kinds."""
    others = [Platform("windows", wanted.architecture), *LINUX, WINDOWS_AMD64]
    foreign = [other for other in others if not other.same_architecture(wanted)]
    plain = _described(pool, [wanted, *foreign, *[wanted] * 3])
    every = [wanted, *foreign, *[wanted] * 3, *_like(wanted)]
    wild = _either((_described(pool, every), 1), (_odd(pool, every), 1))
    return _either((_index(plain), 2), (_index(_inside(wild, every, DEPTH)), 1))


def _either(*weighted: tuple[SearchStrategy[Generated], int]) -> SearchStrategy[Generated]:
    """Draw from one of these, as often as its weight says; hypothesis' own one_of knows no weights."""
    strategies = [strategy for strategy, weight in weighted for _ in range(weight)]
    return st.sampled_from(strategies).flatmap(lambda strategy: strategy)


def _like(wanted: Platform) -> list[Platform]:
    """Give platforms that are nearly the wanted one."""
    variants = [replace(wanted, variant=variant) for variant in VARIANTS.get(wanted.architecture, ())]
    return [*variants, replace(wanted, variant=""), replace(wanted, os_version="6.1.0")]


def _described(pool: Pool, platforms: list[Platform]) -> SearchStrategy[Entry]:
    """Draw entries that are what they say: images, and the attestations of images."""
    return _made(pool, platforms, (*[Entry] * 5, attestation))


def _odd(pool: Pool, platforms: list[Platform]) -> SearchStrategy[Entry]:
    """Draw entries that leave something open, or that the registry lacks."""
    renamed = st.builds(Entry, _made(pool, platforms, (_itself,)), st.sampled_from(platforms))
    absent = st.builds(pool.image, st.sampled_from(platforms), st.just(LOST))
    dangling = st.builds(Entry, absent, is_there=st.just(False))
    return _either((_made(pool, platforms, MALFORMED), 5), (renamed, 4), (dangling, 1))


def _made(
    pool: Pool, platforms: list[Platform], ways: Sequence[Callable[[ImageSpec], Generated]]
) -> SearchStrategy[Generated]:
    """Draw what one of these ways makes of an image of the pool.

    By a single choice: a choice of hypothesis takes longer than anything else does for an entry.
    """
    generated = st.sampled_from(list(product(ways, platforms, GENERATIONS, MediaTypes)))
    return generated.map(lambda choice: choice[0](pool.image(*choice[1:])))


def _itself(image: ImageSpec) -> ImageSpec:
    return image


def _inside(entries: SearchStrategy[Entry], platforms: list[Platform], depth: int) -> SearchStrategy[Entry]:
    """Draw entries of which some are indexes themselves."""
    if not depth:
        return entries
    lines: list[Any] = [*platforms, None]
    nested = st.builds(Entry, _index(_inside(entries, platforms, depth - 1), 3), st.sampled_from(lines))
    return _either((entries, 2), (nested, 1))


def _index(entries: SearchStrategy[Entry], most: int = ENTRIES) -> SearchStrategy[IndexSpec]:
    return st.builds(
        lambda several, media_types: index_of(*several, media_types=media_types),
        st.lists(entries, max_size=most),
        st.sampled_from(list(MediaTypes)),
    )
