"""Builders of small results for the tests of the reports."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reports.case import Case
from reports.results import Results
from tests.support import results


@pytest.fixture
def make_case() -> Callable[..., Case]:
    """Give the builder of cases: requirement, verdict, and if wanted a name and a reason."""
    return results.make_case


@pytest.fixture
def make_results() -> Callable[..., Results]:
    """Give the builder of results: cases, and if wanted the ids that were asked for (else those of the cases)."""
    return results.make_results
