"""A pytest plugin that keeps a share of every test's cases: SHARE=2/3 is every third case, from the second on.

Runs with all the shares judge every case once; a test with fewer cases than there are shares is in each.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")


def share_of(cases: Sequence[T], share: int, shares: int) -> list[T]:
    """Give the share, counted from 1, of some cases; one case at least."""
    return list(cases[share - 1 :: shares]) if len(cases) >= shares else list(cases)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the cases of the other shares."""
    share, _, shares = os.environ["SHARE"].partition("/")
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    kept = {item.nodeid for several in cases.values() for item in share_of(several, int(share), int(shares))}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in kept])
    items[:] = [item for item in items if item.nodeid in kept]
