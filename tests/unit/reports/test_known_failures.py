"""Known failures: what the file may say, which cases an entry is about, what the gate makes of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as altered

from reports.about import Drawing, Scope
from reports.case import Case, Verdict
from reports.junit import render as junit
from reports.known_failures import SCHEMA_ID, Entry, KnownFailures, KnownFailuresError, load, matches
from reports.results import LifecycleVerdict, Results
from reports.terminal import render as terminal
from reports.write_known_failures import NothingToWrite, entries_of, render

MakeCase = Callable[..., Case]
MakeResults = Callable[..., Results]

HEAD = f'schema = "{SCHEMA_ID}"\n'
ENTRY = '[[known-failure]]\nrequirement = "must-one"\nreason = "Not built yet."\n'


def named(case: Case, test: str, **more: Any) -> Case:
    """Give a case another name, and whatever else of it is to be different."""
    return altered(case, name=f"{case.requirement}/{test}", id=f"suites/some/test_it.py::{test}-{more}", **more)


def known(*entries: Entry) -> KnownFailures:
    return KnownFailures(file="known.toml", sha256="0" * 64, entries=entries)


def entry(requirement: str = "must-one", **more: Any) -> Entry:
    return Entry(requirement=requirement, reason="Not built yet.", **more)


@pytest.fixture
def run(make_case: MakeCase, make_results: MakeResults) -> Callable[..., Results]:
    """Give results in which must-one has these verdicts, by test, and must-two passes; with these known failures."""

    def made(*entries: Entry, **verdicts: Verdict) -> Results:
        cases = [named(make_case("must-one", verdict), test) for test, verdict in verdicts.items()]
        results = make_results([*cases, named(make_case("must-two", Verdict.PASS), "test_tags")])
        return replace(results, known_failures=known(*entries))

    return made


# --- the file ---


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "its first line is to be schema"),
        ('schema = "2"', "its first line is to be schema"),
        (f"{HEAD}[known-failure]\n", "in two brackets"),
        (f"{HEAD}known-failure = [1]\n", "entry 1: Expected `object`"),
        (f"{HEAD}[[known]]\n", "no key 'known'"),
        (f"{HEAD}{ENTRY}resaon = 'x'\n", "entry 1: Object contains unknown field `resaon`"),
        (f'{HEAD}{ENTRY}[[known-failure]]\nrequirement = "must-two"\n', "entry 2: .*missing required field `reason`"),
        (f'{HEAD}[[known-failure]]\nrequirement = "must-one"\nreason = " "\n', "entry 1: .*reason"),
        (f"{HEAD}{ENTRY}verdict = 'pass'\n", "entry 1: .*verdict"),
        (f"{HEAD}{ENTRY}expires = 'soon'\n", "entry 1: .*expires"),
        (f"{HEAD}{ENTRY}cases = ['']\n", "entry 1: .*cases"),
        (f"{HEAD}{ENTRY}platform-apis = ['newest']\n", "entry 1: .*platform-apis"),
        ("schema = ", "at end of document"),
    ],
)
def test_file_that_makes_no_sense(text: str, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "known.toml"
    file.write_text(text)

    with pytest.raises(KnownFailuresError, match=problem) as raised:
        load(file)

    assert str(raised.value).startswith(f"{file}: ")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", [b"\xff", b"#" * 2**21], ids=["no-text", "endless"])
def test_file_that_is_no_text_of_a_decent_size(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "known.toml").write_bytes(content)

    with pytest.raises(KnownFailuresError):
        load(tmp_path / "known.toml")


def test_entry_says_all_that_it_may(tmp_path: Path) -> None:
    more = 'cases = ["test_it[*]"]\narchitectures = ["arm64"]\nissue = "a/b#1"\n'
    more += 'expires = 2027-03-31\nverdict = "untestable"\n'
    (tmp_path / "known.toml").write_text(HEAD + ENTRY + more)

    (read,) = load(tmp_path / "known.toml").entries

    assert (read.cases, read.architectures, read.issue, read.verdict) == (
        ("test_it[*]",),
        ("arm64",),
        "a/b#1",
        "untestable",
    )
    assert read.expires is not None
    assert read.expires.isoformat() == "2027-03-31"


@pytest.mark.parametrize(
    ("pattern", "test", "does"),
    [
        ("test_it[a-b]", "test_it[a-b]", True),
        ("test_it[*]", "test_it[a-b]", True),
        ("test_it[*]", "test_it", False),
        ("test_it", "test_it[a]", False),
        ("*", "test_it[a]", True),
        ("test_it[?]", "test_it[a]", False),
        ("test_i.", "test_it", False),
        ("*[*b]", "test_it[a-b]", True),
    ],
)
def test_only_a_star_is_a_wildcard(pattern: str, test: str, does: bool) -> None:
    assert matches(pattern, test) is does


def test_names_that_there_are_not_are_told_with_what_may_be_meant() -> None:
    asked = known(
        entry("must-on"), entry(cases=("test_itt[a]",)), entry(cases=("test_it[*]",)), entry(cases=("test_it[a]",))
    )

    problems = list(asked.problems(["must-one", "must-two"], ["must-one/test_it[a]", "must-one/test_it[b]"]))

    assert problems == [
        "entry 1: there is no requirement 'must-on'; did you mean 'must-one'?",
        "entry 2: must-one has no case 'test_itt[a]'; did you mean 'test_it[a]'?",
        "entries 3 and 4 are both about must-one/test_it[a]",
    ]


def test_two_entries_for_one_case_in_different_settings_are_in_order() -> None:
    asked = known(entry(architectures=("linux/amd64",)), entry(architectures=("arm64",)))

    assert list(asked.problems(["must-one"], ["must-one/test_it"])) == []
    again = known(entry(architectures=("linux/amd64",)), entry(architectures=("amd64",)))
    assert list(again.problems(["must-one"], ["must-one/test_it"])) == [
        "entries 1 and 2 are both about must-one/test_it"
    ]


# --- the gate ---


def test_all_that_fails_is_known(run: Callable[..., Results]) -> None:
    results = run(entry(), test_a=Verdict.FAIL, test_b=Verdict.PASS)

    assert results.gate
    assert results.gate.met
    assert results.exit_status == 0
    assert results.verdict is LifecycleVerdict.NONCONFORMANT
    assert "gate: met: 1 known (known.toml)" in terminal(results)
    assert b"failures=" in junit(results)
    assert b"<failure" not in junit(results)
    assert b"known: Not built yet." in junit(results)


@pytest.mark.parametrize(
    "entries", [(), (entry("must-two"),), (entry(cases=("test_b",)),)], ids=["none", "other", "case"]
)
def test_failure_that_is_not_known_is_new(entries: tuple[Entry, ...], run: Callable[..., Results]) -> None:
    results = run(*entries, test_a=Verdict.FAIL, test_b=Verdict.FAIL)

    assert results.gate
    assert "must-one/test_a" in [case.name for case in results.gate.new]
    assert results.exit_status == 1
    assert b"<failure" in junit(results)


@pytest.mark.parametrize(
    "change",
    [{"architectures": ("arm64",)}, {"platform_apis": ("0.14",)}, {"storages": ("layout",)}, {"verdict": "untestable"}],
    ids=str,
)
def test_what_is_known_elsewhere_or_in_another_way_is_new_here(
    change: dict[str, Any], run: Callable[..., Results]
) -> None:
    assert run(entry(**change), test_a=Verdict.FAIL).exit_status == 1


def test_what_is_listed_as_failing_and_can_no_longer_be_judged_is_new(run: Callable[..., Results]) -> None:
    results = run(entry(), test_a=Verdict.UNTESTABLE)

    assert results.gate
    assert [case.name for case in results.gate.new] == ["must-one/test_a"]
    assert results.exit_status == 1


def test_what_can_not_be_judged_may_be_known(run: Callable[..., Results]) -> None:
    assert run(test_a=Verdict.UNTESTABLE).exit_status == 6
    results = run(entry(verdict="untestable"), test_a=Verdict.UNTESTABLE)
    assert results.exit_status == 0
    assert results.verdict is LifecycleVerdict.INCOMPLETE
    assert b"<error" not in junit(results)


def test_what_was_not_run_is_incomplete_all_the_same(run: Callable[..., Results]) -> None:
    assert run(entry(cases=("test_a",)), test_a=Verdict.FAIL, test_b=Verdict.NOT_RUN).exit_status == 6


def test_listed_case_that_holds_is_mended(run: Callable[..., Results]) -> None:
    results = run(entry(cases=("test_a", "test_b")), test_a=Verdict.FAIL, test_b=Verdict.PASS)

    assert results.gate
    assert [str(each) for each in results.gate.mended] == ["must-one test_b"]
    assert results.exit_status == 1
    assert "mended: must-one test_b holds: delete it" in terminal(results)
    assert b"<error" in junit(results)


def test_whole_requirement_is_mended_where_all_its_cases_hold(run: Callable[..., Results]) -> None:
    assert run(entry(), test_a=Verdict.PASS, test_b=Verdict.PASS).exit_status == 1
    assert run(entry(), test_a=Verdict.PASS, test_b=Verdict.FAIL).exit_status == 0


@pytest.mark.parametrize("why", ["not run", "narrowed", "not applicable"])
def test_entry_rests_where_not_all_that_it_names_was_judged(why: str, run: Callable[..., Results]) -> None:
    verdict = Verdict.NOT_RUN if why == "not run" else Verdict.NOT_APPLICABLE
    others = {} if why == "narrowed" else {"test_b": verdict}
    tried = {} if why == "not applicable" else {"test_a": Verdict.PASS}
    results = run(entry(), **tried, **others)
    if why == "narrowed":
        results = replace(results, scope=Scope(("-k a",), {"must-one": 1}))

    assert results.gate
    assert results.gate.mended == ()


@pytest.mark.parametrize(
    ("drawing", "mended"), [(Drawing(30, 7), True), (Drawing(3, 7), False), (Drawing(30, 8), False)]
)
def test_luck_is_no_mending(drawing: Drawing, mended: bool, make_case: MakeCase, make_results: MakeResults) -> None:
    results = make_results([named(make_case("must-one", Verdict.PASS), "test_any", examples=drawing.examples)])
    held = replace(results, drawing=drawing, known_failures=known(entry(examples=30, seed=7)))

    assert held.gate
    assert bool(held.gate.mended) is mended


def test_entry_that_is_expired_excuses_nothing(run: Callable[..., Results]) -> None:
    expired = entry(expires=date.fromisoformat(run(test_a=Verdict.FAIL).generated_at[:10]))
    results = run(expired, test_a=Verdict.FAIL)

    assert results.gate
    assert results.gate.expired == (expired,)
    assert len(results.gate.new) == 1
    assert results.exit_status == 1


def test_nothing_excuses_the_suite(run: Callable[..., Results]) -> None:
    results = run(entry(), test_a=Verdict.FAIL, test_b=Verdict.HARNESS_ERROR)

    assert results.exit_status == 3


# --- writing it ---


def test_what_is_written_of_a_run_excuses_it(run: Callable[..., Results], tmp_path: Path) -> None:
    results = run(**{"test_a[x]": Verdict.FAIL, "test_a[y]": Verdict.FAIL, "test_b[x]": Verdict.PASS})
    file = tmp_path / "known.toml"
    file.write_text(render(entries_of(results, "Not built yet."), results))

    read = load(file)

    assert [str(each) for each in read.entries] == ["must-one test_a[*]"]
    assert replace(results, known_failures=read).exit_status == 0
    assert replace(run(**{"test_a[x]": Verdict.FAIL, "test_b[x]": Verdict.FAIL}), known_failures=read).exit_status == 1


def test_requirement_of_which_nothing_holds_is_one_entry(run: Callable[..., Results]) -> None:
    assert [str(each) for each in entries_of(run(test_a=Verdict.FAIL, test_b=Verdict.FAIL), "x")] == ["must-one"]
    both = entries_of(run(test_a=Verdict.FAIL, test_b=Verdict.UNTESTABLE), "x")
    assert [(str(each), each.verdict) for each in both] == [
        ("must-one test_a", "fail"),
        ("must-one test_b", "untestable"),
    ]


def test_failure_of_one_architecture_names_it(make_case: MakeCase, make_results: MakeResults) -> None:
    cases = [
        named(make_case("must-one", verdict), "test_a", platform=platform)
        for platform, verdict in (("linux/amd64", Verdict.PASS), ("linux/arm64", Verdict.FAIL))
    ]
    (only,) = entries_of(make_results(cases), "x")

    assert only.architectures == ("arm64",)


def test_update_keeps_reasons_and_drops_what_is_mended(run: Callable[..., Results]) -> None:
    old = known(entry(cases=("test_a", "test_b"), issue="a/b#1"))
    results = run(test_a=Verdict.FAIL, test_b=Verdict.PASS, test_c=Verdict.FAIL)

    found = entries_of(results, "Seen today.", old)

    assert [(str(each), each.reason, each.issue) for each in found] == [
        ("must-one test_a", "Not built yet.", "a/b#1"),
        ("must-one test_c", "Seen today.", ""),
    ]


@pytest.mark.parametrize("why", ["narrowed", "interrupted", "harness"])
def test_nothing_is_written_of_a_run_that_is_no_whole(why: str, run: Callable[..., Results]) -> None:
    results = run(test_a=Verdict.FAIL, test_b=Verdict.HARNESS_ERROR if why == "harness" else Verdict.PASS)
    narrowed = Scope(("--only=must-one",)) if why == "narrowed" else Scope()

    with pytest.raises(NothingToWrite):
        entries_of(replace(results, scope=narrowed, interrupted=why == "interrupted"), "x")
