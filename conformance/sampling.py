"""Which cases stand for a requirement that is judged by a sample: few, with as many values of parameters as can be.

The reference lifecycle is one program text on every architecture, and ten times as slow under an emulator. By default
its second one is judged by every requirement on the choice between architectures, and not again by every other one, by
every test, and by how all goes together with all.
`--coverage=sample` asks for a sample of everything: for who changes a lifecycle, and wants to see soon what broke.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

from conformance.selection import requirement_of, setting_of
from suites.requirements.catalogue import Catalogue

ON_ARCHITECTURES = ("issue-435", "oci")
"""The authorities whose requirements are on the choice between architectures; those of others are on phases as such."""

AT_MOST = 1
"""How many cases of a requirement are enough."""

ONE_IN = 30
"""Of so many examples of a property, one is enough."""

Value = tuple[str, str]
"""A parameter, and one of its values as it is printed: some can't be hashed."""

T = TypeVar("T")


def sample(items: Iterable[pytest.Item], platform: str, catalogue: Catalogue) -> list[pytest.Item]:
    """Give the items, of those of one platform the few that stand for each requirement on architectures."""
    by_requirement: dict[str, list[pytest.Item]] = {}
    every = list(items)
    for item in every:
        setting = setting_of(item)
        if setting and str(setting.platform) == platform:
            by_requirement.setdefault(requirement_of(item) or "", []).append(item)
    of_platform = {item for cases in by_requirement.values() for item in cases}
    about = {row.id for row in catalogue.values() if row.authority in ON_ARCHITECTURES}
    stand_for = [cases for name, cases in by_requirement.items() if name in about]
    kept = {item for cases in stand_for for item in few_that_show_most(cases, values_of)}
    return [item for item in every if item not in of_platform or item in kept]


def few_that_show_most(cases: Iterable[T], values: Callable[[T], frozenset[Value]], at_most: int = AT_MOST) -> list[T]:
    """Give cases, few, that together have as many values as can be: always the one next that adds the most.

    Of those that add as many, the first; so the choice is the same on every run. It ends where nothing is to be added.
    """
    rest = {place: (case, values(case)) for place, case in enumerate(cases)}
    missing = frozenset[Value]().union(*(shown for _, shown in rest.values()))
    chosen: dict[int, T] = {}
    while rest and len(chosen) < at_most and (missing or not chosen):
        place = max(rest, key=lambda place: (len(rest[place][1] & missing), -place))
        case, shown = rest.pop(place)
        chosen[place] = case
        missing -= shown
    return [chosen[place] for place in sorted(chosen)]


def cover(items: Iterable[pytest.Item], reason_not: Callable[[pytest.Item], str]) -> list[pytest.Item]:
    """Give the fewest items that judge each requirement, and show each value of its tests' parameters, once.

    They are the same ones in whatever order these are given. `reason_not` says why an item does not apply: those show
    nothing, and one stays of a requirement of which no other does, to say why.
    """
    by_requirement: dict[str, list[pytest.Item]] = {}
    for item in sorted(items, key=lambda item: item.nodeid):
        by_requirement.setdefault(requirement_of(item) or "", []).append(item)
    kept: list[pytest.Item] = []
    for cases in by_requirement.values():
        applying = [item for item in cases if not reason_not(item)]
        kept += few_that_show_most(applying or cases[:1], values_of, at_most=len(cases))
    return kept


def values_of(item: pytest.Item) -> frozenset[Value]:
    """Give the parameters of a case with their values; what it runs as is one, its share of the examples is none."""
    callspec = getattr(item, "callspec", None)
    if callspec is None:
        return frozenset()
    setting = setting_of(item)
    others = {(name, repr(value)) for name, value in callspec.params.items() if name not in ("lifecycle", "examples")}
    ran_as = (("Platform API", str(setting.api)), ("platform", str(setting.platform))) if setting else ()
    return frozenset({*others, *ran_as})
