"""Who is to blame for what: one table, and nothing but what only a lifecycle can cause accuses it."""

from __future__ import annotations

import pytest

from conformance.judge import blamed
from fixtures import errors
from reports.case import Verdict
from suites import expect
from suites.expect.outcomes import HarnessError, NonConforming, NotApplicable, NotRun, Untestable, accusation
from tools.check_repository import accusing

DAMAGED = errors.Damaged("layer 2 of app", "whole gzip", "it ends early")
TORN = errors.ReleaseDamaged("x.tgz", "an archive", "it ends early")
NO_REPORT = errors.OutputError("report.toml", "TOML", "no such file")
HARM = errors.Harm("exporter", "the process that had started the exporter was stopped while it ran")

BLAMED: dict[Verdict, tuple[Exception, ...]] = {
    Verdict.FAIL: (TORN, NonConforming("this", "that"), DAMAGED, NO_REPORT, HARM),
    Verdict.UNTESTABLE: (Untestable(""), errors.Starved(""), errors.Unprepared("")),
    Verdict.NOT_RUN: (
        NotRun(""),
        errors.EnvironmentMissing(""),
        errors.GivenUp(""),
        errors.NoProgram("the target has no restorer"),
        errors.StorageRefused(""),
    ),
    Verdict.NOT_APPLICABLE: (NotApplicable(""), errors.NotCapable("")),
    Verdict.HARNESS_ERROR: (
        HarnessError(""),
        errors.Missing("nothing is there"),
        errors.NotOurs("elsewhere"),
        errors.StorageFailed(""),
        errors.MachineFailed(""),
        errors.TargetError(""),
        AssertionError("an assert of a test"),
        TypeError("a mistake of a test"),
    ),
}


@pytest.mark.parametrize(
    ("error", "verdict"),
    [(error, verdict) for verdict, several in BLAMED.items() for error in several],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_blame(error: Exception, verdict: Verdict) -> None:
    assert blamed(error) is verdict


def test_every_fact_is_named() -> None:
    """The picture that fixtures/errors.py opens with has every class of it, and each has a verdict here."""
    facts = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)}
    leaves = {kind for kind in facts if not kind.__subclasses__()}
    judged = {type(error) for several in BLAMED.values() for error in several}

    assert all(kind.__name__ in str(errors.__doc__) for kind in facts - {errors.ReadError})
    assert {kind for kind in leaves if kind.__module__ == "fixtures.errors"} - judged == {errors.NotHere}


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (DAMAGED, "expected layer 2 of app to be readable as whole gzip; found it ends early"),
        (TORN, "expected x.tgz to be readable as an archive; found it ends early"),
        (NO_REPORT, "expected report.toml to be readable as TOML; found no such file"),
        (HARM, f"expected the exporter to leave the process alone that started it; found {HARM}"),
    ],
    ids=["damaged", "release", "output", "harm"],
)
def test_accusation(
    fact: errors.Damaged | errors.ReleaseDamaged | errors.OutputError | errors.Harm, sentence: str
) -> None:
    assert str(accusation(fact)) == sentence


@pytest.mark.parametrize("fact", [DAMAGED, NO_REPORT], ids=["damaged", "output"])
def test_control_that_leaves_nothing_to_read_judges_nothing(fact: Exception) -> None:
    with (
        pytest.raises(Untestable, match=r"readable as .*; found (it ends early|no such file)"),
        expect.positive_control(),
    ):
        raise fact


@pytest.mark.parametrize(
    "line",
    [
        "raise NonConforming(expected, found)",
        'holds(found, "this", "that")',
        'same("what", found, expected)',
        "from suites.expect.outcomes import shown",
    ],
)
def test_fixtures_that_accuse_are_refused(line: str) -> None:
    assert [problem.partition(":")[2][:1] for problem in accusing(f"import this\n{line}\n", "fixtures/x.py")] == ["2"]
    assert not list(accusing("same = not_the_same(it_holds)\n", "fixtures/x.py"))
