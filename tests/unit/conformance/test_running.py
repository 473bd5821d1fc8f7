"""The command line of a run: what pytest is told by it, and what is refused."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from conformance import running
from conformance.options import OPTIONS, Option
from conformance.refused import Refused
from fixtures.paths import ROOT
from reports.case import Case, Verdict
from reports.json_file import JsonFile
from reports.results import Results
from reports.subscribers import ReportOptions

SUITES = str(ROOT / "suites")


def given_to_pytest(
    *arguments: str, rest: tuple[str, ...] = (), environment: Mapping[str, str] | None = None
) -> list[str]:
    """Give what pytest is told by a command line, without the settings of this tree, which come first."""
    parser = argparse.ArgumentParser(exit_on_error=False)
    running.add_arguments(parser)
    given = parser.parse_args(arguments)
    settings, root, *others = [*running.pytest_arguments(given, rest, (), environment or {})][1:]
    assert (settings, root) == (str(ROOT / "pyproject.toml"), f"--rootdir={ROOT}")
    return others


def test_target_is_the_lifecycle() -> None:
    assert given_to_pytest("/opt/lifecycle") == ["--lifecycle=/opt/lifecycle", "--report-dir=out", "-n", "auto", SUITES]


def test_release_may_stand_alone() -> None:
    assert given_to_pytest("--artifacts=dist")[0] == "--artifacts=dist"


def test_environment_may_name_what_is_judged() -> None:
    assert given_to_pytest(environment={"CONFORMANCE_LIFECYCLE": ""})[0] == "--report-dir=out"
    assert given_to_pytest(environment={"CONFORMANCE_ARTIFACTS": "dist"})[0] == "--report-dir=out"


@pytest.mark.parametrize("arguments", [(), ("--only=index-os",), ("--report-dir=x",)])
def test_nothing_is_judged_that_nobody_named(arguments: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="name what to judge"):
        given_to_pytest(*arguments)


def test_two_lifecycles_are_one_too_many() -> None:
    with pytest.raises(Refused, match="named twice: /a and --lifecycle=/b"):
        given_to_pytest("/a", "--lifecycle=/b")


def test_empty_target_is_told_as_it_is_and_refused_there() -> None:
    assert given_to_pytest("")[0] == "--lifecycle="


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_option_of_the_table_is_handed_on(option: Option) -> None:
    said = f"--{option.name}" if option.switch else f"--{option.name}=x"

    assert said in given_to_pytest("--artifacts=a", said) or option.name == "artifacts"


def test_former_names_are_handed_on_too() -> None:
    assert "--profile=oci" in given_to_pytest("reference", "--profile=oci")


def test_case_that_is_named_runs_alone_and_leaves_no_reports() -> None:
    name = "rebaser-target-kept/test_target_is_what_it_was[arm64-v8]"

    assert given_to_pytest("reference", f"--case={name}") == [
        "--lifecycle=reference",
        f"--case={name}",
        "-n",
        "0",
        SUITES,
    ]


def test_what_is_pytests_own_stays_visible() -> None:
    found = given_to_pytest("reference", "-x", "-vv", "-k", "not x", "-n", "7", "--co", rest=("--maxfail=3",))

    assert found[2:] == ["-n", "7", "-k", "not x", "-x", "-v", "-v", "--collect-only", SUITES, "--maxfail=3"]


def test_number_of_processes_may_stand_where_pytest_takes_options_from() -> None:
    of_the_environment = {"PYTEST_ADDOPTS": "-q -n 0"}

    assert "-n" not in given_to_pytest("reference", environment=of_the_environment)
    assert given_to_pytest("reference", "-n", "3", environment=of_the_environment)[2:4] == ["-n", "3"]
    assert given_to_pytest("reference", "--pdb", environment=of_the_environment)[2:4] == ["-n", "0"]


@pytest.mark.parametrize("number", ["banana", "-3", "1.5", "", "100000", "logical"])
def test_number_of_processes_is_a_number(number: str) -> None:
    with pytest.raises(Refused, match=f"^-n {number}: give a number of processes, 0 or above, or auto$"):
        given_to_pytest("reference", f"-n{number}") if number else given_to_pytest("reference", "-n", "")


def test_debugger_takes_one_process() -> None:
    assert given_to_pytest("reference", "--pdb", "-n", "4")[2:5] == ["-n", "0", "--pdb"]


@pytest.mark.parametrize("place", ["suites/index", "suites/index/test_choice.py::test_it"])
def test_place_among_the_suites_is_found_from_everywhere(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")

    found = given_to_pytest("reference", rest=(place,))

    assert found[-1] == f"{ROOT}/{place}"
    assert SUITES not in found


@pytest.mark.parametrize("place", ["suites/indez", "suites/index/test_os.py::test_it"])
def test_place_that_is_not_among_the_suites_is_refused(place: str) -> None:
    with pytest.raises(Refused, match=f"^{place}: there is no such file or folder$"):
        given_to_pytest("reference", rest=(place,))


def test_value_of_an_option_is_no_place() -> None:
    assert given_to_pytest("reference", rest=("--maxfail", "3"))[-3:] == [SUITES, "--maxfail", "3"]


def left(results: Results, directory: Path, **verdicts: Verdict) -> None:
    """Leave the reports of a run in which these tests ended so."""
    cases = tuple(
        Case(
            id=f"suites/test_x.py::{test}",
            requirement="must-one",
            verdict=verdict,
            rerun=(f"suites/test_x.py::{test}",),
        )
        for test, verdict in verdicts.items()
    )
    JsonFile(ReportOptions(directory)).run_finished(replace(results, cases=cases))


def test_what_did_not_hold_is_read_before_it_is_removed(results: Results, tmp_path: Path) -> None:
    left(results, tmp_path, test_a=Verdict.FAIL, test_b=Verdict.PASS, test_c=Verdict.UNTESTABLE, test_d=Verdict.NOT_RUN)

    found = running.begin(["reference", "--lf", f"--report-dir={tmp_path}"], {})

    assert found == ("suites/test_x.py::test_a", "suites/test_x.py::test_c")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_run_again_where_everything_held(results: Results, tmp_path: Path) -> None:
    left(results, tmp_path, test_a=Verdict.PASS)

    with pytest.raises(Refused, match="every case that was judged holds"):
        running.begin(["reference", "--lf"], {"CONFORMANCE_REPORT_DIR": str(tmp_path)})


def test_nothing_is_run_again_where_nothing_ran(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="there is no earlier run"):
        running.begin(["reference", "--lf", "--report-dir", str(tmp_path)], {})


def test_reports_of_before_do_not_survive_wrong_usage(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left(results, tmp_path / "out", test_a=Verdict.PASS)
    monkeypatch.chdir(tmp_path)

    running.begin(["--onyl=x"], {})

    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("arguments", [["reference", "--case=x/y"], ["reference", "--help"]])
def test_reports_are_let_be_where_none_will_be_written(
    arguments: list[str], results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left(results, tmp_path / "out", test_a=Verdict.PASS)
    monkeypatch.chdir(tmp_path)

    running.begin(arguments, {})

    assert (tmp_path / "out" / "results.json").is_file()
