"""From what a test did to a case: its verdict, and the story of what was found."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.collection import Collector
from conformance.disk import Watch
from conformance.limits import OutOfTime
from conformance.selection import requirement_of, setting_of
from conformance.worker_fixtures import EXAMPLES, LIFECYCLE, REGISTRY
from fixtures.errors import (
    EnvironmentMissing,
    MachineFailed,
    NoProgram,
    Starved,
    StorageFailed,
    StorageRefused,
    Unprepared,
)
from fixtures.lifecycle.lifecycle import Lifecycle, seconds_in
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.platforms import host_platform
from fixtures.storage.registry import Registry
from reports.model import Case, Verdict, judge
from reports.story import Story
from suites.expect.outcomes import ACCUSING, HarnessError, NotApplicable, NotRun, Untestable, accusation
from suites.requirements.catalogue import Requirement

CASE = "conformance-case"
"""The user property under which a case travels from a worker to the reports."""

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")

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
        """Attach the case to the report, and give pytest's own outcome the colour of the verdict."""
        report: pytest.TestReport = yield  # type: ignore[assignment]
        row = self._row(item)
        if row is None or (call.when != "call" and call.excinfo is None):
            return report  # type: ignore[return-value]
        error = call.excinfo.value if call.excinfo else None
        error = error.reason if isinstance(error, OutOfTime) else error
        if isinstance(error, KeyboardInterrupt | pytest.exit.Exception):
            return report  # type: ignore[return-value]
        verdict, message = self._unless_full(*self._judge(item, row, call, error))
        lifecycle, examples = item.stash.get(LIFECYCLE, None), item.stash.get(EXAMPLES, None)
        inside = (seconds_in(lifecycle.runs) if lifecycle else 0.0) + (examples.lifecycle_seconds if examples else 0.0)
        setting = setting_of(item)
        case = Case(
            id=item.nodeid,
            requirement=row.id,
            verdict=verdict,
            platform=str(setting.platform) if setting else "",
            platform_api=str(setting.api) if setting else "",
            storage=setting.storage if setting else "",
            seconds=round(call.duration, 4),
            lifecycle_seconds=round(inside, 4),
            message=message,
            reproduce=self._reproduce(item),
            examples=examples.judged if examples else 0,
        )
        report.user_properties.append((CASE, case.to_json()))
        report.outcome = _OUTCOMES.get(verdict, "failed")
        report.longrepr = _longrepr(item, report.outcome, message) if message else None
        return report  # type: ignore[return-value]

    def _judge(
        self, item: pytest.Item, row: Requirement, call: pytest.CallInfo[None], error: BaseException | None
    ) -> tuple[Verdict, str]:
        if error is None:
            return judge(row.level, held=True), ""
        if isinstance(error, ACCUSING):
            found = accusation(error)
            return judge(row.level, held=False), self._story(item, row, found.expected, found.found)
        verdict = blamed(error)
        if verdict is Verdict.UNTESTABLE:
            return verdict, self._story(item, row, "the positive control to succeed", str(error))
        return verdict, _failure(error, call) if verdict is Verdict.HARNESS_ERROR else str(error)

    def _unless_full(self, verdict: Verdict, message: str) -> tuple[Verdict, str]:
        """Take back what was found on a disk without room: a refusal there proves as little as a failure."""
        full = self._disk.shortage() if verdict in _OF_THE_LIFECYCLE else ""
        return (Verdict.NOT_RUN, full) if full else (verdict, message)

    def _story(self, item: pytest.Item, row: Requirement, expected: str, found: str) -> str:
        registry: Registry | None = item.stash.get(REGISTRY, None)
        lifecycle: Lifecycle | None = item.stash.get(LIFECYCLE, None)
        runs = lifecycle.runs if lifecycle else []
        last = runs[-1] if runs else None
        names = {**_made_by(runs), **(registry.names() if registry else {})}
        story = Story(
            requirement=row.id,
            level=row.level,
            statement=row.statement,
            source="; ".join((row.cited, *row.issues)),
            example=_example(item),
            held=tuple(registry.describe()) if registry else (),
            ran=tuple(f"{run.shell}    # {_ended(run)}" for run in runs),
            expected=_named(expected, names),
            found=_named(found, names),
            requests=tuple(_named(str(exchange), names) for exchange in last.traffic if exchange.kind != "base")
            if last
            else (),
            output=_output(last) if last else "",
            reproduce=self._reproduce(item),
        )
        return story.render()

    def _reproduce(self, item: pytest.Item) -> str:
        settings, setting = self._collector.settings, setting_of(item)
        api = setting.api if setting else ""
        # Written with "=": pytest looks for its settings beside whatever stands alone and is a path.
        told = [item.nodeid, f"--lifecycle={settings.lifecycle}", f"--platform-api={api}"]
        platforms = self._collector.plan.platforms
        if platforms != (host_platform(),):
            told.append(f"--arch={','.join(str(platform).removeprefix('linux/') for platform in platforms)}")
        if settings.requirements:
            told.append(f"--requirements={settings.requirements}")
        if settings.soak:
            told.append(f"--soak={settings.soak}")
        if EXAMPLES in item.stash:
            told += [f"--examples={settings.examples}", f"--seed={settings.seed}"]
        return shlex.join(["pytest", *told])


_OF_THE_LIFECYCLE = frozenset({Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.UNTESTABLE})


def _failure(error: BaseException, call: pytest.CallInfo[None]) -> str:
    """Tell of what was neither the lifecycle's fault nor its merit."""
    if isinstance(error, StorageFailed):
        return f"the registry failed, not the lifecycle: {error}"
    known = isinstance(error, HarnessError | MachineFailed)
    trace = "" if known or call.excinfo is None else str(call.excinfo.getrepr(style="short"))
    return f"the suite failed, not the lifecycle: {type(error).__name__}: {error}\n\n{trace}".rstrip()


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


def _example(item: pytest.Item) -> tuple[str, ...]:
    """Tell of the example that failed, where the case has several."""
    examples = item.stash.get(EXAMPLES, None)
    if examples is None or not examples.smallest:
        return ()
    return (f"# number {examples.judged + 1} with --seed={examples.seed}, and made smaller", *examples.smallest)


def _ended(run: PhaseRun) -> str:
    return run.ending.removeprefix(f"{run.phase} ")


def _output(run: PhaseRun) -> str:
    return "\n".join(text.strip() for text in (run.finished.stdout, run.finished.stderr) if text.strip())


def _made_by(runs: list[PhaseRun]) -> dict[str, str]:
    """Name the digests that the phases themselves uploaded."""
    return {
        exchange.digest: f"made by the {run.phase}"
        for run in runs
        for exchange in run.traffic
        if exchange.method in ("PUT", "POST") and exchange.digest and not exchange.mounted_from
    }


def _named(text: str, names: Mapping[str, str]) -> str:
    """Shorten every digest, and say of each that was pushed by the test what it is of."""

    def told(match: re.Match[str]) -> str:
        digest = match.group(0)
        name = names.get(digest)
        return f"{digest[:19]}… ({name})" if name else f"{digest[:19]}… (of nothing in the registry)"

    return _DIGEST.sub(told, text)
