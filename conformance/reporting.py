"""From the cases that workers report to what the reader gets: terminal, results.json, junit.xml, exit status."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

import pytest

from conformance.collecting import Collector, requirement_of
from conformance.given import NOTED
from conformance.judging import CASE
from conformance.plan import Plan
from fixtures.platforms import Platform, host_platform
from reports import junit, results, terminal
from reports.model import Case, Results, Row, Verdict

COLLECTED = "collected.json"
"""The file in which a worker leaves what it collected: requirement by case."""

_SHOWN = {
    Verdict.WARN: ("warned", "w", "WARN"),
    Verdict.FAIL: ("nonconforming", "F", "FAIL"),
    Verdict.UNTESTABLE: ("untestable", "U", "UNTESTABLE"),
    Verdict.HARNESS_ERROR: ("harness errors", "E", "HARNESS ERROR"),
    Verdict.NOT_APPLICABLE: ("not applicable", "-", "NOT APPLICABLE"),
    Verdict.NOT_RUN: ("not run", "-", "NOT RUN"),
}

_JUDGED_EXITS = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


def note_collected(directory: str, items: Iterable[pytest.Item]) -> None:
    """Leave a note of what was collected, for a controller that collects nothing itself."""
    path = Path(directory) / COLLECTED
    if directory and not path.exists():
        scratch = path.with_suffix(f".{id(items)}")
        scratch.write_text(json.dumps({item.nodeid: requirement_of(item) for item in items}))
        scratch.replace(path)


class Reporter:
    """Gathers cases and writes the reports; in the controller, or where there is only one process."""

    def __init__(self, plan: Plan, collector: Collector, version: str) -> None:
        self._plan = plan
        self._collector = collector
        self._version = version
        self._cases: dict[str, Case] = {}
        self._results: Results | None = None
        self._noted: Counter[str] = Counter()
        self.beside: list[Case] = []
        """What there is to report beside the cases that were collected."""

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, str] | None:
        """Show a verdict where pytest knows only passed and failed."""
        case = _case_of(report)
        if case is None or case.verdict is Verdict.PASS:
            return None
        return _SHOWN[case.verdict]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the case of a report; a failure that carries none is the suite's own."""
        if report.when == "teardown":
            for name, value in report.user_properties:
                if name == NOTED and isinstance(value, list):
                    self._noted[value[0]] += value[1]
        case = _case_of(report)
        if case is None and report.failed:
            owner = self.collected().get(report.nodeid) or ""
            told = f"the suite failed, not the lifecycle: {report.longreprtext}"
            case = Case(report.nodeid, owner, Verdict.HARNESS_ERROR, message=told)
        known = self._cases.get(report.nodeid)
        if case and (known is None or known.verdict < case.verdict):
            self._cases[case.id] = case

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int | pytest.ExitCode) -> None:
        """Derive the verdict, write the reports, and let the exit status say it."""
        if session.config.option.collectonly or exitstatus in (
            pytest.ExitCode.USAGE_ERROR,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            return
        self._results = self._derive(interrupted=exitstatus not in _JUDGED_EXITS)
        directory = self._collector.settings.report_dir
        if directory:
            directory.mkdir(parents=True, exist_ok=True)
            results.write(self._results, directory)
            junit.write(self._results, directory)
        if exitstatus in _JUDGED_EXITS:
            session.exitstatus = self._results.exit_status

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the stories, the table and the verdict."""
        if self._results is None:
            return
        directory = self._collector.settings.report_dir
        for doubt in self._collector.catalogue.doubts:
            terminalreporter.write_line(f"warning: {doubt}")
        text = terminal.render(
            self._results,
            width=min(get_terminal_size().columns, 100),
            color=terminalreporter.hasmarkup,
            report_dir=str(directory) if directory else "",
        )
        terminalreporter.write_line("")
        terminalreporter.write_line(text)

    def collected(self) -> dict[str, str | None]:
        """Give the cases that were collected, with their requirements."""
        path = Path(self._plan.directory) / COLLECTED
        return dict(json.loads(path.read_text())) if path.is_file() else {}

    def _derive(self, *, interrupted: bool) -> Results:
        collected = self.collected()
        cases = dict(self._cases)
        for name, owner in collected.items():
            if name not in cases and owner:
                why = "the run was interrupted before it" if interrupted else "the run ended before it"
                cases[name] = Case(name, owner, Verdict.NOT_RUN, message=why)
        cases |= {case.id: case for case in self._left_out(collected)}
        cases |= {case.id: case for case in self.beside}
        return Results(
            suite_version=self._version,
            lifecycle={
                "target": self._plan.target.text,
                "name": self._plan.target.name,
                "version": self._plan.version,
                "platform_apis": list(self._plan.platform_apis),
                "platform_source": self._plan.target.platform_source,
            },
            environment={
                "host": str(host_platform()),
                "registry": self._plan.store_description,
                "architectures": {
                    str(runner.platform).removeprefix("linux/"): runner.description for runner in self._plan.runners
                },
                "left_out": {name.removeprefix("linux/"): why for name, why in self._plan.left_out.items()},
                "notes": [*self._plan.notes, *self._notes()],
            },
            rows=tuple(self._rows()),
            cases=tuple(cases.values()),
            selected=frozenset(owner for owner in collected.values() if owner),
        )

    def _left_out(self, collected: Mapping[str, str | None]) -> Iterator[Case]:
        """Give a case for each test and platform that the defaults left out: it was not run, and is seen not to be."""
        catalogue, apis, source = self._collector.catalogue, self._plan.platform_apis, self._plan.target.platform_source
        tests = {name.partition("[")[0]: owner for name, owner in collected.items() if owner}
        for platform, why in self._plan.left_out.items():
            slug = Platform.parse(platform).slug
            for test, owner in tests.items():
                if not catalogue.why_not(catalogue[owner], apis, source):
                    told = f"{platform}: {why}"
                    yield Case(f"{test}[{slug}]", owner, Verdict.NOT_RUN, platform=platform, message=told)

    def _notes(self) -> Iterable[str]:
        if not self._collector.settings.examples:
            yield "properties and histories: not run, as --examples=0 asks for no example of them"
        yield from (f"{count} {told}" for told, count in sorted(self._noted.items()))

    def _rows(self) -> Iterable[Row]:
        catalogue = self._collector.catalogue
        for row in catalogue.values():
            yield Row(
                id=row.id,
                phase=row.phase,
                authority=row.authority,
                level=row.level,
                statement=row.statement,
                source="; ".join((row.cited, *row.issues)),
                applies=catalogue.why_not(row, self._plan.platform_apis, self._plan.target.platform_source),
            )


def _case_of(report: Any) -> Case | None:
    for name, value in getattr(report, "user_properties", ()):
        if name == CASE:
            return Case.from_json(value)
    return None
