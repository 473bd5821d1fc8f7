"""The figures that the project's tests end with."""

from __future__ import annotations

import pytest

from tests.support import figures
from tests.support.figures import FALSE_POSITIVES, RIGHT, STALE

KILLED = "tests/truth/mutants/test_mutants.py::test_mutant_is_killed"
NONE: dict[str, list[pytest.TestReport]] = {"passed": [], "failed": [], "skipped": [], "xfailed": []}


def report(name: str, **recorded: int) -> pytest.TestReport:
    names = {"right": RIGHT, "false_positives": FALSE_POSITIVES, "stale": STALE}
    properties = [(names[key], value) for key, value in recorded.items()]
    return pytest.TestReport(name, ("", None, ""), {}, "passed", None, "call", user_properties=properties)


def test_every_mutant_that_was_run_is_counted_by_what_became_of_it() -> None:
    ended = {
        "passed": [report(f"{KILLED}[first-child]"), report(f"{KILLED}[last-child]"), report("another[x]")],
        "failed": [report(f"{KILLED}[os-ignored]")],
        "skipped": [report(f"{KILLED}[recorded-platform-ignored]")],
    }

    (text,) = figures.of(ended, whole=True)
    killed = "2 of 3 killed by the requirement that names their fault"
    assert text == f"mutants: {killed}, 1 failed; 1 more can't be run here"


def test_false_positives_are_added_up_whether_or_not_the_test_passed() -> None:
    fair, unfair = report("fair", right=300, false_positives=0), report("unfair", right=40, false_positives=2)

    assert figures.of({**NONE, "passed": [fair]}, whole=True) == [
        "false positives: none in 300 cases of lifecycles that conform"
    ]
    assert figures.of({**NONE, "passed": [fair], "failed": [unfair]}, whole=True) == [
        "false positives: 2 in 340 cases of lifecycles that conform"
    ]


def test_a_sample_is_called_one() -> None:
    assert figures.of({**NONE, "passed": [report("fair", right=30, false_positives=0)]}, whole=False) == [
        "false positives: none in 30 cases of lifecycles that conform (a sample; all of them: make test-all)"
    ]


def test_a_sample_of_mutants_is_called_one_too() -> None:
    assert figures.of({**NONE, "passed": [report(f"{KILLED}[first-child]")]}, whole=False) == [
        "mutants: 1 of 1 killed by the requirement that names their fault (a sample; all of them: make test-all)"
    ]


def test_killers_that_did_not_kill_are_told() -> None:
    ended = {**NONE, "passed": [report(f"{KILLED}[first-child]", stale=1), report(f"{KILLED}[last-child]")]}

    assert figures.of(ended, whole=True)[1:] == [
        "killers.json is stale: 1 of them were killed by another case than it says (make killers)"
    ]


def test_tests_that_measure_nothing_tell_nothing() -> None:
    assert figures.of({**NONE, "passed": [report("tests/test_plan.py::test_plan")]}, whole=True) == []
