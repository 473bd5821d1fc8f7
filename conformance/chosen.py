"""The cases that are named one by one, `--case`: only these are run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from conformance.collection import Collector
from conformance.names import NAMES, PLACES, name_of, renamed
from reports.text import nearest, one_line


class Chosen:
    """Leaves out what was not named; in every worker, of which one tells where a name is of nothing."""

    def __init__(self, names: Iterable[str], collector: Collector) -> None:
        self._names = tuple(names)
        self._collector = collector

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the cases that were named. Raises pytest.UsageError for a name of nothing that there is."""
        if not self._names or self._collector.problems:
            return
        called = {item: frozenset(_names_of(item)) for item in items}
        if strange := [*self._strange(frozenset().union(*called.values()))]:
            text = "\n  ".join(strange)
            if not hasattr(config, "workerinput"):
                raise pytest.UsageError(text)
            self._collector.problems = text
            items.clear()
            return
        kept = [item for item in items if not called[item].isdisjoint(self._names)]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept

    def _strange(self, known: frozenset[str]) -> Iterator[str]:
        for name in self._names:
            if now := renamed(name, {**NAMES, **PLACES}):
                yield f"--case {one_line(name)}: is now {now}"
            elif name not in known:
                near = nearest(name, known)
                yield f"--case {one_line(name)}: there is no such case{f'; did you mean {near}?' if near else ''}"


def _names_of(item: pytest.Item) -> Iterator[str]:
    for name in (item.nodeid, name_of(item)):
        yield name
        yield name.partition("[")[0]
