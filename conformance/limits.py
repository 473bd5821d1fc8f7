"""The time that a case and a run may take, and who is to blame where it is over: whoever was waited for."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from conformance.options import Settings
from conformance.plan import Plan
from fixtures.lifecycle.patience import Patience
from suites.expect.outcomes import HarnessError, NonConforming, NotRun

TICK = 1.0
"""Seconds between two looks at what is going on."""

STANDSTILL = 120.0
"""Seconds that the suite may be at something of its own between two phases."""

CALLS = 10
"""So many deadlines, and a standstill, are enough for a case; for each example that it judges, two more."""

_PHASE = ("fixtures.execution.process", "fixtures.execution.container")
"""Where the suite waits for a phase."""

_LEFT = (
    *("fixtures.lifecycle.workspace", "fixtures.oci.documents", "fixtures.cleanup.files", "fixtures.cleanup.removal"),
    *("fixtures.oci.layers", "fixtures.storage.stored_image", "fixtures.lifecycle.outputs"),
    *("suites.expect.image", "suites.expect.phase"),
)
"""Where it looks at what a phase left."""

_RELEASE = ("fixtures.artifacts", "suites.expect.artifacts")
"""Where it reads what a release ships."""

_REGISTRY = ("fixtures.registry", "fixtures.storage.registry", "fixtures.artifacts.remote")
"""Where it waits for the registry."""


class OutOfTime(BaseException):
    """The time of a case or of the run is over; `reason` is what the case is to be judged by.

    It is no Exception: what handles those is not asked whether a case goes on.
    """

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Clock:
    """Looks at each case now and then, from within, and ends it where its time is over; one in every worker."""

    def __init__(self, settings: Settings, plan: Plan, patience: Patience) -> None:
        self._settings = settings
        self._ends_at = plan.ends_at
        self._patience = patience
        self._case_ends_at = self._limit = 0.0
        self._steps, self._since = 0, 0.0

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        """Watch the case from here on."""
        fixtures = getattr(item, "fixturenames", ())
        calls = CALLS + (2 * self._settings.examples if "examples" in fixtures else 0)
        self._limit = STANDSTILL + calls * self._settings.deadline
        self._case_ends_at = time.monotonic() + self._limit
        with self._watching():
            return (yield)

    @pytest.hookimpl(specname="pytest_runtest_setup")
    def pytest_runtest_setup_in_time(self) -> None:
        """Begin no case once the time of the run is over."""
        if self._run_is_over():
            raise NotRun(f"{self._run_limit()} before it")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        """Watch the case."""
        with self._watching():
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self) -> Iterator[None]:
        """Watch what comes after the case; it has time of its own."""
        self._case_ends_at = time.monotonic() + STANDSTILL
        with self._watching(cleaning=True):
            return (yield)

    @contextmanager
    def _watching(self, *, cleaning: bool = False) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def look(_: int, frame: FrameType | None) -> None:
            if reason := self._reason(_modules(frame), cleaning=cleaning):
                signal.setitimer(signal.ITIMER_REAL, 0)
                raise OutOfTime(reason)

        self._steps, self._since = self._patience.steps, time.monotonic()
        before = signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _reason(self, modules: tuple[str, ...], *, cleaning: bool) -> Exception | None:
        """Give what a case is to be judged by that is where these modules are (the innermost first), if it is over."""
        now = time.monotonic()
        if self._run_is_over() and not cleaning:
            return NotRun(f"{self._run_limit()} in the middle of it")
        in_phase = any(module in _PHASE for module in modules)
        if in_phase or self._patience.steps != self._steps:
            self._steps, self._since = self._patience.steps, now
        if now > self._case_ends_at:
            return self._blame(modules, f"within {self._limit:g} s")
        if now > self._since + STANDSTILL:
            return self._blame(modules, f"in {STANDSTILL:g} s")
        return None

    def _blame(self, modules: tuple[str, ...], when: str) -> Exception:
        for module in modules:
            if module in _PHASE:
                return NonConforming(f"the phases of this case to end {when}", "one of them still ran")
            if module in _LEFT:
                return NonConforming(f"what the phases left to be read {when}", f"it was still being read ({module})")
            if module.startswith(_REGISTRY):
                return HarnessError(f"the registry kept the suite waiting: the case did not end {when} ({module})")
            if module.startswith(_RELEASE):
                return NonConforming(f"what the release ships to be read {when}", f"it was still being read ({module})")
        return HarnessError(f"the case did not end {when}, and no phase ran")

    def _run_is_over(self) -> bool:
        return bool(self._ends_at) and time.monotonic() > self._ends_at

    def _run_limit(self) -> str:
        return f"the limit of the run, --run-limit={self._settings.run_limit:g} (seconds), was reached"


def _modules(frame: FrameType | None) -> tuple[str, ...]:
    """Name the modules of a stack, the innermost first."""
    found = []
    while frame is not None:
        found.append(str(frame.f_globals.get("__name__", "")))
        frame = frame.f_back
    return tuple(found)
