"""Results for the tests of what is done with them."""

from __future__ import annotations

import pytest

from reports.about import CatalogueInfo, EnvironmentInfo, LifecycleInfo, SuiteInfo
from reports.case import RequirementSummary
from reports.results import Results


@pytest.fixture
def results() -> Results:
    """Give the results of a run without a case, by two MUSTs."""
    return Results(
        generated_at="2026-11-30T12:00:00Z",
        suite=SuiteInfo(version="0.1.0"),
        catalogue=CatalogueInfo(digest=f"sha256:{1:064x}"),
        lifecycle=LifecycleInfo(
            target="dir:/opt/lifecycle",
            name="lifecycle",
            version="0.21.14",
            platform_apis=("0.15",),
            platform_source="runtime",
        ),
        environment=EnvironmentInfo(host="linux/amd64", registry="embedded", architectures={"amd64": "native"}),
        rows=(
            RequirementSummary("must-one", "rebaser", "issue-435", "MUST", "The child that fits is used.", "issue 435"),
            RequirementSummary("must-two", "rebaser", "platform", "MUST", "Every tag gets the image.", "platform.md"),
        ),
        cases=(),
        selected=frozenset(),
    )
