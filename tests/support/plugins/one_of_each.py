"""A pytest plugin that keeps one case of each requirement: the first."""

from __future__ import annotations

import pytest

from conformance.selection import requirement_of


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the others."""
    first: dict[str | None, pytest.Item] = {}
    for item in items:
        first.setdefault(requirement_of(item), item)
    kept = set(first.values())
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]
