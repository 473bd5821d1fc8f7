"""The soak command notices a lifecycle that flakes, and its chaos makes none flake that repeats a read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.registry.chaos import Chaos, ChaosRates
from fixtures.registry.faults import Fault
from tests.support.runs import EMBEDDED, ROOT, counted, lifecycle_of_scripts, run_suite, wrapped_reference
from tools.soak import Round, changed, main, report

STORM = ChaosRates(reset=1.0, late=1.0, longest=0.5)


def soak(directory: Path, *arguments: str, runs: int = 2) -> tuple[int, str]:
    """Soak on a few cases, and give the exit status and what was printed."""
    command = [sys.executable, "-m", "tools.soak", "--runs", str(runs), "--seed", "s", "--workers", "0"]
    few = ("suites/analyzer/test_previous_missing.py", "suites/exporter/test_run_recorded.py")
    process = subprocess.run(
        [*command, "--report-dir", str(directory / "soak"), "--", *few, *EMBEDDED, *arguments],
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=300,
        check=False,
    )
    return process.returncode, process.stdout


# --- what the runs came to ---


def test_runs_that_agree() -> None:
    rounds = [Round(seed, "nonconformant", {"a": "pass", "b": "fail"}) for seed in ("s-1", "s-2")]

    assert changed(rounds) == {}
    assert report(rounds) == ("2 cases, 2 runs: no verdicts changed", 0)


def test_case_that_changed_is_told_of_with_its_seeds() -> None:
    verdicts = {"s-1": "pass", "s-2": "fail", "s-3": "pass"}
    rounds = [Round(seed, "conformant", {"steady": "warn", "flaky": verdict}) for seed, verdict in verdicts.items()]

    text, status = report(rounds)

    assert changed(rounds) == {"flaky": {"pass": ["s-1", "s-3"], "fail": ["s-2"]}}
    assert status == 1
    assert text.splitlines() == [
        "flaky",
        "    fail in 1 of 3: seed s-2",
        "    pass in 2 of 3: seed s-1, s-3",
        "2 cases, 3 runs: 1 verdicts changed",
    ]


def test_case_that_is_missing_changed() -> None:
    rounds = [Round("s-1", "conformant", {"a": "pass"}), Round("s-2", "conformant", {})]

    assert changed(rounds) == {"a": {"pass": ["s-1"], "absent": ["s-2"]}}


@pytest.mark.parametrize("verdict", ["", "error"])
def test_run_without_a_verdict_is_no_agreement(verdict: str) -> None:
    rounds = [Round(seed, verdict, {}) for seed in ("s-1", "s-2")]

    text, status = report(rounds)

    assert status == 3
    assert "seed s-2: the run came to no verdict" in text


@pytest.mark.parametrize("arguments", [["--runs", "1"], ["--runs", "many"]])
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)

    assert "--runs" in capsys.readouterr().err


# --- the chaos ---


def test_same_seed_same_weather() -> None:
    asked = [("GET", f"/v2/a/blobs/{number}", number) for number in range(200)]

    several = (Chaos("1"), Chaos("1"), Chaos("2"))
    first, second, other = ([chaos.fault(*each) for each in asked] for chaos in several)

    assert first == second
    assert first != other
    assert {fault.reset for fault in first if fault} == {True, False}
    assert None in first


@pytest.mark.parametrize(
    ("method", "earlier"), [("GET", 0), ("HEAD", 0), ("PUT", 3), ("POST", 3), ("PATCH", 3), ("DELETE", 3)]
)
def test_nothing_is_reset_that_lifecycles_do_not_repeat(method: str, earlier: int) -> None:
    fault = Chaos("1", STORM).fault(method, "/v2/a/manifests/latest", earlier)

    assert fault is not None
    assert not fault.reset
    assert 0 < fault.delay <= STORM.longest


def test_no_read_is_reset_twice() -> None:
    chaos = Chaos("1", STORM)

    faults = [chaos.fault("GET", "/v2/a/manifests/latest", earlier) for earlier in (1, 0, 1, 2)]

    assert [fault.reset for fault in faults if isinstance(fault, Fault)] == [True, False, False, False]


# --- whole runs ---


def test_lifecycle_that_flakes_is_noticed(tmp_path: Path) -> None:
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"analyzer": flaking(tmp_path, calls_before=6)})

    status, text = soak(tmp_path, "--lifecycle", f"dir:{lifecycle}")

    assert status == 1, text
    assert "    fail in 1 of 2: seed s-1" in text
    assert "1 verdicts changed" in text


def flaking(directory: Path, calls_before: int) -> str:
    """Give a command that lets the program behind it fail, once, after so many calls."""
    return f"{counted(directory)}; [ $n -ne {calls_before + 1} ] || exit 1"


def test_reference_does_not_flake(tmp_path: Path) -> None:
    status, text = soak(tmp_path)

    assert status == 0, text
    assert text.splitlines()[-1].endswith(" cases, 2 runs: no verdicts changed")


ASKS_OFTEN = f"""\
#!{sys.executable} -IS
import http.client
import sys

connection = http.client.HTTPConnection(sys.argv[-1].partition("/")[0], timeout=10)
try:
    for _ in range(200):
        connection.request("GET", "/v2/")
        connection.getresponse().read()
except (ConnectionError, http.client.HTTPException):
    print("a connection was broken")
sys.exit(1)
"""


@pytest.mark.parametrize(("seed", "broken"), [("1", True), ("", False)])
def test_connections_break_in_a_soak_only(seed: str, *, broken: bool, tmp_path: Path) -> None:
    lifecycle = lifecycle_of_scripts(tmp_path / "lifecycle", ASKS_OFTEN)
    only = ("--only", "analyzer-previous-missing", *([f"--soak={seed}"] if seed else []))

    run = run_suite(tmp_path / "run", *EMBEDDED, "--lifecycle", f"dir:{lifecycle}", *only)

    assert {"a connection was broken" in case.message for case in run.cases} == {broken}


def collected(directory: Path, *arguments: str) -> str:
    """Give what the suite prints that is asked for its cases."""
    return run_suite(directory, *EMBEDDED, "--collect-only", *arguments).output


def test_seed_decides_the_order(tmp_path: Path) -> None:
    seeds = {"first": "1", "again": "1", "other": "2"}

    orders = {
        name: [line for line in collected(tmp_path / name, f"--soak={seed}").splitlines() if "::" in line]
        for name, seed in seeds.items()
    }

    assert orders["first"] == orders["again"]
    assert orders["first"] != orders["other"]
    assert sorted(orders["first"]) == sorted(orders["other"])
