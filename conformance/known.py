"""Known failures in a run: read before it, and refused where they name what there is not."""

from __future__ import annotations

from typing import Self

import pytest

from conformance.collection import Collector
from conformance.names import NAMES, in_any_share, name_of, renamed
from conformance.narrowing import Offered
from conformance.options import Settings
from reports.known_failures import KnownFailures, KnownFailuresError, load


class Known:
    """The known failures of a run; in every worker, of which one tells where they make no sense."""

    def __init__(self, failures: KnownFailures | None, collector: Collector, offered: Offered) -> None:
        self.failures = failures
        self._collector = collector
        self._offered = offered

    @classmethod
    def read(cls, settings: Settings, collector: Collector, offered: Offered) -> Self:
        """Read the file that was given; none is none. Raises pytest.UsageError."""
        try:
            failures = load(settings.known_failures) if settings.known_failures else None
        except KnownFailuresError as error:
            raise pytest.UsageError(f"--known-failures {error}") from error
        return cls(failures, collector, offered)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Hold the entries against every case that there is, asked for or not. Raises pytest.UsageError."""
        if self.failures is None or self._collector.problems:
            return
        names = sorted(set(in_any_share(name_of(item) for item in self._offered.every(session))))
        problems = [*self._old(self.failures), *self.failures.problems(self._collector.catalogue, names)]
        if problems:
            text = f"--known-failures {self.failures.file}:\n  " + "\n  ".join(problems)
            if not hasattr(session.config, "workerinput"):
                raise pytest.UsageError(text)
            self._collector.problems = text
            items.clear()

    def _old(self, failures: KnownFailures) -> list[str]:
        """Tell of cases that go by another name now."""
        given = [f"{entry.requirement}/{pattern}" for entry in failures.entries for pattern in entry.cases]
        return [f"{name} is now {now}" for name in given if (now := renamed(name, NAMES))]
