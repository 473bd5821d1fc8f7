"""A pytest plugin that runs the cases that a file lists, in the order of the list, up to the first that kills.

The environment variable LISTED_CASES names the file, one case a line. For the rest it is `first_kill`: KILLED_BY names
the file that the killer goes to, and each property ends with the first example that kills.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conformance.names import in_any_share
from tests.support.plugins import first_kill

FILE = "LISTED_CASES"


class _Listed(first_kill.Watch):
    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the cases that are not listed, and put the others in order."""
        # The trace that made the list may have had fewer examples, and so fewer shares of them.
        names = in_any_share(Path(os.environ[FILE]).read_text().splitlines())
        listed = {case: place for place, case in enumerate(names)}
        self.config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in listed])
        items[:] = [item for item in items if item.nodeid in listed]
        super().pytest_collection_modifyitems(items)
        items.sort(key=lambda item: listed[item.nodeid])


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Watch the cases."""
    first_kill.watch(config, _Listed(config))
