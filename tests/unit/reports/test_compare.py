"""Two runs held against each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as altered

from reports.about import CatalogueInfo
from reports.case import Case, Verdict
from reports.compare import Comparison, render
from reports.evidence import Evidence
from reports.results import Results

Judge = Callable[..., Results]


@pytest.fixture
def judge(make_case: Callable[..., Case], make_results: Callable[..., Results]) -> Judge:
    """Give results in which must-one has these verdicts, by test."""

    def made(requirement: str = "must-one", api: str = "0.15", **verdicts: Verdict) -> Results:
        def case(test: str, verdict: Verdict) -> Case:
            name, place = f"{requirement}/{test}", f"suites/x.py::{test}[amd64-{api}]"
            return altered(make_case(requirement, verdict), name=name, id=place, platform_api=api)

        return make_results([case(*pair) for pair in verdicts.items()])

    return made


@pytest.mark.parametrize(
    ("before", "now", "where"),
    [
        (Verdict.PASS, Verdict.FAIL, "failing"),
        (Verdict.PASS, Verdict.UNTESTABLE, "failing"),
        (Verdict.FAIL, Verdict.PASS, "mended"),
        (Verdict.UNTESTABLE, Verdict.FAIL, "otherwise"),
        (Verdict.NOT_RUN, Verdict.FAIL, "newly_judged"),
        (None, Verdict.FAIL, "newly_judged"),
        (Verdict.FAIL, Verdict.NOT_RUN, "no_longer_judged"),
        (Verdict.FAIL, None, "no_longer_judged"),
    ],
)
def test_change_is_told_under_its_heading(
    before: Verdict | None, now: Verdict | None, where: str, judge: Judge
) -> None:
    then, today = ({"test_a": verdict} if verdict else {"test_b": Verdict.PASS} for verdict in (before, now))
    comparison = Comparison(judge(**then), judge(api="0.13", **today))

    assert [change.name for change in comparison.changes] == ["must-one/test_a"]
    assert getattr(comparison, where) == comparison.changes
    assert "`must-one/test_a` on linux/amd64" in render(comparison)
    assert comparison.worse is (now is Verdict.FAIL)


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.FAIL, Verdict.NOT_RUN])
def test_what_is_as_it_was_is_no_change(verdict: Verdict, judge: Judge) -> None:
    comparison = Comparison(judge(test_a=verdict), judge(test_a=verdict, test_new=Verdict.PASS))

    assert comparison.changes == ()
    assert not comparison.worse
    assert "No case that both judged ended in another way." in render(comparison)


def test_why_it_was_not_judged_is_said_and_at_which_platform_apis(judge: Judge) -> None:
    then = judge(api="0.13", test_a=Verdict.NOT_APPLICABLE)
    then = replace(
        then,
        cases=tuple(altered(case, reason="holds from Platform API 0.15") for case in then.cases),
        lifecycle=then.lifecycle and altered(then.lifecycle, platform_apis=("0.13",)),
    )

    text = render(Comparison(then, judge(test_a=Verdict.FAIL)))

    assert "Judged at Platform API 0.13 then, 0.15 now." in text
    assert "`must-one/test_a` on linux/amd64: not judged (holds from Platform API 0.15), now fail" in text


def test_example_that_did_not_hold_is_named(judge: Judge) -> None:
    then = judge(test_a=Verdict.FAIL)
    example = ("# number 15 with --seed=0, and made smaller", "# rebased onto", "index_of(", "    first,", ")")
    evidence = Evidence(expected="this", found="that", example=example)
    then = replace(then, cases=tuple(altered(case, evidence=evidence) for case in then.cases))

    text = render(Comparison(then, judge(test_a=Verdict.PASS)))

    assert "on linux/amd64: fail, now pass; of those drawn: `index_of(first)`" in text


def test_a_should_makes_no_run_worse(judge: Judge) -> None:
    then, now = (judge("should-one", test_a=verdict) for verdict in (Verdict.PASS, Verdict.WARN))

    assert len(Comparison(then, now).failing) == 1
    assert not Comparison(then, now).worse


def test_other_requirements_are_said_to_be_others(judge: Judge) -> None:
    one = judge(test_a=Verdict.PASS)
    other = replace(one, catalogue=CatalogueInfo(digest=f"sha256:{9:064x}"))

    assert "other versions of the requirements" in render(Comparison(one, other))


def test_hostile_names_stay_in_their_line(judge: Judge) -> None:
    hostile: dict[str, Any] = {"test_a[`\n# x\x1b[2J]": Verdict.FAIL}
    text = render(Comparison(judge(), judge(**hostile)))

    assert "\x1b" not in text
    assert "\n# x" not in text
    assert text.count("`") == 2
