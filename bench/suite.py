"""Whole runs of the suite, measured from outside: time, memory, collection, and the same verdicts in any order."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench import growth, watch
from bench.budgets import BUDGETS, Measured
from fixtures.paths import ROOT

_WARM: Final = 100
"""The cases after which a worker is expected to hold what it will: every module imported, every cache filled."""

_EXAMPLES: Final = 300
"""Of each property: enough that what is done once for all of them hardly counts."""


class RunFailed(Exception):
    """A run gave no results."""


@dataclass(frozen=True)
class Runs:
    """How the suite is to be run."""

    lifecycle: str
    registry: str
    workers: int
    architecture: str = ""
    """Only this one, where it is given."""

    def pytest(self, *arguments: str, place: str = "suites") -> list[str]:
        """Give the command line of a run. It is pytest as a module, so that it finds the plugins of this package."""
        given = [place, "-q", "--lifecycle", self.lifecycle, "--registry", self.registry]
        given += ["--arch", self.architecture] if self.architecture else []
        return [sys.executable, "-m", "pytest", *given, *arguments]


def measure(runs: Runs) -> Iterator[Measured]:
    """Run the suite once and tell of time and memory."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        notes = directory / "growth"
        notes.mkdir()
        started = time.perf_counter()
        process = _start(runs, directory, ["-p", "bench.growth"], {growth.DIRECTORY: str(notes)})
        with watch.Watch(process.pid) as watched:
            said, _ = process.communicate()
        wall = time.perf_counter() - started
        results = _results(directory, said)
        cases = results["cases"]
        inside = sum(case["lifecycle_seconds"] for case in cases)
        text = f"{wall:.1f} s x {runs.workers} / {inside:.1f} s; {len(cases)} cases; {results['verdict']}"
        emulated = any("native" not in way for way in results["environment"]["architectures"].values())
        budget = BUDGETS["emulated" if emulated else "suite"]
        yield Measured(budget, runs.lifecycle, wall * runs.workers / inside if inside else None, text)
        yield from _memory(runs, watched, growth.read(notes))


def _memory(runs: Runs, watched: watch.Watch, workers: Sequence[Sequence[growth.Held]]) -> Iterator[Measured]:
    if not watch.available():
        yield Measured(BUDGETS["memory"], runs.lifecycle, None, "this machine has no /proc/PID/smaps_rollup")
        return
    parts = ", ".join(f"{name.split()[0]} {size:.0f}" for name, size in watched.largest.items())
    yield Measured(BUDGETS["memory"], runs.lifecycle, watched.peak, parts)
    for number, held in enumerate(workers):
        of = f"{runs.lifecycle}, worker {number}"
        if len(held) < 2 * _WARM:
            yield Measured(BUDGETS["growth"], of, None, f"it ran {len(held)} cases")
            continue
        warm = held[_WARM - 1 :]
        grown, filled = growth.grown(warm)
        places = (_WARM, (_WARM + len(held)) // 2, len(held))
        text = "; ".join(f"{held[place - 1].size / 1e6:.1f} MB after {place} cases" for place in places)
        cases = sum(not case.drawn for case in warm[1:])
        drew = sum(case.drawn for case in warm[1:])
        text += f"; {filled / 1e6:.1f} MB of it in {drew} cases that drew examples" if drew else ""
        yield Measured(BUDGETS["growth"], of, grown / 1e6 / cases * 100, text)


def collection(runs: Runs) -> Iterator[Measured]:
    """Collect all cases, several times, and tell of the time that the whole process took."""
    seconds = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run(runs.pytest("--collect-only"), cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        seconds.append(time.perf_counter() - started)
    text = f"median of {', '.join(f'{value:.2f}' for value in seconds)}"
    yield Measured(BUDGETS["collection"], runs.lifecycle, statistics.median(seconds), text)


def properties(runs: Runs) -> Iterator[Measured]:
    """Judge the properties by many examples, and tell at which part of the rate that the lifecycle alone allows."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        said, _ = _start(runs, directory, ["--examples", str(_EXAMPLES)], {}, "suites/generated").communicate()
        cases = _results(directory, said)["cases"]
    for case in cases:
        seconds, inside, drawn = case["seconds"], case["lifecycle_seconds"], case.get("examples", 0)
        test = case["id"].removeprefix("suites/generated/")
        # A property that fails ends with the making of smaller examples, and those are not counted.
        judged = case["verdict"] == "pass"
        text = f"{drawn} in {seconds:.1f} s; {inside:.1f} s" if judged else f"its verdict is {case['verdict']}"
        yield Measured(BUDGETS["properties"], f"{runs.lifecycle}, {test}", inside / seconds if judged else None, text)


def _start(
    runs: Runs, directory: Path, more: Sequence[str], environment: Mapping[str, str], place: str = "suites"
) -> subprocess.Popen[str]:
    command = runs.pytest("-n", str(runs.workers), "--report-dir", str(directory), *more, place=place)
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _results(directory: Path, said: str) -> dict[str, Any]:
    try:
        results: dict[str, Any] = json.loads((directory / "results.json").read_text())
    except FileNotFoundError:
        raise RunFailed(f"the run wrote no results; it said:\n{said[-3000:]}") from None
    return results
