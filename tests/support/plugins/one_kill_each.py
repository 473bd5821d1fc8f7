"""A pytest plugin that runs only the cases that a file lists, and of a requirement none after the first that fails.

The environment variable CASES names the file, one case a line. A case that is left out is not run, and reports say so.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conformance.judge import CASE
from conformance.selection import requirement_of
from suites.expect.outcomes import NotRun
from tests.support.plugins.first_kill import KILLED

FILE = "CASES"


class _Kills:
    def __init__(self) -> None:
        self._killed: set[str] = set()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out the cases that are not listed."""
        listed = set(Path(os.environ[FILE]).read_text().splitlines())
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in listed])
        items[:] = [item for item in items if item.nodeid in listed]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the requirement that is not fulfilled."""
        for name, value in report.user_properties:
            if name == CASE and isinstance(value, dict) and value["verdict"] in KILLED:
                self._killed.add(value["requirement"])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Pass over the further cases of that requirement."""
        if requirement_of(item) in self._killed:
            raise NotRun("another case has failed already")


def pytest_configure(config: pytest.Config) -> None:
    """Watch the cases."""
    config.pluginmanager.register(_Kills(), "one-kill-each")
