"""What is printed at the end of a run."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from reports import rerun, terminal
from reports.about import Rules, Scope
from reports.case import Case, Verdict
from reports.results import Results
from reports.subscribers import Written
from reports.summary import summary

MakeCase = Callable[..., Case]
MakeResults = Callable[..., Results]


@pytest.fixture
def mixed(make_case: MakeCase, make_results: MakeResults) -> Results:
    """Give results with a failed MUST, a warned SHOULD and things that were not run."""
    return make_results(
        [
            make_case("must-one", Verdict.PASS, "amd64"),
            make_case("must-one", Verdict.FAIL, "arm64"),
            make_case("must-one", Verdict.FAIL, "s390x"),
            make_case("must-two", Verdict.PASS, "amd64"),
            make_case("must-two", Verdict.NOT_RUN, "s390x"),
            make_case("should-one", Verdict.WARN, "amd64"),
        ]
    )


def test_the_whole_report(mixed: Results) -> None:
    assert (
        terminal.render(mixed, 100, color=False, written=Written([Path("out/results.json"), Path("out/junit.xml")]))
        == """\
── fail ── must-one (MUST, issue-435): does not hold

  The child that fits is used. (issue 435: rebaser)

  suites/some/test_must_one.py::test_it[arm64]  (linux/amd64, Platform API 0.15, registry)

    the story of arm64

  The other cases, 1 of 3:
  fail suites/some/test_must_one.py::test_it[s390x]  (linux/amd64, Platform API 0.15, registry)

  To run all of these again:
    lifecycle-conformance run --lifecycle dir:/opt/lifecycle '--case=suites/some/test_must_one.py::test_it[arm64]' \
'--case=suites/some/test_must_one.py::test_it[s390x]'

── warn ── should-one (SHOULD, oci): does not hold, but is no MUST

  The first match is used. (OCI: image index)

  suites/some/test_should_one.py::test_it[amd64]  (linux/amd64, Platform API 0.15, registry)

    the story of amd64

  To run it again:
    lifecycle-conformance run --lifecycle dir:/opt/lifecycle '--case=suites/some/test_should_one.py::test_it[amd64]'

Requirements
  rebaser
    must-one    MUST    issue-435  fail            1 pass 2 fail
    must-two    MUST    platform   partial         1 not-run 1 pass
  index
    should-one  SHOULD  oci        warn            1 warn
    info-one    INFO    oci        not-run
  source
    gone-one    MUST    issue-435  not-applicable

Not run (never counted as passed)
  - 1 case of must-two: no emulator for s390x
  - 1 requirement, info-one: not selected
  - not applicable: 1 requirement, gone-one: not driven yet
  - arm64: left out, nothing here runs it

