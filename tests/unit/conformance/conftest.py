"""Results for the tests of what is done with them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.results import Results
from tests.support.results import ROWS, make_results


@pytest.fixture
def results() -> Results:
    """Give the results of a run without a case, by two MUSTs."""
    return replace(make_results(()), rows=ROWS[:2])
