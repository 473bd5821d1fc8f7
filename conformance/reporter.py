"""From the cases that workers report to the results of a run, and to everybody who subscribed to them."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from shutil import get_terminal_size
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from conformance import about, narrowing, options, report_files
from conformance.collection import Collector
from conformance.judge import CASE
from conformance.narrowing import Note
from conformance.output import Output
from conformance.plan import Plan
from conformance.screen import screen_of
from conformance.skipped import left_out
from conformance.waking import Waker
from conformance.worker_fixtures import NOTED
from reports import heading
from reports.about import Drawing, Scope, Shard
from reports.case import Case, Verdict
from reports.every import subscribe
from reports.known_failures import KnownFailures
from reports.results import Results
from reports.subscribers import Report, ReportOptions, Written
from reports.text import one_line, well_formed

WIDEST = 140
"""Columns of what is printed; what is no terminal has as many."""

_SHOWN = {
    Verdict.WARN: ("warned", "w", "WARN"),
    Verdict.FAIL: ("nonconforming", "F", "FAIL"),
    Verdict.UNTESTABLE: ("untestable", "U", "UNTESTABLE"),
    Verdict.HARNESS_ERROR: ("harness errors", "E", "HARNESS ERROR"),
    Verdict.NOT_APPLICABLE: ("not applicable", "-", "NOT APPLICABLE"),
    Verdict.NOT_RUN: ("not run", "-", "NOT RUN"),
}


class Reporter:
    """Gathers cases and tells the reports; in the controller, or where there is only one process."""

    def __init__(
        self,
        config: pytest.Config,
        plan: Plan,
        collector: Collector,
        output: Output,
        known_failures: KnownFailures | None = None,
    ) -> None:
        self._output = output
        self._known_failures = known_failures
        self._config = config
        self._plan = plan
        self._collector = collector
        self._digest = {} if config.option.collectonly else about.lifecycle_digest(plan)
        self._cases: dict[str, Case] = {}
        self._interrupted = False
        self._began = time.monotonic()
        self._silent = config.option.collectonly
        self._noted: Counter[str] = Counter()
        self.beside: list[Case] = []
        """What there is to report beside the cases that were collected."""
        self.waker = Waker()
        self._written = Written()

    @cached_property
    def _reports(self) -> list[Report]:
        """Whoever is told of the cases and the results. Made late: pytest's own reporter knows of color by then."""
        directory = self._collector.settings.report_dir
        width = min(get_terminal_size().columns, WIDEST) if sys.stdout.isatty() else WIDEST
        verbose = self._config.option.verbose > 0
        return subscribe(
            ReportOptions(
                directory,
                say=self._say,
                width=width,
                color=self._in_color(),
                verbose=verbose,
                line=self._line,
                total=lambda: self._collected,
                planned=self._planned,
                phases=lambda: {row.id: row.phase for row in self._collector.catalogue.values()},
                screen=screen_of(self._config, self._output),
                written=self._written,
            )
        )

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        """Say what is judged, in the place of what pytest says of itself."""
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        if reporter and not self._silent and self._config.option.verbose == 0:
            # Whole files of cases are nothing to go by: they run in any order.
            reporter.showfspath = False
        if self._silent or self._config.option.verbose < 0:
            return
        selection = self._collector.selection
        asked = sum(map(selection.asks_for, filter(selection.concerns, self._collector.catalogue.values())))
        facts = about.lifecycle(self._plan, self._digest), about.release(self._plan), about.environment(self._plan, ())
        scope = Scope(narrowing.asked(self._config, self._collector.settings, self._plan))
        for line in heading.lines(*facts, asked, scope):
            self._line(line)

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, str] | None:
        """Show a verdict where pytest knows only passed and failed; no dots, unless every case is to be told."""
        case = _case_of(report)
        if case is None:
            return None
        category, letter, word = _SHOWN.get(case.verdict, ("passed", ".", "PASSED"))
        return (category, letter, word) if self._config.option.verbose > 0 else (category, "", "")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the case of a report; a failure that carries none is the suite's own."""
        if report.when == "teardown":
            for name, value in report.user_properties:
                if name == NOTED and isinstance(value, list):
                    self._noted[value[0]] += value[1]
        case = _case_of(report)
        if case is None and report.failed:
            note = Note.read(self._plan.directory)
            owner = note.cases.get(report.nodeid) or ""
            case = replace(_failed(report.nodeid, report.longreprtext, owner), name=note.names.get(report.nodeid, ""))
        known = self._cases.get(report.nodeid)
        if case and (known is None or known.verdict < case.verdict):
            self._cases[case.id] = case
        if report.when == "teardown" and report.nodeid in self._cases:
            for subscriber in self._reports:
                subscriber.case_finished(self._cases[report.nodeid])

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
        for subscriber in self._reports:
            subscriber.cases_over()
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
        self._cases[where] = _failed(where, what)

    def _finish(self) -> int:
        """Tell the verdict and leave the reports; give the exit status. Whatever fails in it, there is a verdict."""
        self._silent = True
        try:
            problems = Note.read(self._plan.directory).problems
            return self._refuse(problems) if problems else self._publish(self._derive())
        except Exception as error:  # noqa: BLE001 - a run never ends without a verdict
            reason = f"the suite failed, not the lifecycle: {type(error).__name__}: {error}"
            self._say(f"verdict: error - {one_line(reason)}")
            return 3

    def _refuse(self, problems: str) -> int:
        self._say(f"ERROR: {problems}")
        return int(pytest.ExitCode.USAGE_ERROR)

    def _publish(self, found: Results) -> int:
        if doubts := self._collector.catalogue.doubts:
            self._say("\n".join(f"warning: {doubt}" for doubt in doubts))
        report_files.finish(self._reports, found, self._written)
        return 3 if self._written.trouble or self._output.lost else found.exit_status

    def _in_color(self) -> bool:
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        return bool(reporter and reporter.hasmarkup)

    @cached_property
    def _collected(self) -> int:
        return sum(owner is not None for owner in Note.read(self._plan.directory).cases.values())

    def _planned(self) -> Mapping[str, int]:
        """Count the cases of each phase, in the order of the catalogue."""
        catalogue = self._collector.catalogue
        found = Counter(catalogue[owner].phase for owner in Note.read(self._plan.directory).cases.values() if owner)
        return {phase: found[phase] for phase in dict.fromkeys(row.phase for row in catalogue.values()) if found[phase]}

    def _line(self, text: str) -> None:
        if reporter := self._config.pluginmanager.getplugin("terminalreporter"):
            reporter.ensure_newline()
            reporter.write_line(text)

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
            called = note.names.get(name, "")
            cases[name] = Case(name=called, id=name, requirement=owner, verdict=Verdict.NOT_RUN, reason=why)
        cases |= {case.id: case for case in left_out(collected, self._collector, self._plan)}
        cases |= {case.id: case for case in self.beside}
        catalogue, selection, settings = self._collector.catalogue, self._collector.selection, self._collector.settings
        return Results(
            generated_at=about.generated_at(),
            suite=about.suite(),
            catalogue=about.catalogue(catalogue),
            lifecycle=about.lifecycle(self._plan, self._digest),
            release=about.release(self._plan),
            environment=about.environment(self._plan, self._notes()),
            rows=tuple(about.requirements(catalogue, selection)),
            cases=tuple(cases.values()),
            selected=frozenset(owner for owner in collected.values() if owner),
            scope=Scope(
                by=narrowing.by(self._config, settings, self._plan, note, ended_early=bool(never)),
                left_out=dict(note.left_out),
                shard=_shard(settings.shard, note),
            ),
            rules=about.rules(catalogue, settings),
            interrupted=self._interrupted,
            drawing=Drawing(settings.examples, settings.seed),
            options={name: well_formed(text) for name, text in options.said(self._config).items()},
            seconds=round(time.monotonic() - self._began, 1),
            known_failures=self._known_failures,
        )

    def _notes(self) -> Iterable[str]:
        if self._plan.release:
            yield from self._plan.release.notes
            yield from about.not_started(self._plan.release)
        if self._plan.target and not self._collector.settings.examples:
            yield "properties and histories: not run, as --examples=0 asks for no example of them"
        yield from (f"{count} {text}" for text, count in sorted(self._noted.items()))
        if self.waker.woken:
            yield f"{self.waker.woken} processes of the run were stopped by something, and continued"


def _shard(given: tuple[int, int] | None, note: Note) -> Shard | None:
    number, of = given or (0, 0)
    return Shard(numbers=(number,), of=of, dealt=dict(note.dealt), others=dict(note.others)) if given else None


def _failed(name: str, what: str, requirement: str = "") -> Case:
    """Give the case that says that the suite failed; where that takes several lines, the last of them is the reason."""
    lines = [line for line in well_formed(what).split("\n") if line.strip()]
    reason = f"the suite failed, not the lifecycle: {lines[-1].strip() if lines else 'nobody knows how'}"
    trace = "\n".join(lines) if len(lines) > 1 else ""
    return Case(id=name, requirement=requirement, verdict=Verdict.HARNESS_ERROR, reason=reason, trace=trace)


def _case_of(report: Any) -> Case | None:
    for name, value in getattr(report, "user_properties", ()):
        if name == CASE:
            return msgspec.convert(value, Case)
    return None
