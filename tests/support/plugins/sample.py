"""A pytest plugin that keeps one case of every test: SAMPLE=2 the second of the few that stand for it.

Which these are is for `conformance.sampling` to say: together they have as many values of the test's parameters as can
be, so runs with SAMPLE=1, 2 and 3 see more than three that keep the first ones. A test with fewer starts anew.

With SHARES=3 beside it, a run has a third of the tests only, the next SAMPLE the next third; properties are in each.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest

from conformance.sampling import few_that_show_most, values_of

SAMPLE = "SAMPLE"
SHARES = "SHARES"
PROPERTIES = "suites/generated/"
T = TypeVar("T")


def is_in_share(test: str, position: int, number: int, shares: int) -> bool:
    """Whether a test, the one at a position of all, is in the share of a run's number."""
    return test.startswith(PROPERTIES) or (position - number) % shares == 0


def one_of(few: Sequence[T], number: int) -> T:
    """Give one of a few cases, by its number counted from 1; past the last comes the first again."""
    return few[(number - 1) % len(few)]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the other cases of each test."""
    number, shares = int(os.environ.get(SAMPLE, "1")), int(os.environ.get(SHARES, "1"))
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    kept = {
        one_of(few_that_show_most(several, values_of), number).nodeid
        for position, (test, several) in enumerate(cases.items())
        if is_in_share(test, position, number, shares)
    }
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in kept])
    items[:] = [item for item in items if item.nodeid in kept]
