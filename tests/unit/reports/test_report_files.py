"""What is written to results.json and junit.xml."""

from __future__ import annotations

import itertools
import json
import random
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from reports import json_file, junit
from reports.about import NotRun, Rules, Scope
from reports.case import Case, Verdict
from reports.document import schema
from reports.evidence import Command, Evidence, ImageLine
from reports.json_file import JsonFile
from reports.junit import JunitFile
from reports.known_failures import Entry, KnownFailures
from reports.results import Results
from reports.subscribers import FileReport, ReportOptions

MakeCase = Callable[..., Case]
MakeResults = Callable[..., Results]
OF_CASES = [verdict for verdict in Verdict if verdict is not Verdict.PARTIAL]
HOSTILE = "\x1b[2J\x1b]0;owned\x07 \x00 \x08\x7f\x9b \ufffe \\udcff ]]> </failure> & \r overwritten \u202e reversed"


EVIDENCE = Evidence(
    expected="the first",
    found=HOSTILE,
    images=(ImageLine(depth=0, reference="localhost:5000/run", what="OCI index of 2", digest=f"sha256:{3:064x}"),),
    commands=(Command(phase="rebaser", line="rebaser x", status=0, ending="exited with status 0", seconds=1.5),),
    names={f"sha256:{3:064x}": "index run"},
)


@pytest.fixture
def every(make_case: MakeCase, make_results: MakeResults) -> Results:
    """Give results with a case of every verdict, one of them told in hostile text."""
    cases = [make_case("must-one", verdict, verdict.value) for verdict in OF_CASES]
    cases += [make_case("should-one", Verdict.WARN, "hostile\x1b[31m", HOSTILE), make_case("", Verdict.HARNESS_ERROR)]
    cases[-2] = msgspec.structs.replace(cases[-2], evidence=EVIDENCE)
    results = make_results(cases, ["must-one", "must-two", "should-one"])
    return replace(
        results,
        scope=Scope(("--only=must-one", "-k it"), {"must-one": 3, "info-one": 2}),
        rules=Rules("mine.toml", ("must-two",), ("must-one", "gone-one")),
        known_failures=KnownFailures(
            file="known.toml", sha256="0" * 64, entries=(Entry(requirement="must-two", reason=HOSTILE),)
        ),
    )


def write(report: type[FileReport], results: Results, directory: Path) -> Path:
    """Have a report write its file, and give the path."""
    path = report(ReportOptions(directory)).run_finished(results)
    assert path is not None
    return path


def builtins(results: Results) -> Any:
    """Give the content of results.json as a reader finds it."""
    return json.loads(JsonFile(ReportOptions()).render(results))


@pytest.fixture
def check() -> Callable[[Any], None]:
    """Give the check of a document against the schema."""
    jsonschema.Draft202012Validator.check_schema(schema())
    return jsonschema.Draft202012Validator(schema()).validate


def test_what_is_written_follows_the_schema(every: Results, check: Callable[[Any], None], tmp_path: Path) -> None:
    path = write(JsonFile, every, tmp_path / "made")
    check(json.loads(path.read_text(encoding="utf-8")))
    assert [file.name for file in path.parent.iterdir()] == ["results.json"]


def test_empty_results_follow_the_schema(make_results: MakeResults, check: Callable[[Any], None]) -> None:
    check(builtins(make_results([])))


def _additions(document: Any, at: str = "$") -> list[tuple[str, dict[str, Any]]]:
    """Give every object of a document whose keys are fixed, with its place."""
    if isinstance(document, list):
        return [found for item in document for found in _additions(item, at + "[]")]
    if not isinstance(document, dict):
        return []
    inner = [found for key, value in document.items() for found in _additions(value, f"{at}.{key}")]
    free = ("requirements[].cases", "abilities", "architectures", "digest", "left_out", "names", "options")
    return inner if at.endswith(free) else [(at, document), *inner]


def test_the_schema_allows_nothing_that_it_does_not_name(every: Results, check: Callable[[Any], None]) -> None:
    document = builtins(every)
    places = _additions(document)
    assert {place for place, _ in places} == {
        "$", "$.suite", "$.catalogue", "$.lifecycle", "$.environment", "$.scope", "$.scope.requirements",
        "$.scope.cases", "$.rules", "$.gate", "$.gate.known_failures", "$.gate.known_failures.entries[]", "$.drawing",
        "$.requirements[]", "$.not_run[]", "$.cases[]",
        "$.cases[].evidence", "$.cases[].evidence.images[]",
        "$.cases[].evidence.commands[]",
    }  # fmt: skip
    for _, table in places:
        table["surprise"] = 1
        with pytest.raises(jsonschema.ValidationError, match="surprise"):
            check(document)
        del table["surprise"]
        for key in set(table):
            value = table.pop(key)
            with pytest.raises(jsonschema.ValidationError, match=r"required|not valid under any"):
                check(document)
            table[key] = value
    check(document)


