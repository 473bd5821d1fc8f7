"""When the smoke run takes place, and what becomes of the cases where nothing can be judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance import smoke
from conformance.collection import Collector
from conformance.narrowing import Note
from conformance.plan import Plan
from conformance.reporter import Reporter
from reports.case import Case, Verdict, judge
from suites.expect.outcomes import NotRun

_REFUSED = "refused"
"""The file in the private directory of a run that says why no case is to be run."""


class Smoking:
    """Has the smoke run take place once it is known what is to be judged; where there is a reporter, in one process."""

    def __init__(self, plan: Plan, collector: Collector, reporter: Reporter) -> None:
        self._plan = plan
        self._collector = collector
        self._reporter = reporter
        self._done = False

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Run where this process has collected the cases itself."""
        if session.items and not session.config.option.collectonly:
            self._run()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:  # noqa: ARG002 - xdist's names
        """Run where workers have collected them, of which none begins before all have."""
        if ids:
            self._run()

    def _run(self) -> None:
        if self._done or not self._plan.store:
            return
        self._done = True
        catalogue = self._collector.catalogue
        asked = {owner for owner in Note.read(self._plan.directory).cases.values() if owner}
        rows = [row for row in map(catalogue.__getitem__, asked) if row.subject == "lifecycle"]
        found = smoke.rise(self._collector.settings, self._plan, rows)
        if found.harm:
            level = catalogue[smoke.HARM].level
            verdict = judge(level, held=False)
            self._reporter.beside.append(
                Case(id=smoke.CASE, requirement=smoke.HARM, verdict=verdict, reason=found.harm)
            )
        if found.refused:
            refused = Case(id=smoke.CASE, requirement="", verdict=Verdict.HARNESS_ERROR, reason=found.refused)
            self._reporter.beside.append(refused)
            reason = f"the smoke run failed: {found.refused.partition(',')[0]}"
            (Path(self._plan.directory) / _REFUSED).write_text(reason)


class Refusal:
    """Leaves every case alone where the smoke run found that nothing can be judged; one in every worker."""

    def __init__(self, plan: Plan) -> None:
        self._path = Path(plan.directory) / _REFUSED

    def pytest_runtest_setup(self) -> None:
        """Raise NotRun where nothing is to be run."""
        if self._path.exists():
            raise NotRun(self._path.read_text())
