"""Shares of a run, `--shard 1/4`: its cases are dealt out, one after the other, to runs that are merged again."""

from __future__ import annotations

from collections import Counter

import pytest

from conformance.collection import Collector
from conformance.selection import requirement_of


class Dealer:
    """Leaves out the cases of other shares; in every worker.

    It comes last, so that all shares are dealt the same cases, whatever else was left out. They are dealt by their ids,
    so that the order of a run, or of its shares, changes nothing; each share has its part of every test.
    """

    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep those of this share, and note how many all shares have of each requirement, and how many the others."""
        shard = self._collector.settings.shard
        if shard is None:
            return
        number, of = shard
        kept = set(sorted(items, key=lambda item: item.nodeid)[number - 1 :: of])
        others = [item for item in items if item not in kept]
        self._collector.dealt = dict(Counter(requirement_of(item) or "" for item in items))
        self._collector.others = dict(Counter(requirement_of(item) or "" for item in others))
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item in kept]
