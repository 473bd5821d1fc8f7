"""`make soak N=50`: the whole suite N times, each in another order and with chaos; does any verdict change?

The seed of each run decides the order of its cases, and the delays and connection resets before the registry
(`--soak`, fixtures/registry/chaos.py). Exit status: 0 all runs agree, 1 a verdict changed, 3 a run came to no
verdict, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fixtures.paths import ROOT

REPORTS = ROOT / "out" / "soak"
ABSENT = "absent"


@dataclass(frozen=True)
class Round:
    """One run: its seed, the verdict on the lifecycle ("" where it came to none), and the verdict of each case."""

    seed: str
    verdict: str
    cases: Mapping[str, str]

    @classmethod
    def read(cls, seed: str, directory: Path) -> Round:
        """Read the results.json of a run; one that wrote none has no verdict."""
        try:
            document = json.loads((directory / "results.json").read_text())
        except FileNotFoundError:
            return cls(seed, "", {})
        return cls(seed, document["verdict"], {case["id"]: case["verdict"] for case in document["cases"]})

    @property
    def judged(self) -> bool:
        """Whether the run says anything of the lifecycle."""
        return self.verdict not in ("", "error")


def changed(rounds: Sequence[Round]) -> dict[str, dict[str, list[str]]]:
    """Give the cases whose verdicts differ between runs: by case, by verdict, the seeds of the runs that came to it."""
    cases = sorted({case for each in rounds for case in each.cases})
    found: dict[str, dict[str, list[str]]] = {case: {} for case in cases}
    for each in rounds:
        for case in cases:
            found[case].setdefault(each.cases.get(case, ABSENT), []).append(each.seed)
    return {case: verdicts for case, verdicts in found.items() if len(verdicts) > 1}


def report(rounds: Sequence[Round]) -> tuple[str, int]:
    """Say what the runs came to, with the exit status."""
    differing, silent = changed(rounds), [each.seed for each in rounds if not each.judged]
    lines = []
    for case, verdicts in differing.items():
        lines.append(case)
        # The rarest first: it is the one to look at.
        for verdict, seeds in sorted(verdicts.items(), key=lambda pair: len(pair[1])):
            text = ", ".join(seeds[:3]) + (", …" if len(seeds) > 3 else "")
            lines.append(f"    {verdict} in {len(seeds)} of {len(rounds)}: seed {text}")
    lines += [f"seed {seed}: the run came to no verdict" for seed in silent]
    count = max(len(each.cases) for each in rounds)
    lines.append(f"{count} cases, {len(rounds)} runs: {len(differing) or 'no'} verdicts changed")
    return "\n".join(lines), 1 if differing else 3 if silent else 0


def run(seed: str, workers: int, arguments: Sequence[str], directory: Path) -> Round:
    """Run the suite once; what it printed is left beside its reports."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    command = [sys.executable, "-m", "pytest", *arguments, "-n", str(workers)]
    with (directory / "output.txt").open("wb") as output:
        subprocess.run(
            [*command, f"--soak={seed}", f"--report-dir={directory}"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return Round.read(seed, directory)


def main(given: Sequence[str]) -> int:
    """Run, compare, tell; give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.soak")
    parser.add_argument("--runs", type=int, default=50, help="how many runs (50)")
    parser.add_argument("--seed", default="", help="what each run's seed begins with; by default another each time")
    parser.add_argument("--workers", type=int, default=2, help="workers of pytest-xdist (2)")
    parser.add_argument("--report-dir", type=Path, default=REPORTS, help="where each run leaves its reports (out/soak)")
    parser.add_argument("arguments", nargs="*", help="what pytest is given: suites, and options of the suite")
    options = parser.parse_args(given)
    if options.runs < 2:
        parser.error(f"--runs {options.runs}: with fewer than two there is nothing to compare")
    first = options.seed or secrets.token_hex(3)
    rounds = []
    for number in range(1, options.runs + 1):
        seed, started = f"{first}-{number}", time.monotonic()
        done = run(seed, options.workers, options.arguments or ["suites"], options.report_dir / seed)
        rounds.append(done)
        text = f"{done.verdict or 'no verdict'}, {time.monotonic() - started:.0f} s"
        print(f"run {number} of {options.runs}, seed {seed}: {text}", flush=True)
        if not done.verdict:
            break
    text, status = report(rounds)
    print(text)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
