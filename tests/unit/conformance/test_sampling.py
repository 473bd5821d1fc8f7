"""Which cases stand for a requirement that is judged by a sample."""

from __future__ import annotations

import random
from itertools import product
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.sampling import Value, cover, few_that_show_most

Case = tuple[int, ...]
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A machine that is busy is nothing wrong with what is tested."""

sizes = st.lists(st.integers(1, 6), min_size=0, max_size=3)


def crossing(of: list[int]) -> list[Case]:
    """Cross as many parameters as there are numbers, each of as many values."""
    return list(product(*map(range, of)))


def values(case: Case) -> frozenset[Value]:
    return frozenset((str(parameter), str(value)) for parameter, value in enumerate(case))


@UNHURRIED
@given(sizes, st.integers(1, 8))
def test_few_are_chosen_and_never_none(of: list[int], at_most: int) -> None:
    chosen = few_that_show_most(crossing(of), values, at_most)
    assert 1 <= len(chosen) <= at_most
    assert chosen == few_that_show_most(crossing(of), values, at_most) == sorted(chosen)


@UNHURRIED
@given(sizes)
def test_every_value_is_shown_where_there_is_room(of: list[int]) -> None:
    cases = crossing(of)
    shown = frozenset[Value]().union(*map(values, few_that_show_most(cases, values, at_most=sum(of) + 1)))
    assert shown == frozenset[Value]().union(*map(values, cases))


def test_the_one_that_adds_most_comes_next() -> None:
    assert few_that_show_most(crossing([2, 3]), values, 2) == [(0, 0), (1, 1)]
    assert few_that_show_most(crossing([2, 3]), values, 3) == [(0, 0), (0, 2), (1, 1)]


# --- a sample of everything ---


def item(test: str, requirement: str, **parameters: object) -> pytest.Item:
    """Give a case of a test, as far as a sample looks at it."""
    marker = SimpleNamespace(args=(requirement,))
    callspec = SimpleNamespace(params=parameters)
    values = "-".join(map(str, parameters.values()))
    made = SimpleNamespace(nodeid=f"{test}[{values}]", get_closest_marker=lambda _: marker, callspec=callspec)
    return cast("pytest.Item", made)


CASES = [
    *(item("test_a", "one", shape=shape, size=size) for shape, size in product("xyz", (1, 2))),
    *(item("test_b", "one", shape=shape) for shape in "xw"),
    *(item("test_c", "two", examples=share) for share in range(6)),
    *(item("test_d", "three", shape=shape) for shape in "xy"),
]


def ids(chosen: list[pytest.Item]) -> list[str]:
    return sorted(each.nodeid for each in chosen)


def applies_everywhere(_: pytest.Item) -> str:
    return ""


def test_sample_has_each_requirement_and_each_value_of_its_tests() -> None:
    chosen = ids(cover(CASES, applies_everywhere))

    assert chosen == ["test_a[x-1]", "test_a[y-2]", "test_a[z-1]", "test_b[w]", "test_c[0]", "test_d[x]", "test_d[y]"]


def test_sample_is_the_same_in_whatever_order_the_cases_come() -> None:
    for seed in range(10):
        shuffled = random.Random(seed).sample(CASES, len(CASES))
        assert ids(cover(shuffled, applies_everywhere)) == ids(cover(CASES, applies_everywhere))


def test_what_does_not_apply_shows_nothing_and_stays_only_where_nothing_else_does() -> None:
    def reason(case: pytest.Item) -> str:
        return "no" if case.nodeid in ("test_a[x-1]", "test_d[x]", "test_d[y]") else ""

    chosen = ids(cover(CASES, reason))

    assert "test_a[x-1]" not in chosen
    assert {"test_a[x-2]", "test_d[x]"} <= set(chosen)
    assert "test_d[y]" not in chosen
