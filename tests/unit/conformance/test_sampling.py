"""Which cases stand for a requirement that is judged by a sample."""

from __future__ import annotations

from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.sampling import Value, few_that_show_most

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
