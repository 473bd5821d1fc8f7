"""Compare results.json of several runs, case by case: `python -m tools.compare_verdicts DIRECTORY DIRECTORY...`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path


def verdicts(directory: Path) -> dict[str, str]:
    """Give the verdict of each case that a report directory has."""
    document = json.loads((directory / "results.json").read_text())
    return {case["id"]: case["verdict"] for case in document["cases"]}


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> Iterator[str]:
    """Tell of each case that two runs judge differently, or that one of them lacks."""
    for case in sorted({*one, *other}):
        if one.get(case) != other.get(case):
            yield f"{case}: {one.get(case, 'absent')}, {other.get(case, 'absent')}"


def main(directories: list[str]) -> int:
    """Compare each run with the first, print how they differ, and give the exit status."""
    first, *others = map(Path, directories)
    expected, differing = verdicts(first), 0
    for other in others:
        for line in differences(expected, verdicts(other)):
            differing += 1
            print(f"{first}, {other}: {line}")
    print(f"{len(expected)} cases of {len(directories)} runs: {differing or 'no'} verdicts differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
