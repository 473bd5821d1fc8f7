"""A pytest plugin: each worker writes down what memory it holds, case by case (`-p bench.growth`).

Cases that draw examples are told apart: the first ones fill what the others draw from, and that is not growth from case
to case.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

DIRECTORY: Final = "BENCH_GROWTH"
"""The environment variable with the directory to write to."""

_STATM: Final = Path("/proc/self/statm")

_EXAMPLES: Final = ("suites/generated/",)
"""Where the cases are that draw examples."""


@dataclass(frozen=True)
class Held:
    """What a worker held after a case, in bytes, and whether the case drew examples."""

    size: int
    drawn: bool


class _Notes:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: list[Held] = []

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """After each case."""
        size = int(_STATM.read_text().split()[1]) * resource.getpagesize()
        self._held.append(Held(size, nodeid.startswith(_EXAMPLES)))

    def pytest_sessionfinish(self) -> None:
        """At the end."""
        self._path.write_text("\n".join(f"{held.size} {held.drawn:d}" for held in self._held))


def pytest_configure(config: pytest.Config) -> None:
    """Take notes in processes that run cases."""
    worker = getattr(config, "workerinput", {}).get("workerid")
    if worker and _STATM.exists():
        config.pluginmanager.register(_Notes(Path(os.environ[DIRECTORY]) / worker))


def read(directory: Path) -> list[list[Held]]:
    """Give what every worker held after each of its cases."""
    return [
        [Held(int(size), drawn == "1") for size, drawn in map(str.split, path.read_text().splitlines())]
        for path in sorted(directory.iterdir())
    ]


def grown(held: Sequence[Held]) -> tuple[int, int]:
    """Give the bytes grown by after the first case: in cases that drew no examples, and in those that did."""
    steps = [(after.size - before.size, after.drawn) for before, after in pairwise(held)]
    return sum(size for size, drawn in steps if not drawn), sum(size for size, drawn in steps if drawn)
