"""The smoke run: one plain call of each phase before the cases, on images in which nothing is odd.

It judges one thing: whether the program can be judged. Where a plain call fails and has not even asked the registry for
anything, the program does not know its own command line, and hundreds of cases would say so, each at length. What fails
later than that is left to the cases, which know what for.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass

from conformance.options import Settings
from conformance.plan import Plan
from conformance.worker_fixtures import WorkerFixtures
from fixtures.cleanup.sweep import remove
from fixtures.errors import FixtureError
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.patience import Patience
from fixtures.lifecycle.phases import PHASES, UNSUPPORTED_API, UNSUPPORTED_BUILDPACK_API
from fixtures.lifecycle.run import PhaseRun
from suites.calls.phase_calls import PLAIN
from suites.requirements.catalogue import Requirement
from suites.requirements.sections import SECTIONS

CASE = "smoke run"
"""What reports call it where there is something to say of it."""

HARM = "phase-no-crash"
"""The requirement that a phase fails which turned against the suite before there was a case to fail."""

_LONGEST = 300
"""Characters of a line of output that are shown."""


@dataclass(frozen=True)
class Smoke:
    """What came of the smoke run, each empty where nothing did.

    `refused` says in one line why nothing can be judged, `harm` what a phase did to the process that started it.
    """

    refused: str = ""
    harm: str = ""


def rise(settings: Settings, plan: Plan, asked: Iterable[Requirement]) -> Smoke:
    """Call each phase that these requirements are about.

    It is the lifecycle of one setting that is asked: the machine's own architecture, the newest Platform API.
    """
    wanted = {phase for row in asked for phase in SECTIONS[row.phase].phases or PLAIN}
    with closing(calls(settings, plan, [phase for phase in PHASES if phase in wanted])) as runs:
        for run in runs:
            if run.completed.parent:
                return Smoke(harm=run.ending)
            if refused := refusal(run, of_adapter=plan.judges_adapter):
                return Smoke(refused=refused)
    return Smoke()


def calls(settings: Settings, plan: Plan, phases: Iterable[str]) -> Generator[PhaseRun]:
    """Give the run of a plain call of each of these phases, and of what it takes, as they end."""
    worker_fixtures = WorkerFixtures(plan, settings, "smoke")
    worker_fixtures.open()
    try:
        yield from _runs(settings, phases, worker_fixtures)
    finally:
        worker_fixtures.close()
        remove(worker_fixtures.directory)


def _runs(settings: Settings, phases: Iterable[str], worker_fixtures: WorkerFixtures) -> Iterator[PhaseRun]:
    """Give each run of a phase, the plain calls and what they take, as they end. Nothing follows one that is late."""
    plan = worker_fixtures.plan
    assert plan.target, "without a lifecycle there is no smoke run"
    setting = plan.settings[len(plan.platform_apis) - 1]
    storage = worker_fixtures.scope(setting, "smoke")
    lifecycle = Lifecycle(
        plan.target,
        setting.platform,
        setting.api,
        storage,
        worker_fixtures.workspaces.new,
        worker_fixtures.installations,
        deadline=min(settings.deadline, _left(plan)),
        # What the end of the run cuts short is not late.
        patience=worker_fixtures.patience if _left(plan) > settings.deadline else Patience(),
    )
    for phase in phases:
        seen = len(lifecycle.runs)
        # Whatever else there is to say, the cases say it.
        with suppress(FixtureError):
            call = PLAIN[phase]
            call.run(lifecycle, storage, call.fitting(lifecycle.platform), f"{phase}-app")
        yield from lifecycle.runs[seen:]
        if not all(run.completed.in_time for run in lifecycle.runs):
            return


def _left(plan: Plan) -> float:
    """Give the seconds that are left of the run, a tenth at least."""
    return max(plan.ends_at - time.monotonic(), 0.1) if plan.ends_at else math.inf


def refusal(run: PhaseRun, *, of_adapter: bool = False) -> str:
    """Say why nothing can be judged where a run of a phase is as this; empty where something can.

    What an adapter asks the registry for before it fails says nothing of what it understood of its command line.
    """
    negotiated = () if of_adapter else (UNSUPPORTED_API, UNSUPPORTED_BUILDPACK_API)
    if run.status in (0, None, *negotiated) or (run.traffic and not of_adapter):
        return ""
    lines = [line.strip() for line in run.completed.stderr.splitlines() if line.strip()]
    said = f"; the last it said was: {lines[-1][:_LONGEST]}" if lines else ""
    asked = "" if run.traffic else ", and asked the registry for nothing"
    found = f"{run.ending}{asked}{said}"
    return f"the {run.phase} can't do the plain thing: {found} [{run.shell}]"
