"""From what a test did to a case: its verdict, and why it is that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.again import command
from conformance.collection import Collector
from conformance.disk import Watch
from conformance.gather import evidence
from conformance.keep import KEPT
from conformance.limits import OutOfTime
from conformance.names import name_of
from conformance.selection import platform_of, requirement_of, setting_of
from conformance.worker_fixtures import EXAMPLES, LIFECYCLE
from fixtures.errors import (
    EnvironmentMissing,
    MachineFailed,
    NoProgram,
    NotCapable,
    Starved,
    StorageFailed,
    StorageRefused,
    Unprepared,
)
from fixtures.lifecycle.run import seconds_in
from reports.case import Case, Verdict, judge
from reports.evidence import LONGEST_LINE, Evidence
from reports.text import clip, one_line, well_formed
from suites.expect.outcomes import ACCUSING, HarnessError, NotApplicable, NotRun, Untestable, accusation
from suites.requirements.catalogue import Requirement

CASE = "conformance-case"
"""The user property under which a case travels from a worker to the reports."""


@dataclass(frozen=True)
class Finding:
    """What became of a case, and why: a line, where in the suite an error arose, or the evidence."""

    verdict: Verdict
    reason: str = ""
    trace: str = ""
    evidence: Evidence | None = None

    @property
    def in_short(self) -> str:
        """Why it is that, on one line; empty where there is nothing to say."""
        if self.evidence:
            return clip(one_line(f"expected {self.evidence.expected}; found {self.evidence.found}"), LONGEST_LINE)
        return one_line(self.reason)


BLAME: Mapping[type[BaseException], Verdict] = {
    **dict.fromkeys(ACCUSING, Verdict.FAIL),
    Untestable: Verdict.UNTESTABLE,
    Starved: Verdict.UNTESTABLE,
    Unprepared: Verdict.UNTESTABLE,
    NotRun: Verdict.NOT_RUN,
    EnvironmentMissing: Verdict.NOT_RUN,
    NoProgram: Verdict.NOT_RUN,
    StorageRefused: Verdict.NOT_RUN,
    NotApplicable: Verdict.NOT_APPLICABLE,
    NotCapable: Verdict.NOT_APPLICABLE,
    pytest.skip.Exception: Verdict.NOT_APPLICABLE,
}
"""What a test that ended with an exception says: FAIL is WARN where the requirement is no MUST.

Whatever is not in it is the suite's own fault.
"""


def blamed(error: BaseException) -> Verdict:
    """Give the verdict that BLAME has for an exception, or for the nearest of its bases."""
    return next((BLAME[kind] for kind in type(error).__mro__ if kind in BLAME), Verdict.HARNESS_ERROR)


class Judge:
    """Turns the outcome of every test into a case; one in every worker."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._disk = Watch(Path(collector.plan.directory))

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Leave a case alone that does not apply."""
        self._disk.begin()
        if reason := self._collector.selection.reason_not_case(item):
            raise NotApplicable(reason)

    def pytest_unconfigure(self) -> None:
        """Let go of the disk."""
        self._disk.close()

    def _row(self, item: pytest.Item) -> Requirement | None:
        return self._collector.catalogue.get(requirement_of(item) or "")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Attach the case to the report, and give pytest's own outcome the color of the verdict."""
        report: pytest.TestReport = yield  # type: ignore[assignment]
        row = self._row(item)
        if row is None or (call.when != "call" and call.excinfo is None):
            return report  # type: ignore[return-value]
        error = call.excinfo.value if call.excinfo else None
        error = error.reason if isinstance(error, OutOfTime) else error
        if isinstance(error, KeyboardInterrupt | pytest.exit.Exception):
            return report  # type: ignore[return-value]
        finding = self._unless_full(self._judge(item, row, call, error))
        lifecycle, examples = item.stash.get(LIFECYCLE, None), item.stash.get(EXAMPLES, None)
        inside = (seconds_in(lifecycle.runs) if lifecycle else 0.0) + (examples.lifecycle_seconds if examples else 0.0)
        setting = setting_of(item)
        case = Case(
            name=name_of(item),
            id=item.nodeid,
            requirement=row.id,
            verdict=finding.verdict,
            platform=str(platform_of(item) or ""),
            platform_api=str(setting.api) if setting else "",
            storage=setting.storage if setting else "",
            seconds=round(call.duration, 4),
            lifecycle_seconds=round(inside, 4),
            reason=finding.reason,
            trace=finding.trace,
            evidence=finding.evidence,
            rerun=tuple(map(well_formed, command(item, self._collector.settings, self._collector.plan))),
            examples=examples.judged if examples else 0,
        )
        if self._collector.settings.keep and finding.verdict in _OPEN:
            item.stash[KEPT] = f"{case.name} ({case.platform}, Platform API {case.platform_api})"
        report.user_properties.append((CASE, msgspec.to_builtins(case)))
        report.outcome = _OUTCOMES.get(finding.verdict, "failed")
        report.longrepr = _longrepr(item, report.outcome, finding.in_short) if finding.in_short else None
        if report.outcome == "skipped":
            # Nothing failed: it is no place for --pdb to stop at.
            call.excinfo = None
        return report  # type: ignore[return-value]

    def _judge(
        self, item: pytest.Item, row: Requirement, call: pytest.CallInfo[None], error: BaseException | None
    ) -> Finding:
        if error is None:
            return Finding(judge(row.level, held=True))
        if isinstance(error, ACCUSING):
            found = accusation(error)
            return Finding(judge(row.level, held=False), evidence=evidence(item, found.expected, found.found))
        verdict = blamed(error)
        if verdict is Verdict.UNTESTABLE:
            expected = "what this stands on to be there" if row.places else "the positive control to succeed"
            return Finding(verdict, evidence=evidence(item, expected, str(error)))
        if verdict is Verdict.HARNESS_ERROR:
            return _failure(error, call)
        return Finding(verdict, one_line(str(error)))

    def _unless_full(self, finding: Finding) -> Finding:
        """Take back what was found on a disk without room: a refusal there proves as little as a failure."""
        full = self._disk.shortage() if finding.verdict in _OF_THE_LIFECYCLE else ""
        return Finding(Verdict.NOT_RUN, full) if full else finding


_OF_THE_LIFECYCLE = frozenset({Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.UNTESTABLE})

_OPEN = frozenset({Verdict.WARN, Verdict.FAIL, Verdict.UNTESTABLE})


def _failure(error: BaseException, call: pytest.CallInfo[None]) -> Finding:
    """Judge what was neither the lifecycle's fault nor its merit."""
    if isinstance(error, StorageFailed):
        return Finding(Verdict.HARNESS_ERROR, one_line(f"the registry failed, not the lifecycle: {error}"))
    known = isinstance(error, HarnessError | MachineFailed)
    trace = "" if known or call.excinfo is None else str(call.excinfo.getrepr(style="short"))
    reason = f"the suite failed, not the lifecycle: {type(error).__name__}: {error}"
    return Finding(Verdict.HARNESS_ERROR, one_line(reason), well_formed(trace))


_OUTCOMES: dict[Verdict, Any] = {
    Verdict.PASS: "passed",
    Verdict.WARN: "passed",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.NOT_RUN: "skipped",
}


def _longrepr(item: pytest.Item, outcome: str, message: str) -> Any:
    if outcome == "skipped":
        return (str(item.path), item.location[1] or 0, message)
    return message
