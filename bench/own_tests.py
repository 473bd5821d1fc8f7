"""The project's own tests, as contributors start them: how long that takes on a clone that is set up."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator

from bench.budgets import BUDGETS, Measured
from fixtures.paths import ROOT


def measure(target: str, workers: int) -> Iterator[Measured]:
    """Run a target of the Makefile, once for what it keeps (types, compiled modules) and once for the time of it."""
    command = ["make", target, f"WORKERS={workers}"]
    if target == "check":
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    started, used = time.perf_counter(), _processor_time()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    wall, used = time.perf_counter() - started, _processor_time() - used
    *_, last = [line for line in done.stdout.splitlines() if line] or ["it said nothing"]
    value = wall if done.returncode == 0 else None
    yield Measured(BUDGETS[target], f"{workers} workers", value, f"{used:.0f} s of processors; {last.strip('= ')}")


def _processor_time() -> float:
    times = os.times()
    return times.children_user + times.children_system
