"""One plain call of each phase before the cases: a program that does not know its own flags gets one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.runs import EMBEDDED, run_suite, wrapped_reference
from tests.support.sampled import but_few

DOES_NOT_KNOW = (
    'for word; do if [ "$word" = -uid ]; then echo usage >&2; echo "flag not defined: -uid" >&2; exit 2; fi; done'
)


@pytest.mark.parametrize("workers", but_few(["0", "2"]))
def test_phase_that_does_not_know_a_flag_is_one_line_and_no_verdict(workers: str, tmp_path: Path) -> None:
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"rebaser": DOES_NOT_KNOW})
    only = ("--only", "rebaser-run-absent,analyzer-previous-missing", "-n", workers)

    run = run_suite(tmp_path / "run", *EMBEDDED, *only, "--lifecycle", f"dir:{lifecycle}")

    (error,) = [case for case in run.cases if case.verdict != "not-run"]
    assert (error.id, error.requirement, error.verdict) == ("smoke run", "", "harness-error")
    assert error.message.startswith("the rebaser can't do the plain thing: rebaser exited with status 2, and asked")
    assert "the last it said was: flag not defined: -uid [env -i" in error.message
    assert "\n" not in error.message
    assert (run.verdict, run.status) == ("error", 3)
    assert len(run.cases) > 15


def test_phase_that_nothing_was_asked_of_is_not_called(tmp_path: Path) -> None:
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"rebaser": f"touch {tmp_path}/called; {DOES_NOT_KNOW}"})

    run = run_suite(
        tmp_path / "run", *EMBEDDED, "--only", "analyzer-previous-missing", "--lifecycle", f"dir:{lifecycle}"
    )

    assert (run.verdict, run.status) == ("conformant", 0), run.output
    assert not (tmp_path / "called").exists()


def test_phase_that_fails_having_asked_the_registry_is_left_to_the_cases(tmp_path: Path) -> None:
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {})
    rebaser = (lifecycle / "rebaser").read_text().replace("exec ", "")
    (lifecycle / "rebaser").write_text(f"{rebaser}exit 70\n")

    run = run_suite(tmp_path / "run", *EMBEDDED, "--only", "rebaser-run-index", "--lifecycle", f"dir:{lifecycle}")

    assert run.verdict != "error", run.output
    assert {case.verdict for case in run.cases} <= {"fail", "untestable"}
