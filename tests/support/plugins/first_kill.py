"""A pytest plugin that ends a run of the suite at the first case that the lifecycle fails, or is warned of.

The case that the environment variable KILLER names comes first, where there is one of that name. Then each test has its
first case before any has its second: a fault that one test notices is not looked for in all the cases of the others
before. The name of the case that killed goes to the file that KILLED_BY names. Names are without platform and Platform
API, so that they are the same on every machine.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from conformance import narrowing
from conformance.judge import CASE
from conformance.selection import setting_of
from conformance.smoking import Smoking
from suites.generated import examples

KILLED = ("fail", "warn")
KILLER = "KILLER"
KILLED_BY = "KILLED_BY"


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Watch the cases."""
    watch(config, Watch(config))


def watch(config: pytest.Config, plugin: Watch) -> None:
    """Have a plugin watch the cases; of a property, the first example that kills is good enough."""
    examples.SHRINKING = 0.0
    # Nobody reads how much such a run leaves out, and to collect all of that takes longer than many a case.
    narrowing.Offered._left_out = lambda *_: {}  # type: ignore[method-assign]
    # The reference lifecycle, with whatever fault, knows its own command line: no need to find that out each time.
    Smoking._run = lambda *_: None  # type: ignore[method-assign]
    config.pluginmanager.register(plugin, "first-kill")


def name_of(item: pytest.Item) -> str:
    """Give the name of a case, the same as every platform and at every Platform API."""
    return item.nodeid.replace(str(setting_of(item)), "SETTING")


class Watch:
    """Ends the run after the first case that kills, and leaves its name."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._names: dict[str, str] = {}
        self._killed = ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the killer first, then the first case of every test, then the second of every one, and so on."""
        killer = os.environ.get(KILLER)
        before: Counter[str] = Counter()
        rounds = {}
        for item in items:
            test = item.nodeid.partition("[")[0]
            self._names[item.nodeid] = name_of(item)
            rounds[item] = -1 if self._names[item.nodeid] == killer else before[test]
            before[test] += 1
        items.sort(key=rounds.__getitem__)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the case that says it."""
        for name, value in report.user_properties:
            if name == CASE and isinstance(value, dict) and value["verdict"] in KILLED:
                self._killed = report.nodeid

    def pytest_runtest_logfinish(self) -> None:
        """End the run once that case has been torn down."""
        session = self.config.pluginmanager.get_plugin("session")
        if self._killed and isinstance(session, pytest.Session):
            session.shouldfail = f"killed by {self._killed}"

    def pytest_sessionfinish(self) -> None:
        """Leave the name of the killer."""
        if self._killed and (path := os.environ.get(KILLED_BY)):
            Path(path).write_text(self._names[self._killed])