def test_examples_are_counted(make_results: MakeResults, make_case: MakeCase, check: Callable[[Any], None]) -> None:
    drawn = {"a": 7, "b": 5}
    cases = [msgspec.structs.replace(make_case("must-one", Verdict.PASS, name), examples=drawn[name]) for name in drawn]
    document = builtins(make_results([*cases, make_case("must-one", Verdict.PASS, "c")]))

    check(document)
    assert document["examples"] == 12
    assert [case["examples"] for case in document["cases"]] == [7, 5, 0]


def test_scope_and_rules_are_told(every: Results) -> None:
    document = builtins(every)

    assert document["scope"] == {
        "narrowed": True,
        "by": ["--only=must-one", "-k it"],
        "requirements": {"asked": 3, "of": 5},
        "cases": {"asked": 8, "of": 13},
        "shard": None,
    }
    assert document["rules"] == {"file": "mine.toml", "added": ["must-two"], "changed": ["must-one", "gone-one"]}
    assert [row["left_out"] for row in document["requirements"]] == [3, 0, 0, 2, 0]


def test_results_of_schema_1_are_not_read(every: Results, tmp_path: Path) -> None:
    path = write(JsonFile, every, tmp_path)
    path.write_text(path.read_text().replace("results/2", "results/1"))

    with pytest.raises(json_file.ResultsError, match="its schema is 'lifecycle-arch-conformance/results/1'"):
        json_file.load(path)


def test_the_schema_in_the_repository_is_that_of_the_types() -> None:
    kept = Path(json_file.__file__).with_name("results.schema.json")

    assert json.loads(kept.read_text()) == schema(), "python -m reports.document > reports/results.schema.json"


def test_results_can_be_read_back(every: Results, tmp_path: Path) -> None:
    path = write(JsonFile, every, tmp_path)
    again = json_file.load(path)
    assert again.verdict is every.verdict
    assert again.selected == every.selected
    assert again.rows == every.rows
    assert sorted(again.cases, key=repr) == sorted(every.cases, key=repr)
    assert (again.scope.by, again.rules) == (every.scope.by, every.rules)
    assert write(JsonFile, again, tmp_path / "again").read_bytes() == path.read_bytes()


def test_the_order_of_cases_does_not_show(every: Results, tmp_path: Path) -> None:
    shuffled = list(every.cases)
    random.Random(435).shuffle(shuffled)
    other = replace(every, cases=tuple(shuffled))
    for report in (JsonFile, JunitFile):
        first, second = write(report, every, tmp_path / "one"), write(report, other, tmp_path / "two")
        assert first.read_bytes() == second.read_bytes()


def test_fields_named_in_the_design(every: Results) -> None:
    document = builtins(every)
    row = document["requirements"][0]
    assert (row["id"], row["authority"], row["level"], row["verdict"]) == (
        "must-one", "issue-435", "MUST", "harness-error",
    )  # fmt: skip
    assert row["cases"] == dict.fromkeys((verdict.value for verdict in OF_CASES), 1)
    assert set(document["cases"][0]) > {
        "id", "requirement", "verdict", "platform", "platform_api", "storage", "seconds", "lifecycle_seconds",
        "message", "reproduce",
    }  # fmt: skip


