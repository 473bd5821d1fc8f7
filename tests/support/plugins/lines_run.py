"""A pytest plugin that notes which lines of a traced lifecycle (tests.truth.mutants.traced) each case ran.

They are written as `<worker>.json` to the directory that the environment variable LINES_RUN names: by case, by file,
the line numbers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.worker_fixtures import LIFECYCLE

DIRECTORY = "LINES_RUN"


class _Lines:
    def __init__(self) -> None:
        self._cases: dict[str, dict[str, list[int]]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Gather what the runs of a case left, before their directories go."""
        report: Any = yield
        lifecycle = item.stash.get(LIFECYCLE, None)
        if call.when == "call" and lifecycle:
            found: dict[str, set[int]] = {}
            for root in {run.directory for run in lifecycle.runs}:
                for path in root.glob("lines-*.json"):
                    for name, numbers in json.loads(path.read_text()).items():
                        found.setdefault(name, set()).update(numbers)
            self._cases[item.nodeid] = {name: sorted(numbers) for name, numbers in found.items()}
        return report  # type: ignore[no-any-return]

    def pytest_sessionfinish(self) -> None:
        """Write them down."""
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        (Path(os.environ[DIRECTORY]) / f"{worker}.json").write_text(json.dumps(self._cases))


def pytest_configure(config: pytest.Config) -> None:
    """Watch the cases."""
    config.pluginmanager.register(_Lines(), "lines-run")
