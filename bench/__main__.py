"""`make bench`: measures, holds what it measured against the budgets, and exits with 1 where one is missed."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator

from bench import own_tests, phases, seeding, suite
from bench.budgets import Measured, table

REFERENCE = "reference"
PARTS = ("collection", "seeding", "gateway", "container", "suite", "properties", "check", "test")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--lifecycle", help="measure with this one too; the reference is always measured")
    parser.add_argument("--workers", type=int, default=2, help="workers of pytest-xdist (2)")
    parser.add_argument(
        "--registry", default="auto", help="what whole runs use: auto, docker, process, embedded, host:port"
    )
    parser.add_argument("--arch", default="", help="whole runs as this architecture only")
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts, comma-separated ({','.join(PARTS)})")
    parser.add_argument("--pairs", type=int, default=21, help="pairs of phase runs for each phase (21)")
    return parser.parse_args()


def _measure(arguments: argparse.Namespace) -> Iterator[Measured]:
    lifecycles = [REFERENCE, *([] if arguments.lifecycle is None else [arguments.lifecycle])]
    runs = [suite.Runs(each, arguments.registry, arguments.workers, arguments.arch) for each in lifecycles]
    parts = arguments.only.split(",")
    if "collection" in parts:
        yield from suite.collection(runs[0])
    if "seeding" in parts:
        yield from seeding.measure()
    for target in ("check", "test"):
        if target in parts:
            yield from own_tests.measure(target, arguments.workers)
    for lifecycle, each in zip(lifecycles, runs, strict=True):
        if "gateway" in parts:
            yield from phases.through_the_gateway(lifecycle, arguments.pairs)
        if "container" in parts:
            yield from phases.in_a_container(lifecycle, arguments.pairs)
        if "suite" in parts:
            yield from suite.measure(each)
        if "properties" in parts:
            yield from suite.properties(each)


def main() -> int:
    """Measure, print, judge."""
    arguments = _arguments()
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{machine}, Python {platform.python_version()}")
    measured = []
    for one in _measure(arguments):
        print(f"  {one.budget.what}: {one.of}", flush=True)
        measured.append(one)
    print(f"\n{table([one.row() for one in measured])}\n")
    missed = [one for one in measured if not one.met]
    print(f"{len(missed)} of {len(measured)} budgets missed" if missed else "every budget is met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
