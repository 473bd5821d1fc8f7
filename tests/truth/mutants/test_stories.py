"""What is told of a child that a registry lost: that it is, and what the phase did instead (public bug reports)."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.json_file import load
from tests.truth.mutants.every import KILL, named
from tests.truth.mutants.mutant import judge

TOLD = {
    "every-image-of-an-index-is-read": "exited with status",
    "next-entry-where-a-child-is-lost-previous": "[image].reference = ",
    "next-entry-where-a-child-is-lost-rebase": "exited with status 0",
}
"""Faults that show where a child is lost, each with a part of what is said to be found."""


@pytest.mark.parametrize("name", TOLD)
def test_a_lost_child_stands_as_lost(name: str, tmp_path: Path) -> None:
    """Of an index in which nothing else is wrong, whatever the phase did about it."""
    judge(named(name), tmp_path)

    cases = load(tmp_path / "run" / "reports" / "results.json").cases
    evidences = [case.evidence for case in cases if case.evidence and case.verdict.value in KILL.values()]
    lost = [line for evidence in evidences for line in evidence.images if line.what.endswith("lost")]
    assert evidences
    assert {(line.depth, line.what.split(", ")[0].split("/")[0]) for line in lost} == {(1, "linux")}
    assert all(TOLD[name] in evidence.found for evidence in evidences)
