"""Every faulty release is killed by the requirement that it names; the reference's release is accused of nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.artifacts import reference
from suites.requirements.catalogue import load
from tests.support.runs import Run, run_suite
from tests.truth.mutants.artifacts.every import MUTANTS
from tests.truth.mutants.artifacts.mutant import ReleaseMutant
from tests.truth.mutants.every import KILL
from tests.truth.mutants.mutant import places_of


def judge(directory: Path, place: str, *arguments: str, places: list[str] | None = None) -> Run:
    """Judge a release below a directory."""
    kind, colon, folder = place.partition(":")
    return run_suite(
        directory / "run",
        "--artifacts",
        f"{kind}:{directory / 'release' / folder}" if colon else f"{directory / 'release' / place}",
        *arguments,
        places=places or ["suites"],
    )


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_mutant_is_killed(mutant: ReleaseMutant, tmp_path: Path) -> None:
    reference.make(tmp_path / "release")
    mutant.change(tmp_path / "release")

    run = judge(tmp_path, mutant.place, "--only", mutant.killed_by, places=places_of(mutant.killed_by))

    kill = KILL[load()[mutant.killed_by].level]
    verdicts = [case.verdict for case in run.cases if case.requirement == mutant.killed_by]
    assert kill in verdicts, run.output
    assert "harness-error" not in verdicts, run.output


@pytest.mark.long
def test_reference_release_is_accused_of_nothing(tmp_path: Path) -> None:
    run = run_suite(tmp_path, "--artifacts=reference")

    assert {
        case.id: case.message for case in run.cases if case.verdict not in ("pass", "not-run", "not-applicable")
    } == {}
    assert (run.verdict, run.status) == ("conformant", 0)
    assert run.results["lifecycle"] is None
