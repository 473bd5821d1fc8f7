"""Compare results.json of runs on different registries, case by case: `python -m tools.compare_verdicts DIRECTORY...`.

What is compared are the cases of the machine's own platform, which every run has; a run may have judged others too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Judged:
    """A run: the kind of registry it was on, and the verdict of each case of the machine's own platform."""

    registry: str
    verdicts: Mapping[str, str]

    @classmethod
    def read(cls, directory: Path) -> Judged:
        """Read the results.json of a report directory."""
        document = json.loads((directory / "results.json").read_text())
        environment = document["environment"]
        own = [case for case in document["cases"] if case["platform"] == environment["host"]]
        return cls(environment["registry"], {case["id"]: case["verdict"] for case in own})


def differences(one: Judged, other: Judged) -> Iterator[str]:
    """Tell of each case that two runs judge differently, or that one of them lacks, and of what makes them no two."""
    if one.registry == other.registry:
        yield f"both runs were on {one.registry}: nothing is compared"
    if not one.verdicts:
        yield f"{one.registry}: no cases"
    for case in sorted({*one.verdicts, *other.verdicts}):
        verdicts = [each.verdicts.get(case, "absent") for each in (one, other)]
        if len(set(verdicts)) > 1:
            yield f"{case}: {one.registry} {verdicts[0]}, {other.registry} {verdicts[1]}"


def main(directories: list[str]) -> int:
    """Compare each run with each that follows, print how they differ, and give the exit status."""
    runs = [Judged.read(Path(directory)) for directory in directories]
    lines = [line for place, one in enumerate(runs) for other in runs[place + 1 :] for line in differences(one, other)]
    for line in lines:
        print(line)
    kinds = ", ".join(run.registry for run in runs)
    print(f"{len(runs[0].verdicts)} cases on {kinds}: {len(lines) or 'no'} verdicts differ")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
