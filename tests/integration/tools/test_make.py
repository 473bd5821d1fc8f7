"""What `make` is given: a mistyped variable, or an empty one, has no other lifecycle judged than was meant."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.runs import ROOT

VARIABLES = ("ARGS", "ARTIFACTS", "LIFECYCLE", "N", "PYTHON", "SEED", "WORKERS")


def make(*arguments: str, directory: Path = ROOT, **environment: str) -> tuple[int, str]:
    """Have make say what it would run, with nothing in its environment that is its own; give status and output."""
    kept_back = (*VARIABLES, "MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "MFLAGS")
    inherited = {name: value for name, value in os.environ.items() if name not in kept_back}
    done = subprocess.run(
        ["make", "--dry-run", *arguments],  # noqa: S607 - as its user calls it
        cwd=directory,
        env={**inherited, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("goal", ["conformance", "soak", "bench", "test", ""])
@pytest.mark.parametrize("given", ["LIFECYLE=/opt/lifecycle", "LIFECYCLE=", "LIFECYCLE= ", "LIFECYCLE=$(UNSET)"])
def test_wrong_usage_is_said_before_anything_is_run(goal: str, given: str) -> None:
    status, output = make(*filter(None, [goal]), given)

    assert status == 2
    assert given.partition("=")[0] in output
    assert "exit status of the suite: 4" in output
    assert "pytest" not in output


def test_nothing_is_judged_where_no_goal_is_named() -> None:
    status, output = make()

    assert (status, "make conformance" in output) == (0, True)
    assert ".venv" not in output


@pytest.mark.parametrize("variable", VARIABLES)
def test_no_variable_may_be_given_but_empty(variable: str) -> None:
    assert f"{variable} is given but empty" in make("conformance", f"{variable}=")[1]


@pytest.mark.parametrize("value", ["", " "])
def test_lifecycle_of_the_environment_may_not_be_empty(value: str) -> None:
    status, output = make("conformance", LIFECYCLE=value)

    assert (status, "LIFECYCLE is given but empty" in output) == (2, True)


def test_release_that_is_given_is_judged_alone_without_a_registry() -> None:
    status, output = make("conformance", "ARTIFACTS=release:/x y")

    assert (status, "'--artifacts=release:/x y'" in output) == (0, True)
    assert "provide-registry" not in output
    assert "--lifecycle" not in output


def test_release_of_the_environment_is_somebody_elses() -> None:
    assert "/logs/artifacts" not in make("conformance", ARTIFACTS="/logs/artifacts")[1]


def test_what_comes_with_the_suite_is_judged_where_nobody_names_anything_else() -> None:
    ours = "run reference --artifacts=reference"

    assert ours in make("conformance")[1]
    assert ours in make("conformance", "ARGS=--only=index-os")[1]
    for named in (
        "LIFECYCLE=/x",
        "ARTIFACTS=/x",
        "ARGS=--lifecycle=/x",
        "CONFORMANCE_LIFECYCLE=",
        "CONFORMANCE_ARTIFACTS=/x",
    ):
        assert ours not in make("conformance", named)[1]


@pytest.mark.parametrize("way", ["argument", "environment"])
def test_lifecycle_that_is_given_is_judged(way: str) -> None:
    text = make("conformance", "LIFECYCLE=/x y") if way == "argument" else make("conformance", LIFECYCLE="/x y")

    assert text[0] == 0
    assert "'--lifecycle=/x y'" in text[1]


def test_what_is_no_variable_of_ours_is_let_be() -> None:
    assert make("conformance", "CONFORMANCE_SEED=1", "SHELL=/bin/sh", LIFECYLE="/x")[0] == 0


def test_reports_of_before_do_not_survive_wrong_usage(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "out").mkdir()
    for name in ("results.json", "junit.xml", "mine.txt"):
        (tmp_path / "out" / name).touch()

    assert make("conformance", "LIFECYCLE=", "ARGS=--report-dir=elsewhere", directory=tmp_path)[0] == 2
    assert len(list((tmp_path / "out").iterdir())) == 3
    assert make("conformance", "LIFECYCLE=", directory=tmp_path)[0] == 2
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_run_that_reports_elsewhere_leaves_the_usual_place_alone() -> None:
    forgetting = "rm -f out/results.json out/junit.xml"

    assert forgetting in make("conformance")[1]
    assert forgetting not in make("conformance", "ARGS=--report-dir=elsewhere")[1]
