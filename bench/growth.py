"""A pytest plugin: each worker writes down what memory it holds, case by case (`-p bench.growth`)."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import Final

import pytest

DIRECTORY: Final = "BENCH_GROWTH"
"""The environment variable with the directory to write to."""

_STATM: Final = Path("/proc/self/statm")


class _Notes:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._sizes: list[int] = []

    def pytest_runtest_logfinish(self) -> None:
        """After each case."""
        self._sizes.append(int(_STATM.read_text().split()[1]) * resource.getpagesize())

    def pytest_sessionfinish(self) -> None:
        """At the end."""
        self._path.write_text("\n".join(map(str, self._sizes)))


def pytest_configure(config: pytest.Config) -> None:
    """Take notes in processes that run cases."""
    worker = getattr(config, "workerinput", {}).get("workerid")
    if worker and _STATM.exists():
        config.pluginmanager.register(_Notes(Path(os.environ[DIRECTORY]) / worker))


def read(directory: Path) -> list[list[int]]:
    """Give the resident bytes after each case, of every worker."""
    return [[int(line) for line in path.read_text().splitlines()] for path in sorted(directory.iterdir())]
