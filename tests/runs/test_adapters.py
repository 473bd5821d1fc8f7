"""A program that stands for a rebaser: judged by what it can, and of nothing else is anything said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.runs import EMBEDDED, REFERENCE, Run, run_suite, write_program

REBASE = f'python3 -IS {REFERENCE}/rebaser "$@"'
SOME = 'capabilities = ["force", "recorded-run-image", "run-image"]\n'
ONLY = "--only=" + ",".join(
    (
        *("rebaser-every-tag", "rebaser-force-index", "rebaser-layers", "rebaser-report", "rebaser-run-foreign"),
        *("exporter-base-config", "phase-exit-range"),
    )
)


def judged(directory: Path, script: str, *arguments: str, said: str = "") -> Run:
    """Judge a script as a rebaser."""
    directory.mkdir()
    write_program(directory / "rebase", f"#!/bin/sh\n{script}\n")
    file = directory / "mine.toml"
    file.write_text(f'target = "exec:./rebase"\nphases = ["rebaser"]\nplatform-apis = ["0.12", "0.15"]\n{said}')
    return run_suite(directory / "run", *EMBEDDED, *arguments, "--lifecycle", str(file))


@pytest.mark.long
def test_adapter_is_judged_by_what_it_can(tmp_path: Path) -> None:
    run = judged(tmp_path / "a", f"{REBASE} || exit 90", ONLY, said=SOME)

    verdicts = run.verdicts()
    assert (run.verdict, run.status) == ("conformant", 0), run.output
    assert {name: verdicts[name] for name in ("rebaser-run-foreign", "rebaser-layers", "rebaser-force-index")} == {
        **dict.fromkeys(("rebaser-run-foreign", "rebaser-layers", "rebaser-force-index"), "pass")
    }
    assert {verdicts[name] for name in ("rebaser-every-tag", "rebaser-report")} == {"not-applicable"}
    assert {verdicts[name] for name in ("exporter-base-config", "phase-exit-range")} == {"not-applicable"}
    assert "the target does the job of the rebaser alone" in run.output
    assert {case.verdict for case in run.cases if "previous_image_is_what" in case.id} <= {"not-applicable"}


@pytest.mark.long
def test_whole_rebaser_behind_an_adapter_is_judged_as_one(tmp_path: Path) -> None:
    run = judged(tmp_path / "a", f"exec {REBASE}", ONLY)

    verdicts = run.verdicts()
    assert (run.verdict, run.status) == ("conformant", 0), run.output
    assert {verdicts[name] for name in ("rebaser-every-tag", "rebaser-report", "phase-exit-range")} == {"pass"}
    assert verdicts["exporter-base-config"] == "not-applicable"


def test_adapter_that_changes_what_it_may_not_fails(tmp_path: Path) -> None:
    """It goes on with another architecture's image where a rebaser has to refuse."""
    run = judged(tmp_path / "a", REBASE.replace('"$@"', '-force "$@"'), "--only=rebaser-run-foreign", said=SOME)

    assert (run.verdict, run.status) == ("nonconformant", 1), run.output


@pytest.mark.parametrize("script", ["echo 'unknown flag: -uid' >&2; exit 90", f"{REBASE}; exit 90", "exit 11"])
def test_adapter_that_can_not_do_the_plain_thing_is_one_line(tmp_path: Path, script: str) -> None:
    run = judged(tmp_path / "a", script, "--only=rebaser-run-foreign", said=SOME)

    (error,) = [case for case in run.cases if case.verdict != "not-run"]
    assert (run.verdict, run.status) == ("error", 3)
    assert error.message.startswith("the rebaser can't do the plain thing: rebaser exited with status ")
    assert "\n" not in error.message


@pytest.mark.long
def test_adapter_that_does_nothing_passes_nothing(tmp_path: Path) -> None:
    run = judged(tmp_path / "a", "exit 0", "--authority=issue-435,platform", said=SOME)

    assert run.verdict == "nonconformant"
    assert "pass" not in run.verdicts().values()


def test_platform_api_that_it_is_not_said_to_speak(tmp_path: Path) -> None:
    run = judged(tmp_path / "a", "exit 0", "--platform-api=0.13")

    assert run.status == 4
    assert "--platform-api 0.13: its target file does not name it" in run.output
