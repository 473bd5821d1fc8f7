"""Every mutant is killed by the requirement that it names."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from suites.requirements.catalogue import load
from tests.support.figures import FALSE_POSITIVES, KILLER, RIGHT, STALE
from tests.support.plugins import first_and_last
from tests.support.runs import EMBEDDED, NO_ENGINE, run_suite
from tests.support.sampled import but_few
from tests.truth.mutants import killers
from tests.truth.mutants.every import KILL, LEFT_OPEN, MUTANTS
from tests.truth.mutants.mutant import AS_USUAL, Mutant, can_be_judged, judge, killer_of

SLIPS = ("this is a defect of the reference lifecycle", "SyntaxError", "NameError", "ImportError")
"""What a mutant prints that is broken rather than faulty: it would be killed whatever is tested."""

UNREAD = () if shutil.which("skopeo") else ("not-run",)
"""The verdict on phase-output-readable without skopeo: these runs are kept from the Docker engine."""

Record = Callable[[str, object], None]


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_mutant_is_killed(mutant: Mutant, tmp_path: Path, record_property: Record) -> None:
    if not can_be_judged(mutant):
        pytest.skip("no second architecture can be run here: make emulators")
    known = killers.known().get(mutant.name, "")

    run = judge(mutant, tmp_path, killer=known)

    kill = KILL[load()[mutant.killed_by].level]
    killed_by = [case.id for case in run.cases if case.verdict == kill and case.requirement == mutant.killed_by]
    values = {case.id: case.message for case in run.cases if case.verdict not in ("pass", "not-run")}
    assert killed_by, f"{mutant} survived {mutant.killed_by}\n{values}\n{run.output}"
    assert [case.message for case in run.cases if case.verdict == "harness-error"] == []
    assert not [text for text in values.values() for slip in SLIPS if slip in text]
    record_property(KILLER, f"{mutant} {killer_of(tmp_path)}")
    if killer_of(tmp_path) != known:
        record_property(STALE, mutant.name)


@pytest.mark.long
def test_reference_itself_is_not_killed(tmp_path: Path, record_property: Record) -> None:
    run = run_suite(tmp_path, *EMBEDDED, "-p", first_and_last.__name__, environment=NO_ENGINE)

    false_positives = sum(case.verdict not in ("pass", "not-applicable", *UNREAD) for case in run.cases)
    record_property(RIGHT, len(run.cases))
    record_property(FALSE_POSITIVES, false_positives)

    assert set(run.verdicts().values()) == {"pass", "partial", "not-applicable", *UNREAD}, run.output
    assert (run.verdict, run.status) == ("incomplete", 6)


@pytest.mark.parametrize("change", but_few(LEFT_OPEN))
def test_what_the_texts_leave_open_is_not_accused(change: Mutant, tmp_path: Path, record_property: Record) -> None:
    run = judge(change, tmp_path, examples=AS_USUAL)

    judged = [case for case in run.cases if case.requirement == change.killed_by]
    false_positives = {case.id: case.message for case in judged if case.verdict not in ("pass", "not-applicable")}
    record_property(RIGHT, len(judged))
    record_property(FALSE_POSITIVES, len(false_positives))
    assert judged, run.output
    assert not false_positives
