"""A pytest plugin that keeps one case of each requirement: the last that applies, else the last.

PART=0/3 is every third requirement of the catalogue, from the first on.

What every phase reads is last read by the rebaser, which there is a case for whatever the platform of the machine is.
"""

from __future__ import annotations

import os

import pytest

from conformance.collection import Collector
from conformance.selection import requirement_of

PART = "PART"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the others."""
    collector = config.pluginmanager.get_plugin("conformance-collector")
    assert isinstance(collector, Collector)
    applying = [item for item in items if not collector.selection.reason_not_case(item)]
    last = {requirement_of(item): item for item in items} | {requirement_of(item): item for item in applying}
    part, _, parts = os.environ.get(PART, "0/1").partition("/")
    asked = set(list(collector.catalogue)[int(part) :: int(parts)])
    kept = {item for requirement, item in last.items() if requirement in asked}
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]
