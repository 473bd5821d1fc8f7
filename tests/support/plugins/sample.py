"""A pytest plugin that keeps one case of every test: SAMPLE=2 the second of the few that stand for it.

Which these are is for `conformance.sampling` to say: together they have as many values of the test's parameters as can
be, so runs with SAMPLE=1, 2 and 3 see more than three that keep the first ones. A test with fewer starts anew.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest

from conformance.sampling import few_that_show_most, values_of

SAMPLE = "SAMPLE"
T = TypeVar("T")


def one_of(few: Sequence[T], number: int) -> T:
    """Give one of a few cases, by its number counted from 1; past the last comes the first again."""
    return few[(number - 1) % len(few)]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the other cases of each test."""
    number = int(os.environ.get(SAMPLE, "1"))
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    kept = {one_of(few_that_show_most(several, values_of), number).nodeid for several in cases.values()}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in kept])
    items[:] = [item for item in items if item.nodeid in kept]
