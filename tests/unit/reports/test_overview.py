"""What is printed of a run unless more is asked for: it fits on a screen, whatever was found."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import msgspec
import pytest

from reports import heading, overview
from reports.about import EnvironmentInfo, LifecycleInfo, Scope
from reports.case import Case, Verdict
from reports.evidence import Command, Evidence
from reports.known_failures import Entry, KnownFailures
from reports.progress import Progress
from reports.results import Results
from reports.subscribers import ReportOptions, Written
from reports.terminal import Terminal

MakeCase = Callable[..., Case]
MakeResults = Callable[..., Results]

LONG = "\x1b[2J" + "found " * 2000
EVIDENCE = Evidence(
    expected="no previous image",
    found=LONG,
    commands=(Command(phase="rebaser", line="rebaser x", status=0, ending="exited with status 0", seconds=1.5),),
)


def printed(results: Results, verbose: bool = False) -> list[str]:
    """Give the lines that the terminal gets."""
    said: list[str] = []
    Terminal(ReportOptions(say=said.append, verbose=verbose, written=Written())).run_finished(results)
    return "\n".join(said).split("\n")


@pytest.fixture
def bad(make_case: MakeCase, make_results: MakeResults) -> Results:
    """Give results in which a hundred requirements do not hold, in ten cases each, and much was not run."""
    results = make_results([])
    rows = tuple(msgspec.structs.replace(results.rows[0], id=f"must-{number}") for number in range(100))
    cases = [
        msgspec.structs.replace(make_case(row.id, Verdict.FAIL, f"case-{number}"), evidence=EVIDENCE)
        for row in rows
        for number in range(10)
    ]
    cases += [make_case(row.id, Verdict.NOT_RUN, f"left-{row.id}", reason=f"no {row.id}") for row in rows]
    cases += [
        msgspec.structs.replace(make_case("", Verdict.HARNESS_ERROR, str(number)), reason=LONG) for number in range(9)
    ]
    return replace(results, rows=rows, cases=tuple(cases), selected=frozenset(row.id for row in rows))


def test_it_fits_on_a_screen(bad: Results) -> None:
    # What is said before, pytest's own lines and those of the progress take the rest of sixty.
    lines = printed(bad)

    assert len(lines) <= 40
    assert max(map(len, lines)) < 600
    assert not any("\x1b" in line for line in lines)
    assert len(printed(bad, verbose=True)) > 1000


def test_each_requirement_has_a_line_with_what_was_found(bad: Results) -> None:
    lines = list(overview.lines(bad, 140, lambda _, text: text))

    assert "Do not hold, or could not be judged: 100 of 100 requirements" in lines
    rows = [line for line in lines if line.startswith("  fail")]
    assert len(rows) == 13
    assert all(re.search(r"MUST +10 of 11  \\x1b\[2Jfound", row) for row in rows)
    assert "  and 87 more" in lines


def test_as_many_requirements_have_a_line_as_there_is_room_for(bad: Results) -> None:
    alone = replace(bad, cases=tuple(case for case in bad.cases if case.verdict is Verdict.FAIL))

    lines = list(overview.lines(alone, 140, lambda _, text: text))

    assert len([line for line in lines if line.startswith("  fail")]) == overview.ROWS


def test_what_known_failures_come_to_takes_room_of_the_rows(bad: Results) -> None:
    entries = (
        *(Entry(requirement=f"must-{n}", reason="known") for n in range(3)),
        Entry(requirement="gone", reason="x"),
    )
    known = KnownFailures(file="known-failures.toml", sha256="0" * 64, entries=entries)

    lines = printed(replace(bad, known_failures=known))

    assert len(lines) <= 40
    assert len([line for line in lines if line.strip().startswith("- new: ")]) == 9
    assert any("gate: not met: " in line for line in lines)


def test_all_that_fails_a_gate_at_once_fits_on_a_screen_too(bad: Results) -> None:
    held = {f"must-{number}" for number in range(50)}
    named = [msgspec.structs.replace(case, name=f"{case.requirement}/{case.id}") for case in bad.cases]
    cases = tuple(
        msgspec.structs.replace(case, verdict=Verdict.PASS, evidence=None) if case.requirement in held else case
        for case in named
        if case.verdict is not Verdict.NOT_RUN
    )
    entries = (
        *(Entry(requirement=f"must-{n}", reason="mended") for n in range(50)),
        *(Entry(requirement=f"must-{n}", reason="expired", expires=date(2020, 1, 1)) for n in range(50, 75)),
    )
    known = KnownFailures(file="known-failures.toml", sha256="0" * 64, entries=entries)

    lines = printed(replace(bad, cases=cases, known_failures=known))

    assert len(lines) <= 40
    for name in ("expired", "mended", "new"):
        assert len([line for line in lines if line.strip().startswith(f"- {name}: ")]) == 3


def test_one_case_is_told(bad: Results) -> None:
    text = "\n".join(printed(bad))

    assert "$ rebaser x    # exited with status 0" in text
    assert "expected: no previous image" in text


def test_a_run_in_which_all_holds_says_how_much(make_case: MakeCase, make_results: MakeResults) -> None:
    lines = printed(make_results([make_case(name, Verdict.PASS) for name in ("must-one", "must-two", "should-one")]))

    assert lines[0] == "3 requirements hold: rebaser 2, index 1"
    assert lines[-1].startswith("verdict: conformant")


def test_progress_is_told_by_fifths_and_with_the_first_that_does_not_hold(make_case: MakeCase) -> None:
    said: list[str] = []
    progress = Progress(ReportOptions(line=said.append, total=lambda: 100))
    for number in range(100):
        progress.case_finished(make_case("must-one", Verdict.FAIL if number in (42, 43) else Verdict.PASS, str(number)))

    first, *_ = [line for line in said if "first that does not hold" in line]
    assert "test_it[42]" in first
    assert len(said) == 6
    assert re.fullmatch(r"  20 %  20 of 100 cases in \d+ s, some \d+ s left", said[0])
    assert re.fullmatch(r" 100 %  100 of 100 cases in \d+ s; 2 do not hold", said[-1])


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def test_progress_is_drawn_by_phase_on_a_terminal(make_case: MakeCase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    screen, said = Screen(), list[str]()
    progress = Progress(
        ReportOptions(
            line=said.append,
            total=lambda: 3,
            planned=lambda: {"rebaser": 2, "index": 1},
            phases=lambda: {"must-one": "rebaser", "should-one": "index"},
            screen=screen,
        )
    )
    for number, verdict in enumerate((Verdict.PASS, Verdict.FAIL)):
        progress.case_finished(make_case("must-one", verdict, str(number)))
    assert progress.table is not None
    (phases, cases, _, open_) = (list(column.cells) for column in progress.table.table().columns)

    progress.cases_over()

    assert [str(each) for each in phases[:2]] == ["rebaser", "index"]
    assert (cases, [str(each) for each in open_]) == (["2/2", "0/1", "2/3"], ["1", "", "1"])
    assert "rebaser" in screen.getvalue()
    assert said[-1].startswith("  66 %  2 of 3 cases in ")
    assert progress.table is None


def test_what_is_judged_is_said_first() -> None:
    lifecycle = LifecycleInfo(
        target="dir:/opt/x\x1b[2J",
        name="mine",
        version="1.2.3",
        platform_apis=("0.15",),
        platform_source="runtime",
        digest={"linux/amd64/analyzer": f"sha256:{'a' * 64}"},
    )
    ran = EnvironmentInfo(host="linux/amd64", registry="embedded", architectures={"amd64": "native"})

    assert list(heading.lines(lifecycle, None, ran, 108, Scope())) == [
        f"judging: mine 1.2.3 (dir:/opt/x\\x1b[2J, linux/amd64/analyzer sha256:{'a' * 12}…), Platform API 0.15",
        "run as: amd64 (native); images in: embedded",
        "by: 108 requirements",
    ]


def test_what_the_registry_can_do_is_said_first_where_it_is_known() -> None:
    ran = EnvironmentInfo(
        host="linux/amd64", registry="x:1", architectures={}, abilities={"HEAD": "", "deletes": "deletes no image"}
    )

    assert heading.able(ran.abilities) == "HEAD; can't: deletes"
    assert "registry can: HEAD; can't: deletes" in list(heading.lines(None, None, ran, 1, Scope()))


def test_what_is_to_narrow_the_run_is_said_first() -> None:
    ran = EnvironmentInfo(host="linux/amd64", registry="embedded", architectures={})

    (line,) = heading.lines(None, None, ran, 1, Scope(("--only=a", "--coverage=sample")))

    assert line == "by: 1 requirement, in part: --only=a --coverage=sample"


def test_progress_is_silent_where_every_case_is_told(make_case: MakeCase) -> None:
    said: list[str] = []
    Progress(ReportOptions(line=said.append, verbose=True, total=lambda: 1)).case_finished(
        make_case("must-one", Verdict.FAIL)
    )

    assert said == []
