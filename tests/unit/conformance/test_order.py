"""In which order cases are run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from conformance.order import in_order


def item(name: str, requirement: str | None, *, long: bool = False) -> pytest.Item:
    """Give as much of an item as its place is decided by."""
    marker = SimpleNamespace(args=(requirement,))
    made = SimpleNamespace(
        name=name,
        fixturenames=["examples"] if long else [],
        get_closest_marker=lambda _: marker if requirement else None,
    )
    return cast("pytest.Item", _Hashable(made))


class _Hashable:
    def __init__(self, of: SimpleNamespace) -> None:
        self.__dict__.update(vars(of))


def order(*items: pytest.Item) -> str:
    return " ".join(each.name for each in in_order(items))


def test_every_requirement_has_its_first_case_before_any_has_its_second() -> None:
    cases = (item("a1", "a"), item("a2", "a"), item("b1", "b"), item("a3", "a"), item("c1", "c"), item("b2", "b"))

    assert order(*cases) == "a1 b1 c1 a2 a3 b2"


def test_what_takes_long_follows_the_first_cases_at_once() -> None:
    cases = (
        *(item(f"x{number}", "x", long=True) for number in (1, 2)),
        *(item(f"a{number}", "a") for number in (1, 2)),
        item("of-nothing", None),
        item("b1", "b"),
    )

    assert order(*cases) == "a1 b1 x1 x2 a2 of-nothing"
