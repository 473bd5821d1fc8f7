"""The command as its user calls it, installed from the wheel: from an empty directory, with a home of its own."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from conformance.commit import commit_of
from fixtures.oci.platforms import host_platform
from tests.support.installed import Installed, build, install
from tests.support.runs import ROOT, SUCCEEDS, lifecycle_of_scripts

QUICK = ("--registry=embedded", "--examples=0", "-n", "0", f"--arch={host_platform()}")
ONE = "exporter-every-tag"


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The command."""
    directory = tmp_path_factory.mktemp("command")
    return install(build(directory), directory)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lifecycle that does nothing, and says that all is well."""
    return lifecycle_of_scripts(tmp_path_factory.mktemp("broken") / "lifecycle", SUCCEEDS)


def results_in(directory: Path) -> dict[str, Any]:
    """Give the results.json of a directory."""
    document: dict[str, Any] = json.loads((directory / "results.json").read_text())
    return document


def test_run_judges_and_leaves_reports_and_nothing_else(command: Installed, tmp_path: Path) -> None:
    done = command.call("run", "reference", f"--only={ONE}", *QUICK, directory=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    document = results_in(tmp_path / "out")
    assert (document["verdict"], document["scope"]["by"][0]) == ("conformant", f"--only={ONE}")
    assert document["suite"] == {"version": "0.1.0", "commit": commit_of(ROOT)}
    assert list(command.home.iterdir()) == []
    assert list(command.temporary.glob("lac-*")) == []


@pytest.mark.long
def test_log_grows_while_a_run_is_under_way(command: Installed, tmp_path: Path) -> None:
    with command.started("run", "reference", f"--only={ONE}", *QUICK, "-n", "2", directory=tmp_path) as process:
        assert process.stdout
        first = process.stdout.readline()
        has_ended = (tmp_path / "out" / "results.json").exists()
        process.communicate(timeout=120)

    assert "judging: the bundled reference lifecycle" in first
    assert not has_ended


def test_run_of_a_wrong_lifecycle_ends_with_its_status_and_a_line_that_runs_a_case_again(
    command: Installed, broken: Path, tmp_path: Path
) -> None:
    done = command.call("run", str(broken), f"--only={ONE}", *QUICK, directory=tmp_path)

    assert done.returncode == 1, done.stdout + done.stderr
    (again,) = [line for line in done.stdout.splitlines() if line.startswith("rerun one: ")]
    name, *arguments = shlex.split(again.removeprefix("rerun one: "))
    assert Path(name) == command.path
    once_more = command.call(*arguments, *QUICK, directory=tmp_path)
    assert (once_more.returncode, "1 nonconforming" in once_more.stdout) == (1, True)


def test_what_did_not_hold_is_run_again(command: Installed, broken: Path, tmp_path: Path) -> None:
    some = f"--only={ONE},index-os"
    command.call("run", str(broken), some, *QUICK, directory=tmp_path)
    before = results_in(tmp_path / "out")

    done = command.call("run", str(broken), some, "--lf", *QUICK, directory=tmp_path)

    after = results_in(tmp_path / "out")
    failed = {case["id"] for case in before["cases"] if case["verdict"] in ("fail", "untestable", "warn")}
    assert done.returncode == 1
    assert {case["id"] for case in after["cases"]} == failed
    assert after["scope"]["narrowed"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name what to judge"),
        (("reference", "--onyl=x"), "did you mean '--only'?"),
        (("reference", "--maxfail=3"), "options of pytest's go after --"),
        (("/no/such/directory",), "/no/such/directory"),
        (("",), "is given but empty"),
        (("reference", "--lf"), "there is no earlier run"),
        (("reference", "-n", "banana"), "give a number of processes"),
        (("reference", "--arch"), "expected one argument"),
        (("reference", "other"), "one target is named"),
        (("reference", "-k", "a and"), "Wrong expression passed to '-k'"),
        (("reference", "--", "-m", "a b"), "Wrong expression passed to '-m'"),
        (("reference", "--", "--maxfail=x"), "argument --maxfail: invalid int value: 'x'"),
        (("reference", "--", "--no-such"), "unrecognized arguments: --no-such"),
        (("reference", "--", "--deselect"), "argument --deselect: expected one argument"),
        (("reference", "--", "-p", "no_such_plugin"), "No module named 'no_such_plugin'"),
        (("reference", "--", "suites/nowhere"), "suites/nowhere: there is no such file or folder"),
    ],
)
def test_wrong_usage_is_said_in_a_line(
    command: Installed, arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    name, *rest = arguments or ("",)
    before = [name, "--registry=embedded"] if arguments else ["--registry=embedded"]
    done = command.call("run", *before, *rest, directory=tmp_path)

    assert done.returncode == 4
    (line,) = filter(None, (done.stdout + done.stderr).splitlines())
    assert said in line


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize(
    ("named", "said"),
    [
        (("--", "suites/index/test_choice.py::test_nothing"), "ERROR: not found: "),
        (("--case=index-oz/test_x",), "there is no such case"),
    ],
)
def test_case_that_there_is_not_is_wrong_usage_whoever_collects(
    command: Installed, named: tuple[str, ...], said: str, workers: str, tmp_path: Path
) -> None:
    done = command.call("run", "reference", *QUICK, "-n", workers, *named, directory=tmp_path)

    assert done.returncode == 4, done.stdout + done.stderr
    (line,) = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line]
    assert said in line
    assert "Traceback" not in done.stdout + done.stderr
    assert not (tmp_path / "out" / "results.json").exists()
