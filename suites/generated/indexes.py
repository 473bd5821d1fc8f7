"""Indexes of any shape, as hypothesis draws them: mostly plain, some wild, the plainest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, TypeVar

from fixtures.oci.images import Entry, ImageSpec, IndexSpec
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.options import OPTIONS, VALID
from fixtures.oci.platforms import LINUX, WINDOWS_AMD64, Platform
from fixtures.oci.samples import artifact, attestation, index_of
from suites.generated.fields import ODD_ENTRIES, ODD_FIELDS, VALID_ENTRIES, VALID_FIELDS, Fields
from suites.generated.hypothesis_import import SearchStrategy
from suites.generated.hypothesis_import import strategies as st
from suites.generated.pool import LOST, Pool

ENTRIES = 12
"""How many entries an index has at most."""

DEPTH = 3
"""How many indexes stand inside each other at most, below the outermost."""

INNER = 4
"""How many entries an index inside another has at most."""

ANY_FIELDS = (*VALID_FIELDS * 3, *ODD_FIELDS)
"""What is said of an index that may be of any kind: odd things, once in three times."""

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
    plain = _described(pool, [wanted, *foreign, *[wanted] * 3], VALID)
    every = [wanted, *foreign, *[wanted] * 3, *_like(wanted)]
    wild = _either((_described(pool, every, OPTIONS), 1), (_odd(pool, every), 1))
    return _either((_index(plain), 2), (_index(_inside(wild, every, DEPTH), fields=ANY_FIELDS), 1))


def _either(*weighted: tuple[SearchStrategy[Generated], int]) -> SearchStrategy[Generated]:
    """Draw from one of these, as often as its weight says; hypothesis' own one_of knows no weights."""
    strategies = [strategy for strategy, weight in weighted for _ in range(weight)]
    return st.sampled_from(strategies).flatmap(lambda strategy: strategy)


def _like(wanted: Platform) -> list[Platform]:
    """Give platforms that are nearly the wanted one."""
    variants = [replace(wanted, variant=variant) for variant in VARIANTS.get(wanted.architecture, ())]
    return [*variants, replace(wanted, variant=""), replace(wanted, os_version="6.1.0")]


def _described(pool: Pool, platforms: list[Platform], options: Iterable[str]) -> SearchStrategy[Entry]:
    """Draw entries that are what they say: images, and the attestations of images."""
    several = [""] * len(list(options))
    return _made(pool, platforms, (*[Entry] * 16, *[attestation] * 3, *VALID_ENTRIES), [*several, *options])


def _odd(pool: Pool, platforms: list[Platform]) -> SearchStrategy[Entry]:
    """Draw entries that leave something open, or that the registry lacks."""
    renamed = st.builds(Entry, _made(pool, platforms, (_itself,)), st.sampled_from(platforms))
    absent = st.builds(pool.image, st.sampled_from(platforms), st.just(LOST))
    dangling = st.builds(Entry, absent, is_there=st.just(False))
    odd = _made(pool, platforms, ODD_ENTRIES, ["", *OPTIONS])
    return _either((_made(pool, platforms, MALFORMED), 4), (odd, 2), (renamed, 3), (dangling, 1))


def _made(
    pool: Pool,
    platforms: list[Platform],
    ways: Sequence[Callable[[ImageSpec], Generated]],
    options: Sequence[str] = ("",),
) -> SearchStrategy[Generated]:
    """Draw what one of these ways makes of an image of the pool.

    By two choices: a choice of hypothesis takes longer than anything else does for an entry, and of more than a
    thousand things it nearly always takes one of the first.
    """
    which = st.sampled_from(list(product(platforms, options)))
    how = st.sampled_from(list(product(ways, GENERATIONS, MediaTypes)))

    def made(which: tuple[Platform, str], how: tuple[Callable[[ImageSpec], Generated], int, MediaTypes]) -> Generated:
        return how[0](pool.image(which[0], how[1], how[2], which[1]))

    return st.builds(made, which, how)


def _itself(image: ImageSpec) -> ImageSpec:
    return image


def _inside(entries: SearchStrategy[Entry], platforms: list[Platform], depth: int) -> SearchStrategy[Entry]:
    """Draw entries of which some are indexes themselves."""
    if not depth:
        return entries
    lines: list[Any] = [*platforms, None]
    inner = _index(_inside(entries, platforms, depth - 1), INNER, ANY_FIELDS)
    nested = st.builds(Entry, inner, st.sampled_from(lines), is_there=st.sampled_from([True] * 9 + [False]))
    return _either((entries, 2), (nested, 1))


def _index(
    entries: SearchStrategy[Entry], most: int = ENTRIES, fields: Sequence[Fields] = VALID_FIELDS
) -> SearchStrategy[IndexSpec]:
    about = [(family, several) for several in fields for family in MediaTypes]
    return st.builds(
        lambda several, kind: index_of(*several, media_types=kind[0], fields=kind[1]),
        st.lists(entries, max_size=most),
        st.sampled_from(about),
    )
