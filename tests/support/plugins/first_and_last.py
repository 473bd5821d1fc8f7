"""A pytest plugin that keeps the first and the last case of every test.

The gravest verdict of a requirement's cases is its own, so a requirement that does not pass on some of its cases would
not pass on all of them either: whoever asks for "passes nothing" may ask fewer cases.
"""

from __future__ import annotations

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the cases in the middle."""
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    kept = {item.nodeid for several in cases.values() for item in (several[0], several[-1])}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in kept])
    items[:] = [item for item in items if item.nodeid in kept]
