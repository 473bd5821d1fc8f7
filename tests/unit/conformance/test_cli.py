"""The command: what it prints, writes and ends with."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.cli import main
from reports.case import Case, Verdict
from reports.json_file import JsonFile
from reports.known_failures import load
from reports.results import Results
from reports.subscribers import ReportOptions
from suites.requirements.catalogue import load as load_catalogue

Run = Callable[..., tuple[int, str, str]]
SOME = "rebaser-target-kept"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Give what runs the command: its status, output and errors."""

    def ran(*arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return ran


@pytest.fixture
def failed(results_of: Callable[..., Results], tmp_path: Path) -> Path:
    """Give the report directory of a run in which one requirement does not hold."""
    return written(results_of(test_a=Verdict.FAIL, test_b=Verdict.PASS), tmp_path / "failed")


@pytest.fixture
def held(results_of: Callable[..., Results], tmp_path: Path) -> Path:
    """Give the report directory of a run in which it does."""
    return written(results_of(test_a=Verdict.PASS, test_b=Verdict.PASS), tmp_path / "held")


def written(results: Results, directory: Path) -> Path:
    JsonFile(ReportOptions(directory)).run_finished(results)
    return directory


@pytest.fixture
def results_of(results: Results) -> Callable[..., Results]:
    """Give results in which one requirement has these verdicts, by test."""

    def made(**verdicts: Verdict) -> Results:
        cases = [
            Case(
                name=f"must-one/{test}",
                id=f"suites/x.py::{test}",
                requirement="must-one",
                verdict=verdict,
                platform="linux/amd64",
            )
            for test, verdict in verdicts.items()
        ]
        return replace(results, cases=tuple(cases), selected=frozenset({"must-one"}))

    return made


def test_list_names_every_requirement(run: Run) -> None:
    status, out, _ = run("list")

    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(load_catalogue())


def test_explain_says_what_is_asked_for(run: Run) -> None:
    status, out, _ = run("explain", SOME)

    assert status == 0
    assert load_catalogue()[SOME].cited in out
    assert run("explain", f"{SOME}/test_it[a]")[1] == out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("explain", "rebaser-target-kep"), "did you mean rebaser-target-kept?"),
        (("show", "must-on"), "did you mean must-one?"),
        (("show", "must-one", "/no/such/place"), "/no/such/place"),
        (("compare", "/no/such/place", "/no/such/place"), "/no/such/place"),
        (("known-failures", "write", ".", "--reason", " "), "--reason is given but empty"),
        (("known-failures", "check", "/no/such/file", "."), "/no/such/file"),
        (("explode",), "explode"),
        ((), "COMMAND"),
    ],
    ids=str,
)
def test_what_can_not_be_done_is_said_in_one_line(
    arguments: tuple[str, ...], text: str, run: Run, failed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(failed.parent)
    (failed.parent / "out").symlink_to(failed)

    status, out, err = run(*arguments)

    assert (status, out) == (4, "")
    assert text in err
    assert err.count("\n") == 1


def test_show_tells_a_requirement_or_a_case(run: Run, failed: Path) -> None:
    status, whole, _ = run("show", "must-one", failed)
    _, one, _ = run("show", "must-one/test_b", failed)

    assert status == 0
    assert whole.startswith("must-one (MUST, issue-435): fail; 1 pass, 1 fail\n")
    assert one.startswith("pass: must-one/test_b (linux/amd64)")


def test_reports_are_made_of_earlier_runs(run: Run, failed: Path, held: Path, tmp_path: Path) -> None:
    assert run("report", "html", failed, held, "-o", tmp_path / "page.html")[0] == 0
    assert b"<!doctype html>" in (tmp_path / "page.html").read_bytes()
    assert "nonconformant" in run("report", "markdown", failed)[1]
    assert json.loads(run("report", "badge", failed)[1])["message"] == "0 of 2 MUST"


def test_compare_ends_with_1_where_something_fails_anew(run: Run, failed: Path, held: Path) -> None:
    assert run("compare", held, failed)[0] == 1
    status, out, _ = run("compare", failed, held)
    assert status == 0
    assert "## Mended (1)" in out


def test_known_failures_are_written_checked_and_updated(run: Run, failed: Path, held: Path, tmp_path: Path) -> None:
    file = tmp_path / "known.toml"

    assert run("known-failures", "write", failed, "--reason", "Not yet.", "-o", file)[0] == 0
    assert [str(entry) for entry in load(file).entries] == ["must-one test_a"]
    assert run("known-failures", "check", file, failed)[0] == 0
    status, out, _ = run("known-failures", "check", file, held)
    assert status == 1
    assert "mended: must-one test_a" in out
    assert run("known-failures", "write", held, "--reason", "x", "--update", file, "-o", file)[0] == 0
    assert load(file).entries == ()


@pytest.mark.parametrize("name", ["results", "known-failures"])
def test_schema_is_printed(name: str, run: Run) -> None:
    assert json.loads(run("schema", name)[1])["$id"].startswith("lifecycle-")