def test_what_was_not_run_is_listed_by_reason(every: Results) -> None:
    assert every.not_run == (
        NotRun(reason="no emulator for s390x", requirements=("must-one",), cases=1),
        NotRun(reason="left out: --only=must-one -k it", requirements=("must-one",), cases=3),
        NotRun(reason="asked for, but none of its cases was run", requirements=("must-two",), cases=0),
        NotRun(reason="not selected", requirements=("info-one",), cases=0),
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "other/1"}'])
def test_what_are_no_results_is_said_so(text: str, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(text)
    with pytest.raises(json_file.ResultsError, match=r"results\.json"):
        json_file.load(path)


def test_a_failed_write_leaves_the_old_file(every: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(JsonFile, every, tmp_path)
    old = path.read_bytes()

    def full(*_: Path) -> Path:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        write(JsonFile, every, tmp_path)
    assert path.read_bytes() == old
    assert [file.name for file in tmp_path.iterdir()] == ["results.json"]


def _colour(testcase: ET.Element) -> str:
    found = [child.tag for child in testcase if child.tag in ("failure", "error", "skipped")]
    assert len(found) <= 1
    return found[0] if found else "green"


def _red(found: Results) -> list[str]:
    """Give the names of the test cases that are red."""
    cases = ET.fromstring(junit.render(found)).iter("testcase")
    return [case.get("name", "") for case in cases if _colour(case) in ("failure", "error")]


def test_junit_shows_nothing_red_as_green(every: Results) -> None:
    root = ET.fromstring(junit.render(every))
    by_verdict: dict[str, set[str]] = {}
    for testcase in root.iter("testcase"):
        verdict = testcase.find("properties/property[@name='verdict']")
        assert verdict is not None
        by_verdict.setdefault(verdict.get("value", ""), set()).add(_colour(testcase))
    assert by_verdict == {
        "pass": {"green"},
        "warn": {"green"},
        "fail": {"failure"},
        "untestable": {"error"},
        "harness-error": {"error"},
        "not-applicable": {"skipped"},
        "not-run": {"skipped", "error"},  # error: a MUST that was asked for and never came to a case
    }


@pytest.mark.parametrize("left_out", [0, 2])
@pytest.mark.parametrize("level", ["must", "should", "info"])
@pytest.mark.parametrize(
    "pair", list(itertools.combinations_with_replacement(OF_CASES, 2)), ids=lambda pair: "-".join(map(str, pair))
)
def test_junit_is_red_where_the_exit_status_is_and_only_there(
    make_case: MakeCase, make_results: MakeResults, pair: tuple[Verdict, Verdict], level: str, left_out: int
) -> None:
    held = {Verdict.FAIL: Verdict.WARN} if level != "must" else {Verdict.WARN: Verdict.FAIL}
    verdicts = [held.get(verdict, verdict) for verdict in pair]
    cases = [make_case(f"{level}-one", verdict, f"{n}") for n, verdict in enumerate(verdicts)]
    some = make_results([*cases, make_case("must-two", Verdict.PASS)])
    some = replace(some, scope=Scope(("-k x",) if left_out else (), {f"{level}-one": left_out}))

    assert bool(_red(some)) == bool(some.exit_status)


@pytest.mark.parametrize("interrupted", [False, True])
def test_junit_of_a_run_that_came_to_nothing_is_red(make_results: MakeResults, *, interrupted: bool) -> None:
    assert _red(replace(make_results([]), interrupted=interrupted)) == ["run"]


def test_junit_names_a_must_that_was_judged_in_part(make_case: MakeCase, make_results: MakeResults) -> None:
    some = replace(make_results([make_case("must-one", Verdict.PASS)]), scope=Scope(("-k x",), {"must-one": 4}))

    assert _red(some) == ["must-one"]


def test_junit_counts_and_names(every: Results) -> None:
    root = ET.fromstring(junit.render(every))
    assert {key: root.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "12", "failures": "1", "errors": "4", "skipped": "4",
    }  # fmt: skip
    assert [suite.get("name") for suite in root] == ["rebaser", "index", "source", "harness"]
    failed = next(testcase for testcase in root.iter("testcase") if testcase.find("failure") is not None)
    assert failed.get("classname") == "suites.some.test_must_one"
    assert failed.get("name") == "test_it[fail]"
    assert failed.get("time") == "0.250"
    facts = {item.get("name"): item.get("value") for item in failed.iter("property")}
    assert facts == {"requirement": "must-one", "verdict": "fail", "authority": "issue-435", "level": "MUST"}
    failure = failed.find("failure")
    assert failure is not None
    assert failure.text == "the story of fail"


def test_junit_of_hostile_text_can_be_parsed(every: Results) -> None:
    content = junit.render(every)
    assert not set(content.decode("utf-8")) & set("\x00\x07\x08\x1b\x7f\x9b\r\ufffe\u202e")
    lines = [item.text or "" for item in ET.fromstring(content).iter("system-out")]
    assert any(r"\x1b[2J" in text and "]]> </failure> &" in text and r"\udcff" in text for text in lines)
