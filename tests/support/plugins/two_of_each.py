"""A pytest plugin that keeps the first and the last case of each requirement.

The gravest verdict of its cases is a requirement's own: "passes nothing" is seen in few of them, as in all.
"""

from __future__ import annotations

import pytest

from conformance.selection import requirement_of


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the others."""
    cases: dict[str | None, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(requirement_of(item), []).append(item)
    kept = {item for several in cases.values() for item in (several[0], several[-1])}
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]
