"""A pytest plugin that ends a run of the suite at the first case that the lifecycle fails, or is warned of.

Each test has its first case before any has its second: a fault that one test notices is not looked for in all the cases
of the others before.
"""

from __future__ import annotations

from collections import Counter

import pytest

from conformance.judge import CASE
from suites.generated import examples

KILLED = ("fail", "warn")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Watch the cases; of a property, the first example that kills is good enough."""
    examples.SHRINKING = 0.0
    config.pluginmanager.register(_Watch(config), "first-kill")


class _Watch:
    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._killed = ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the first case of every test first, then the second of every one, and so on."""
        before: Counter[str] = Counter()
        rounds = {}
        for item in items:
            test = item.nodeid.partition("[")[0]
            rounds[item] = before[test]
            before[test] += 1
        items.sort(key=rounds.__getitem__)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the case that says it."""
        for name, value in report.user_properties:
            if name == CASE and isinstance(value, dict) and value["verdict"] in KILLED:
                self._killed = report.nodeid

    def pytest_runtest_logfinish(self) -> None:
        """End the run once that case has been torn down."""
        session = self._config.pluginmanager.get_plugin("session")
        if self._killed and isinstance(session, pytest.Session):
            session.shouldfail = f"killed by {self._killed}"
