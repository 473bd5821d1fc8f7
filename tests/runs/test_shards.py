"""Shares of a run, each run by itself, and merged to what the whole run is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.runs import EMBEDDED, ROOT, Run, run_suite

SOME = "analyzer-run-index,exporter-report-digest,index-variant"
NARROWED = ("--only", SOME, "-k", "not docker", "--coverage", "sample")


def merged(directory: Path, *runs: Path) -> tuple[int, dict[str, Any], str]:
    """Merge the reports of runs: the status, what was written, what was said."""
    done = subprocess.run(
        [sys.executable, "-m", "conformance", "merge", *(run / "reports" for run in runs), "-o", directory],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, json.loads((directory / "results.json").read_text()), done.stdout


def share(directory: Path, number: int, *arguments: str) -> Run:
    return run_suite(directory / f"{number}", *EMBEDDED, *NARROWED, "--shard", f"{number}/2", *arguments)


def test_shares_make_the_whole_run(tmp_path: Path) -> None:
    whole = run_suite(tmp_path / "whole", *EMBEDDED, *NARROWED)
    shares = [share(tmp_path, 1), share(tmp_path, 2, "-n", "2")]

    ids = [set(run.verdicts_of_cases()) for run in shares]
    assert not ids[0] & ids[1]
    assert all(f"--shard={number}/2" in run.results["scope"]["by"] for number, run in enumerate(shares, start=1))
    assert abs(len(ids[0]) - len(ids[1])) < 2

    status, document, said = merged(tmp_path / "merged", tmp_path / "1", tmp_path / "2")

    for name in ("verdict", "scope", "requirements", "not_run", "exit_status"):
        assert document[name] == whole.results[name]
    assert {case["id"]: case["verdict"] for case in document["cases"]} == whole.verdicts_of_cases()
    assert status == whole.status
    assert said.splitlines()[-1].startswith("verdict: ")
    assert (tmp_path / "merged" / "junit.xml").is_file()


@pytest.mark.parametrize("given", ["0/2", "3/2", "1", "1/2/3", "a/b", "1/"])
def test_share_that_makes_no_sense_is_wrong_usage(given: str, tmp_path: Path) -> None:
    run = run_suite(tmp_path, *EMBEDDED, "--shard", given)

    assert run.status == 4
    assert "as in 1/4" in run.output
