"""From the cases that workers report to what the reader gets: terminal, results.json, junit.xml, exit status."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from shutil import get_terminal_size
from typing import Any

import pytest

from conformance import narrowing, report_files
from conformance.collection import Collector
from conformance.judge import CASE
from conformance.narrowing import Note
from conformance.output import Output
from conformance.plan import Plan
from conformance.waking import Waker
from conformance.worker_fixtures import NOTED
from fixtures.oci.platforms import Platform, host_platform
from reports import terminal
from reports.about import Rules, Scope
from reports.model import Case, Results, Row, Verdict
from reports.text import one_line

_SHOWN = {
    Verdict.WARN: ("warned", "w", "WARN"),
    Verdict.FAIL: ("nonconforming", "F", "FAIL"),
    Verdict.UNTESTABLE: ("untestable", "U", "UNTESTABLE"),
    Verdict.HARNESS_ERROR: ("harness errors", "E", "HARNESS ERROR"),
    Verdict.NOT_APPLICABLE: ("not applicable", "-", "NOT APPLICABLE"),
    Verdict.NOT_RUN: ("not run", "-", "NOT RUN"),
}


class Reporter:
    """Gathers cases and writes the reports; in the controller, or where there is only one process."""

    def __init__(self, config: pytest.Config, plan: Plan, collector: Collector, version: str, output: Output) -> None:
        self._output = output
        self._config = config
        self._plan = plan
        self._collector = collector
        self._version = version
        self._cases: dict[str, Case] = {}
        self._interrupted = False
        self._silent = config.option.collectonly
        self._noted: Counter[str] = Counter()
        self.beside: list[Case] = []
        """What there is to report beside the cases that were collected."""
        self.waker = Waker()

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
            owner = Note.read(self._plan.directory).cases.get(report.nodeid) or ""
            told = f"the suite failed, not the lifecycle: {report.longreprtext}"
            case = Case(report.nodeid, owner, Verdict.HARNESS_ERROR, message=told)
        known = self._cases.get(report.nodeid)
        if case and (known is None or known.verdict < case.verdict):
            self._cases[case.id] = case

    def pytest_internalerror(self, excrepr: object) -> None:
        """Keep what broke pytest, or one of its workers: nothing that was found is to be trusted."""
        self._broken("pytest", f"{excrepr}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what could not be collected."""
        if report.failed:
            self._broken(report.nodeid or "collection", report.longreprtext)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep apart who ended the run: somebody outside, or pytest itself, as `-x` has it do."""
        itself = type(excinfo.value) not in (KeyboardInterrupt, pytest.exit.Exception)
        self._interrupted = not itself or "keyboard-interrupt" in str(excinfo.value)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Iterator[None]:
        """Have everything else end; then derive the verdict, show it, write it, and let the exit status say it."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - else pytest would end with the status of a MUST that failed
            self._broken("the end of the run", f"{type(error).__name__}: {error}")
        if not self._silent and session.exitstatus != pytest.ExitCode.USAGE_ERROR:
            session.exitstatus = self._finish()

    def pytest_unconfigure(self) -> None:
        """Say that there is no verdict where a session broke before it could begin."""
        if not self._silent and self._cases:
            self._finish()

    def _broken(self, where: str, what: str) -> None:
        told = f"the suite failed, not the lifecycle: {what}"
        self._cases[where] = Case(where, "", Verdict.HARNESS_ERROR, message=told)

    def _finish(self) -> int:
        """Tell the verdict and leave the reports; give the exit status. Whatever fails in it, there is a verdict."""
        self._silent = True
        try:
            problems = Note.read(self._plan.directory).problems
            return self._refuse(problems) if problems else self._tell(self._derive())
        except Exception as error:  # noqa: BLE001 - a run never ends without a verdict
            told = f"the suite failed, not the lifecycle: {type(error).__name__}: {error}"
            self._say(f"verdict: error - {one_line(told)}")
            return 3

    def _refuse(self, problems: str) -> int:
        self._say(f"ERROR: {problems}")
        return int(pytest.ExitCode.USAGE_ERROR)

    def _tell(self, found: Results) -> int:
        directory = self._collector.settings.report_dir
        look = (min(get_terminal_size().columns, 100), self._in_color())
        doubts = [f"warning: {doubt}" for doubt in self._collector.catalogue.doubts]
        self._say("\n".join([*doubts, terminal.body(found, *look)]))
        trouble = report_files.write(found, directory) if directory else ""
        self._say(terminal.ending(found, *look, str(directory or ""), trouble))
        return 3 if trouble or self._output.lost else found.exit_status

    def _in_color(self) -> bool:
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        return bool(reporter and reporter.hasmarkup)

    def _say(self, text: str) -> None:
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        if reporter:
            reporter.ensure_newline()
            reporter.write_line(f"\n{text}")
            reporter.flush()
        else:
            print(text, file=self._output, flush=True)
        if self._output.lost:
            print(f"{text}\nstandard output was lost: {self._output.lost}", file=sys.stderr)  # noqa: T201

    def _derive(self) -> Results:
        note = Note.read(self._plan.directory)
        collected = note.cases
        cases = dict(self._cases)
        never = [(name, owner) for name, owner in collected.items() if owner and name not in cases]
        for name, owner in never:
            why = "the run was interrupted before it" if self._interrupted else "the run ended before it"
            cases[name] = Case(name, owner, Verdict.NOT_RUN, message=why)
        cases |= {case.id: case for case in self._left_out(collected)}
        cases |= {case.id: case for case in self.beside}
        return Results(
            suite_version=self._version,
            lifecycle={
                "target": self._plan.target.text,
                "name": self._plan.target.name,
                "version": self._plan.version,
                "platform_apis": [*map(str, self._plan.platform_apis)],
                "platform_source": self._plan.target.platform_source,
                "bundled": self._plan.target.is_reference,
            },
            environment={
                "host": str(host_platform()),
                "registry": self._plan.store_description,
                "architectures": {
                    str(each.platform).removeprefix("linux/"): each.executor.description
                    for each in self._plan.installations
                },
                "left_out": {name.removeprefix("linux/"): why for name, why in self._plan.left_out.items()},
                "notes": [*self._plan.notes, *self._notes()],
            },
            rows=tuple(self._rows()),
            cases=tuple(cases.values()),
            selected=frozenset(owner for owner in collected.values() if owner),
            scope=Scope(
                by=narrowing.by(self._config, self._collector.settings, self._plan, note, ended_early=bool(never)),
                left_out=note.left_out,
            ),
            rules=self._rules(),
            interrupted=self._interrupted,
        )

    def _rules(self) -> Rules | None:
        catalogue, file = self._collector.catalogue, self._collector.settings.requirements
        return Rules(str(file), catalogue.added, catalogue.changed) if file else None

    def _left_out(self, collected: Mapping[str, str | None]) -> Iterator[Case]:
        """Give a case for each test and platform that the defaults left out: it was not run, and is seen not to be."""
        catalogue, selection = self._collector.catalogue, self._collector.selection
        tests = {name.partition("[")[0]: owner for name, owner in collected.items() if owner}
        for platform, why in self._plan.left_out.items():
            slug = Platform.parse(platform).slug
            for test, owner in tests.items():
                if not selection.reason_nowhere(catalogue[owner]):
                    told = f"{platform}: {why}"
                    yield Case(f"{test}[{slug}]", owner, Verdict.NOT_RUN, platform=platform, message=told)

    def _notes(self) -> Iterable[str]:
        if not self._collector.settings.examples:
            yield "properties and histories: not run, as --examples=0 asks for no example of them"
        yield from (f"{count} {told}" for told, count in sorted(self._noted.items()))
        if self.waker.woken:
            yield f"{self.waker.woken} processes of the run were stopped by something, and continued"

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
                applies=self._collector.selection.reason_nowhere(row),
            )


def _case_of(report: Any) -> Case | None:
    for name, value in getattr(report, "user_properties", ()):
        if name == CASE:
            return Case.from_json(value)
    return None
