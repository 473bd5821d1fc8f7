"""A phase that turns against what runs it: that is its own failure, and every other case is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.runs import EMBEDDED, counted, processes_in, run_suite, wrapped_reference

GROUP = "-$(ps -o pgid= -p $PPID | tr -d ' ')"
STOP_WORKER = "kill -STOP $(ps -o ppid= -p $PPID)"
HARM = {
    "kill": "kill -KILL $PPID",
    "terminate": "kill -TERM $PPID; sleep 0.2",
    "interrupt": "kill -INT $PPID; sleep 0.2",
    "stop": "kill -STOP $PPID",
    "terminate-the-group": f"kill -TERM {GROUP}; sleep 0.2",
    "kill-the-group": f"kill -KILL {GROUP}",
}


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize("harm", HARM.values(), ids=list(HARM))
def test_harm_to_the_parent_once_fails_that_case_alone(harm: str, workers: str, tmp_path: Path) -> None:
    third = f"{counted(tmp_path)}; if [ $n -eq 3 ]; then {harm}; fi"
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"exporter": third})
    few = ("--only", "exporter-report-digest,exporter-run-index", "-n", workers, "--lifecycle", f"dir:{lifecycle}")

    run = run_suite(tmp_path / "run", *EMBEDDED, *few, environment={"DOCKER_HOST": "unix:///no/such/docker.sock"})

    blamed = [case.message for case in run.cases if case.verdict not in ("pass", "not-applicable")]
    assert (run.verdict, run.status, len(blamed)) == ("nonconformant", 1, 1), run.output
    assert "the process that had started the exporter was" in blamed[0]
    assert processes_in(tmp_path) == []


def test_harm_to_the_parent_always_fails_everything(tmp_path: Path) -> None:
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"exporter": "kill -STOP $PPID"})

    run = run_suite(tmp_path / "run", *EMBEDDED, "--only", "exporter-report-digest", "--lifecycle", f"dir:{lifecycle}")

    assert (run.verdict, run.status) == ("nonconformant", 1), run.output
    assert {case.verdict for case in run.cases} == {"fail"}


def test_harm_in_the_smoke_run_fails_a_requirement_of_its_own(tmp_path: Path) -> None:
    once = f"if mkdir {tmp_path}/done 2>/dev/null; then kill -KILL $PPID; fi"
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"exporter": once})

    run = run_suite(tmp_path / "run", *EMBEDDED, "--only", "exporter-report-digest", "--lifecycle", f"dir:{lifecycle}")

    assert (run.verdict, run.status) == ("nonconformant", 1), run.output
    assert [case.id for case in run.cases if case.requirement == "phase-no-crash"] == ["smoke run"]
    assert "the process that had started the exporter was ended by SIGKILL while it ran" in run.output


def test_a_worker_that_was_stopped_goes_on(tmp_path: Path) -> None:
    second = f"mkdir {tmp_path}/first 2>/dev/null || if mkdir {tmp_path}/second 2>/dev/null; then {STOP_WORKER}; fi"
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"exporter": second})
    options = ("--only=exporter-report-digest", "-n2", f"--lifecycle=dir:{lifecycle}")

    run = run_suite(tmp_path / "run", *EMBEDDED, *options)

    assert (run.verdict, run.status) == ("conformant", 0), run.output
    assert "processes of the run were stopped by something, and continued" in run.output
