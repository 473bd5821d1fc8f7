"""Every case, every run and every phase has a limit, and who was waited for is blamed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance import limits, options
from conformance.limits import Clock, OutOfTime
from conformance.plan import Plan
from fixtures.errors import GivenUp
from fixtures.lifecycle.patience import CALLS, Patience
from fixtures.lifecycle.targets.base import TargetFacts
from fixtures.oci.platforms import Platform
from suites.expect.outcomes import HarnessError, NonConforming
from tests.support.runs import EMBEDDED, processes_in, run_suite, wrapped_reference

AMD64, ARM64 = Platform("linux", "amd64"), Platform("linux", "arm64")


# --- a phase that never ends ---


def test_phase_whose_first_calls_are_all_late_is_given_up(tmp_path: Path) -> None:
    one, other = Patience(tmp_path, 5.0), Patience(tmp_path, 5.0)
    for worker in (one, other, one):
        worker.begin("exporter", AMD64)
        worker.end("exporter", AMD64, in_time=False)

    for worker in (one, other):
        with pytest.raises(GivenUp, match="given up: the first 3 calls of the exporter did not end within 5 s"):
            worker.begin("exporter", AMD64)
        worker.begin("rebaser", AMD64)
        worker.begin("exporter", ARM64)


def test_phase_that_ended_once_is_never_given_up(tmp_path: Path) -> None:
    one, other = Patience(tmp_path), Patience(tmp_path)
    one.end("exporter", AMD64, in_time=True)
    for worker in (one, other) * CALLS:
        worker.begin("exporter", AMD64)
        worker.end("exporter", AMD64, in_time=False)

    one.begin("exporter", AMD64)
    other.begin("exporter", AMD64)


def test_run_on_a_lifecycle_that_never_ends_is_short_and_says_why(tmp_path: Path) -> None:
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"exporter": "exec sleep 3600"})
    only = ("--only", "exporter-run-index,analyzer-previous-missing", "--deadline", "1")

    run = run_suite(tmp_path / "run", *EMBEDDED, "-n2", "--lifecycle", f"dir:{lifecycle}", *only)

    given_up = [case for case in run.cases if case.message.startswith("given up: the first 3 calls of the exporter")]
    late = [case for case in run.cases if "did not end within 1 s" in case.message and case not in given_up]
    assert {case.verdict for case in given_up} == {"not-run"}
    # The smoke run was the first call.
    assert 2 <= len(late) <= 4
    text = "given up: the first 3 calls of the exporter did not end within 1 s"
    assert text in " ".join(run.output.split())
    assert (run.verdicts()["analyzer-previous-missing"], run.verdict) != ("pass", "conformant")
    assert run.verdicts()["analyzer-previous-missing"] == "pass"


# --- a run that has a limit ---


@pytest.mark.parametrize("workers", ["0", "2"])
def test_run_ends_at_its_limit_and_says_so(workers: str, tmp_path: Path) -> None:
    # The first call is the smoke run's.
    hangs = f"mkdir {tmp_path}/called 2>/dev/null || exec sleep 3600"
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"rebaser": hangs})
    only = ("--only", "rebaser-run-absent,analyzer-previous-missing", "--run-limit", "12")
    started = time.monotonic()

    run = run_suite(tmp_path / "run", *EMBEDDED, "-n", workers, "--lifecycle", f"dir:{lifecycle}", *only)

    assert time.monotonic() - started < 50
    # Each requirement had its first case; then one hung.
    assert (run.verdicts()["analyzer-previous-missing"], run.verdict) == ("partial", "incomplete")
    assert "pass" in {case.verdict for case in run.cases}
    cut = [case.message for case in run.cases if case.requirement == "rebaser-run-absent"]
    text = "the limit of the run, --run-limit=12 (seconds), was reached"
    assert set(cut) == {f"{text} before it", f"{text} in the middle of it"}
    assert len(cut) > 10
    assert text in " ".join(run.output.split())
    assert processes_in(tmp_path) == []


@pytest.mark.parametrize("seconds", ["soon", "0", "-1"])
def test_limit_of_a_run_that_is_none(seconds: str, tmp_path: Path) -> None:
    run = run_suite(tmp_path, *EMBEDDED, f"--run-limit={seconds}")

    assert (run.status, run.document) == (4, None)
    assert f"--run-limit {seconds}: give a number of seconds above 0" in run.output


# --- a case that has a limit ---


@pytest.fixture
def clock(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give the clock of a worker whose suite may stand still for a moment only."""
    monkeypatch.setattr(limits, "STANDSTILL", 0.3)
    monkeypatch.setattr(limits, "TICK", 0.05)
    settings = options.read(pytestconfig, {"CONFORMANCE_DEADLINE": "0.1"})
    target = TargetFacts(text="", name="")
    return Clock(settings, Plan(target, "", (), (), ""), Patience())


def standing_still(module: str) -> Callable[[], None]:
    """Give a function of a module that waits for what never comes."""
    namespace = {"__name__": module, "os": os}
    exec("def wait():\n    readable, _ = os.pipe()\n    os.read(readable, 1)", namespace)  # noqa: S102 - of this test's own
    wait: Callable[[], None] = namespace["wait"]  # type: ignore[assignment]
    return wait


BLAMED = {
    "fixtures.lifecycle.workspace": NonConforming,
    "fixtures.storage.stored_image": NonConforming,
    "suites.expect.image": NonConforming,
    "fixtures.execution.process": NonConforming,
    "fixtures.registry.client": HarnessError,
    "suites.inputs.index_shapes": HarnessError,
}


@pytest.mark.parametrize("module", BLAMED)
def test_case_that_stands_still_is_ended_and_blamed_on_who_was_waited_for(module: str, clock: Clock) -> None:
    clock._case_ends_at = time.monotonic() + 0.5

    with pytest.raises(OutOfTime) as ended, clock._watching():
        standing_still(module)()

    assert type(ended.value.reason) is BLAMED[module]


def test_case_in_which_something_goes_on_is_not_ended(clock: Clock) -> None:
    clock._case_ends_at = time.monotonic() + 60

    with clock._watching():
        for _ in range(12):
            clock._patience.begin("exporter", AMD64)
            time.sleep(0.05)

    assert clock._patience.steps == 12
