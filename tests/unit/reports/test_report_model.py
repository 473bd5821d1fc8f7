"""How the verdict on a lifecycle follows from its cases."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from reports.about import Scope
from reports.case import Case, Verdict, judge
from reports.evidence import Evidence
from reports.results import LifecycleVerdict, Results

N_A, NOT_RUN, PASS, PARTIAL, WARN, UNTESTABLE, FAIL, BROKEN = Verdict
OF_CASES = [verdict for verdict in Verdict if verdict is not PARTIAL]
MakeCase = Callable[..., Case]
MakeResults = Callable[..., Results]


def test_verdicts_are_ordered_as_the_design_has_it() -> None:
    names = [verdict.value for verdict in sorted(Verdict)]
    assert names == ["not-applicable", "not-run", "pass", "partial", "warn", "untestable", "fail", "harness-error"]


@pytest.mark.parametrize(
    ("mild", "grave"), [pair for pair in itertools.combinations(OF_CASES, 2) if pair != (NOT_RUN, PASS)]
)
def test_the_graver_case_wins(make_case: MakeCase, make_results: MakeResults, mild: Verdict, grave: Verdict) -> None:
    for pair in ((mild, grave), (grave, mild)):
        results = make_results([make_case("must-one", verdict, f"{n}") for n, verdict in enumerate(pair)])
        assert results.outcomes[0].verdict is grave


@pytest.mark.parametrize(
    ("level", "held", "verdict"),
    [
        ("MUST", True, PASS),
        ("MUST", False, FAIL),
        ("SHOULD", True, PASS),
        ("SHOULD", False, WARN),
        ("INFO", True, PASS),
        ("INFO", False, WARN),
    ],
)
def test_the_level_decides_what_a_breach_is(level: str, held: bool, verdict: Verdict) -> None:
    assert judge(level, held) is verdict


RULES = [
    # what was found, what was asked for beyond that, verdict, exit status
    pytest.param({"must-one": [PASS]}, (), "conformant", 0, id="a MUST passed"),
    pytest.param({"must-one": [PASS, N_A]}, (), "conformant", 0, id="one case does not apply"),
    pytest.param({"must-one": [PASS], "must-two": [N_A]}, (), "conformant", 0, id="one MUST does not apply"),
    pytest.param({"must-one": [PASS], "should-one": [WARN]}, (), "conformant", 0, id="a SHOULD warned"),
    pytest.param({"must-one": [PASS], "should-one": [UNTESTABLE]}, (), "conformant", 0, id="a SHOULD untestable"),
    pytest.param({"must-one": [PASS], "should-one": [NOT_RUN]}, (), "conformant", 0, id="a SHOULD not run"),
    pytest.param({"must-one": [PASS]}, ("should-one",), "conformant", 0, id="a SHOULD lost"),
    pytest.param({"must-one": [PASS]}, ("gone-one",), "conformant", 0, id="an excluded MUST asked for"),
    pytest.param({"must-one": [PASS], "info-one": [WARN]}, (), "conformant", 0, id="an INFO does not hold"),
    pytest.param({"should-one": [PASS]}, (), "conformant", 0, id="only a SHOULD was asked for"),
    pytest.param({"should-one": [WARN]}, (), "conformant", 0, id="only a SHOULD, warned"),
    pytest.param({"must-one": [FAIL]}, (), "nonconformant", 1, id="a MUST failed"),
    pytest.param({"must-one": [PASS, FAIL, PASS]}, (), "nonconformant", 1, id="one case of many failed"),
    pytest.param({"must-one": [FAIL, UNTESTABLE]}, (), "nonconformant", 1, id="failed beside untestable"),
    pytest.param({"must-one": [FAIL], "must-two": [NOT_RUN]}, (), "nonconformant", 1, id="failed beside not run"),
    pytest.param({"must-one": [FAIL]}, ("must-two",), "nonconformant", 1, id="failed beside lost"),
    pytest.param({"must-one": [PASS, UNTESTABLE]}, (), "incomplete", 6, id="one case untestable"),
    pytest.param({"must-one": [UNTESTABLE]}, (), "incomplete", 6, id="only untestable"),
    pytest.param({"should-one": [UNTESTABLE]}, (), "incomplete", 6, id="only a SHOULD, untestable"),
    pytest.param({"must-one": [PASS, NOT_RUN]}, (), "incomplete", 6, id="one case not run"),
    pytest.param({"must-one": [PASS], "must-two": [NOT_RUN]}, (), "incomplete", 6, id="one MUST not run"),
    pytest.param({"must-one": [PASS]}, ("must-two",), "incomplete", 6, id="a MUST lost"),
    pytest.param({"must-one": [BROKEN]}, (), "error", 3, id="the harness failed"),
    pytest.param({"must-one": [FAIL, BROKEN]}, (), "error", 3, id="failed beside a harness error"),
    pytest.param({"must-one": [PASS], "info-one": [BROKEN]}, (), "error", 3, id="the harness failed at an INFO"),
    pytest.param({"must-one": [PASS], "": [BROKEN]}, (), "error", 3, id="a harness error of no requirement"),
    pytest.param({}, (), "incomplete", 5, id="nothing selected"),
    pytest.param({}, ("must-one",), "incomplete", 5, id="asked for, nothing run"),
    pytest.param({"must-one": [NOT_RUN]}, (), "incomplete", 5, id="everything not run"),
    pytest.param({"must-one": [N_A]}, (), "incomplete", 5, id="nothing applies"),
    pytest.param({"info-one": [PASS, WARN]}, (), "incomplete", 5, id="INFO is never judged"),
]


@pytest.mark.parametrize(("found", "lost", "verdict", "exit_status"), RULES)
def test_verdict_on_the_lifecycle(
    make_case: MakeCase,
    make_results: MakeResults,
    found: dict[str, list[Verdict]],
    lost: tuple[str, ...],
    verdict: str,
    exit_status: int,
) -> None:
    cases = [make_case(id_, case, f"{n}") for id_, verdicts in found.items() for n, case in enumerate(verdicts)]
    results = make_results(cases, {*filter(None, found), *lost})
    assert (results.verdict, results.exit_status) == (LifecycleVerdict(verdict), exit_status)


@pytest.mark.parametrize(("left_out", "verdict"), [({"amd64": "no emulator"}, "conformant"), ({}, "incomplete")])
def test_what_the_defaults_left_out_was_not_asked_for(
    make_case: MakeCase, make_results: MakeResults, left_out: dict[str, str], verdict: str
) -> None:
    judged = msgspec.structs.replace(make_case("must-one", PASS), platform="linux/s390x")
    results = make_results([judged, make_case("must-one", NOT_RUN, "amd64")])
    results = replace(results, environment=msgspec.structs.replace(results.environment, left_out=left_out))
    assert results.verdict.value == verdict
    assert results.outcomes[0].counts == {"not-run": 1, "pass": 1}


@pytest.mark.parametrize(
    ("verdicts", "left_out", "verdict", "lifecycle", "status"),
    [
        ([PASS], 0, PASS, "conformant", 0),
        ([PASS], 1, PARTIAL, "incomplete", 6),
        ([PASS, NOT_RUN], 0, PARTIAL, "incomplete", 6),
        ([PASS, N_A], 1, PARTIAL, "incomplete", 6),
        ([FAIL, PASS], 1, FAIL, "nonconformant", 1),
        ([UNTESTABLE, PASS], 1, UNTESTABLE, "incomplete", 6),
        ([NOT_RUN], 1, NOT_RUN, "incomplete", 5),
        ([N_A], 1, N_A, "incomplete", 5),
    ],
)
def test_a_requirement_that_was_judged_in_part_has_not_passed(
    make_case: MakeCase,
    make_results: MakeResults,
    verdicts: list[Verdict],
    left_out: int,
    verdict: Verdict,
    lifecycle: str,
    status: int,
) -> None:
    cases = [make_case("must-one", each, f"{n}") for n, each in enumerate(verdicts)]
    results = replace(make_results(cases), scope=Scope(by=("-k 0",), left_out={"must-one": left_out}))

    assert results.outcomes[0].verdict is verdict
    assert (results.verdict.value, results.exit_status) == (lifecycle, status)


def test_cases_of_requirements_that_were_not_asked_for_are_not_missed(
    make_case: MakeCase, make_results: MakeResults
) -> None:
    results = replace(make_results([make_case("must-one", PASS)]), scope=Scope(("--only=must-one",), {"must-two": 7}))

    assert (results.verdict.value, results.exit_status) == ("conformant", 0)
    assert [outcome.verdict for outcome in results.outcomes][:2] == [PASS, NOT_RUN]


def test_a_should_in_part_keeps_nobody_from_being_conformant(make_case: MakeCase, make_results: MakeResults) -> None:
    cases = [make_case("must-one", PASS), make_case("should-one", PASS)]
    results = replace(make_results(cases), scope=Scope(("-k x",), {"should-one": 7}))

    assert results.outcomes[2].verdict is PARTIAL
    assert (results.verdict.value, results.exit_status) == ("conformant", 0)


@pytest.mark.parametrize(
    ("case", "verdict"), [(PASS, "incomplete"), (FAIL, "nonconformant"), (BROKEN, "error"), (NOT_RUN, "incomplete")]
)
def test_what_was_interrupted_is_never_conformant(
    make_case: MakeCase, make_results: MakeResults, case: Verdict, verdict: str
) -> None:
    results = replace(make_results([make_case("must-one", case)]), interrupted=True)

    assert (results.verdict.value, results.exit_status) == (verdict, 2)


def test_a_requirement_without_cases_says_why(make_case: MakeCase, make_results: MakeResults) -> None:
    outcomes = {
        outcome.row.id: outcome
        for outcome in make_results([make_case("must-one", PASS)], ["must-one", "must-two"]).outcomes
    }
    assert [outcome.verdict for outcome in outcomes.values()] == [PASS, NOT_RUN, NOT_RUN, NOT_RUN, N_A]
    assert outcomes["must-two"].reason == "asked for, but none of its cases was run"
    assert outcomes["should-one"].reason == "not selected"
    assert outcomes["gone-one"].reason == "not driven yet"


def test_counts_and_telling_cases(make_case: MakeCase, make_results: MakeResults) -> None:
    verdicts = [PASS, FAIL, PASS, UNTESTABLE, FAIL]
    outcome = make_results([make_case("must-one", verdict, f"{n}") for n, verdict in enumerate(verdicts)]).outcomes[0]
    assert outcome.counts == {"pass": 2, "fail": 2, "untestable": 1}
    assert [case.id[-3:] for case in outcome.notable] == ["[1]", "[4]", "[3]"]


def test_a_case_travels_as_plain_values(make_case: MakeCase) -> None:
    evidence = Evidence(expected="an ESC \x1b", found="2", names={"sha256:1": "layer 2 of run"})
    case = msgspec.structs.replace(make_case("must-one", FAIL, "x"), evidence=evidence)
    assert msgspec.convert(json.loads(json.dumps(msgspec.to_builtins(case))), Case) == case


@pytest.mark.parametrize("change", [{"odd": 1}, {"verdict": "splendid"}, {"verdict": "partial"}])
def test_what_is_no_case_is_said_so(make_case: MakeCase, change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"odd|splendid|partial"):
        msgspec.convert(msgspec.to_builtins(make_case("must-one", PASS)) | change, Case)


@pytest.mark.parametrize(("requirement", "verdict"), [("unheard-of", PASS), ("", FAIL)])
def test_a_case_without_a_row_is_an_error(
    make_case: MakeCase, make_results: MakeResults, requirement: str, verdict: Verdict
) -> None:
    with pytest.raises(ValueError, match="has no row"):
        make_results([make_case(requirement, verdict)])