lifecycle: lifecycle 0.21.14 (dir:/opt/lifecycle)
run as: amd64 (native)
reports: out/results.json, out/junit.xml
rerun one: lifecycle-conformance run --lifecycle dir:/opt/lifecycle '--case=suites/some/test_must_one.py::test_it[arm64]'
verdict: nonconformant - 1 MUST failed, 1 SHOULD warned, 1 MUST judged only in part, 0 passed, 1 not run, 1 not applicable; \
judged: lifecycle 0.21.14 (dir:/opt/lifecycle)
"""  # noqa: E501 - the last line is never wrapped
    )


@pytest.mark.parametrize(
    ("verdicts", "line"),
    [
        ([Verdict.PASS], "conformant - 1 passed, 3 not run, 1 not applicable"),
        ([Verdict.UNTESTABLE], "incomplete - 1 MUST untestable, 0 passed, 3 not run, 1 not applicable"),
        ([Verdict.UNTESTABLE, Verdict.FAIL], "nonconformant - 1 MUST failed, 0 passed, 3 not run, 1 not applicable"),
        (
            [Verdict.PASS, Verdict.NOT_RUN],
            "incomplete - 1 MUST judged only in part, 0 passed, 3 not run, 1 not applicable",
        ),
        ([Verdict.HARNESS_ERROR], "error - 1 harness error, 0 passed, 3 not run, 1 not applicable"),
        (
            [Verdict.NOT_RUN],
            "incomplete - nothing was judged (no emulator for s390x), 0 passed, 4 not run, 1 not applicable",
        ),
        ([], "incomplete - nothing was judged (there are no cases), 0 passed, 4 not run, 1 not applicable"),
    ],
)
def test_the_verdict_in_one_line(
    make_case: MakeCase, make_results: MakeResults, verdicts: list[Verdict], line: str
) -> None:
    results = make_results([make_case("must-one", verdict, verdict.value) for verdict in verdicts])
    line += "; judged: lifecycle 0.21.14 (dir:/opt/lifecycle)"
    assert summary(results) == line
    assert terminal.render(results).endswith(f"verdict: {line}\n")


def test_the_reference_is_called_so(make_case: MakeCase, make_results: MakeResults) -> None:
    results = make_results([make_case("must-one", Verdict.PASS)])
    assert results.lifecycle
    results = replace(results, lifecycle=msgspec.structs.replace(results.lifecycle, bundled=True))
    assert summary(results).endswith("; judged: the bundled reference lifecycle")


def test_what_narrowed_a_run_is_said(make_case: MakeCase, make_results: MakeResults) -> None:
    results = make_results([make_case("must-one", Verdict.PASS)])
    asked = replace(results, scope=Scope(("--only=must-one", "--examples=3"), {"must-two": 7}))
    assert summary(asked).startswith(
        "conformant in what was asked: 1 of 5 requirements (by --only, --examples) - 1 passed"
    )
    partly = replace(results, scope=Scope(("-k x",), {"must-one": 2, "must-two": 7}))
    message = (
        "incomplete in what was asked: 1 of 5 requirements without 2 cases of theirs (by -k) "
        "- 1 MUST judged only in part"
    )
    assert summary(partly).startswith(message)
    assert "must-one    MUST    issue-435  partial         1 pass, 2 left out" in terminal.render(partly)
    assert "  - 2 cases of must-one: left out: -k x" in terminal.render(partly)


def test_an_interruption_is_said(make_case: MakeCase, make_results: MakeResults) -> None:
    results = replace(make_results([make_case("must-one", Verdict.PASS)]), interrupted=True)
    assert summary(results).startswith("incomplete (interrupted) - 1 passed")
    assert "(by -k; interrupted)" in summary(replace(results, scope=Scope(("-k x",))))


@pytest.mark.parametrize(("rules", "are_said"), [(Rules("a.toml", ("x",), ("y",)), True), (Rules("a.toml"), False)])
def test_rules_of_the_users_own_are_said(
    make_case: MakeCase, make_results: MakeResults, rules: Rules, *, are_said: bool
) -> None:
    line = summary(replace(make_results([make_case("must-one", Verdict.PASS)]), rules=rules))
    assert line.endswith("; by altered rules: 2 rows of a.toml") == are_said
    assert ("altered" in line) == are_said


def test_the_gravest_story_comes_first(make_case: MakeCase, make_results: MakeResults) -> None:
    cases = [make_case("must-one", Verdict.FAIL), make_case("should-one", Verdict.HARNESS_ERROR)]
    message = terminal.render(make_results(cases))
    assert message.index("── harness-error ──") < message.index("── fail ──")


def test_a_harness_error_of_no_requirement_is_told(make_case: MakeCase, make_results: MakeResults) -> None:
    message = terminal.render(make_results([make_case("", Verdict.HARNESS_ERROR, "x", "Traceback: boom")]))
    assert "── harness-error ──" in message
    assert "Traceback: boom" in message


def test_colour_only_where_asked_for(mixed: Results) -> None:
    colored = terminal.render(mixed, color=True)
    assert "\x1b[31mfail" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == terminal.render(mixed, color=False)


def test_escape_sequences_do_not_reach_the_terminal(make_case: MakeCase, make_results: MakeResults) -> None:
    evil = "\x1b[2J\x1b]0;title\x07\x9b31m\rover"
    case = msgspec.structs.replace(make_case("must-one", Verdict.FAIL, evil, evil), platform=evil, rerun=(evil,))
    results = make_results([case, make_case("must-two", Verdict.NOT_RUN, evil, evil)])
    assert results.lifecycle
    results = replace(results, lifecycle=msgspec.structs.replace(results.lifecycle, name=evil, target=evil))
    message = terminal.render(results, written=Written([Path(evil)]))
    assert not set(message) & set("\x1b\x07\x9b\r")
    assert r"\x1b[2J" in message


@pytest.mark.parametrize("width", [80, 100])
def test_tables_and_prose_keep_to_the_width(mixed: Results, width: int) -> None:
    message = terminal.render(mixed, width)
    body = message[message.index("Requirements") :]
    assert all(len(line) <= width for line in body.split("\n") if "rerun" not in line and "verdict" not in line)


def test_cases_share_a_command_where_only_the_case_differs(make_case: MakeCase) -> None:
    one, two = make_case("must-one", Verdict.FAIL, "a"), make_case("must-one", Verdict.FAIL, "b")
    other = msgspec.structs.replace(one, rerun=(*one.rerun, "--arch", "arm64"))
    assert rerun.commands([one, two, other]) == [
        (
            "lifecycle-conformance run --lifecycle dir:/opt/lifecycle "
            "'--case=suites/some/test_must_one.py::test_it[a]' '--case=suites/some/test_must_one.py::test_it[b]'"
        ),
        (
            "lifecycle-conformance run --lifecycle dir:/opt/lifecycle --arch arm64 "
            "'--case=suites/some/test_must_one.py::test_it[a]'"
        ),
    ]


def test_many_cases_are_rerun_by_their_test(make_case: MakeCase) -> None:
    cases = [make_case("must-one", Verdict.FAIL, f"{n}") for n in range(5)]
    command = "lifecycle-conformance run --lifecycle dir:/opt/lifecycle --case=suites/some/test_must_one.py::test_it"
    assert rerun.commands(cases) == [command]


def test_a_case_that_nothing_runs_again_has_no_command(make_case: MakeCase) -> None:
    case = msgspec.structs.replace(make_case("must-one", Verdict.FAIL), rerun=())
    assert rerun.commands([case]) == []
    assert rerun.line(case) == ""


def test_examples_are_counted(make_case: Callable[..., Case], make_results: Callable[..., Results]) -> None:
    cases = [msgspec.structs.replace(make_case("must-one", Verdict.PASS, name), examples=30) for name in ("a", "b")]

    text = terminal.render(make_results(cases), width=80)

    assert "2 pass, 60 drawn\n" in text
    assert "drawn: 60 examples of properties and histories\n" in text
