"""`--keep`: what failed cases had in registry and workspace is there after the run, and goes when it is told to."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from fixtures.cleanup import sweep
from tests.support.runs import EMBEDDED, Running, started, wrapped_reference

ONLY = ("--only", "rebaser-force-derived", "--lifecycle")
WRONG = 'for word; do [ "$word" = -force ] && set -- "$@"; done; case "$*" in *-force*) exit 70;; esac'


def kept(directory: Path, *arguments: str) -> tuple[int, str]:
    """Run the suite to its end on a rebaser that can't force; give its status and what it printed."""
    lifecycle = wrapped_reference(directory / "lifecycle", {"rebaser": WRONG})
    with started(directory / "run", *EMBEDDED, *ONLY, f"dir:{lifecycle}", *arguments) as running:
        assert isinstance(running, Running)
        output, _ = running.process.communicate(timeout=120)
        return running.process.wait(), output


@pytest.mark.parametrize("workers", ["0", "2"])
def test_commands_of_a_failed_case_work_until_it_is_ended(tmp_path: Path, workers: str) -> None:
    status, output = kept(tmp_path, "--keep", "-n", workers)

    (keeper,) = re.findall(r"^kept until `kill (\d+)`: registry and workspaces of \d+ cases", output, re.MULTILINE)
    (directory,) = (tmp_path / "run" / "tmp").glob(f"{sweep.PREFIX}*")
    try:
        assert status == 1
        assert sweep.sweep_directories() == []
        commands = (directory / "kept" / "commands.txt").read_text().split("\n")
        again = [line for line in commands if line.startswith("  env -i")]
        assert subprocess.run(again[0], shell=True, check=False, capture_output=True).returncode == 70  # noqa: S602
        (first, *_) = [line for line in commands if line.startswith("  curl")]
        answer = subprocess.run(first, shell=True, check=True, capture_output=True, text=True)  # noqa: S602
        assert '"schemaVersion":2' in answer.stdout.replace(" ", "")
    finally:
        os.kill(int(keeper), signal.SIGTERM)
    ends = time.monotonic() + 20
    while directory.exists() and time.monotonic() < ends:
        time.sleep(0.05)
    assert not directory.exists()


def test_nothing_is_kept_unasked_or_where_all_holds(tmp_path: Path) -> None:
    _, output = kept(tmp_path / "unasked")
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {})
    with started(tmp_path / "right", *EMBEDDED, *ONLY, f"dir:{lifecycle}", "--keep") as running:
        run = running.end(120)

    assert "kept until" not in output + run.output
    assert run.verdict == "conformant"
    assert not [*(tmp_path / "unasked" / "run" / "tmp").glob(f"{sweep.PREFIX}*")]
