"""Small results, for the tests of the reports."""

from __future__ import annotations

from collections.abc import Iterable

from reports.about import CatalogueInfo, EnvironmentInfo, LifecycleInfo, SuiteInfo
from reports.case import Case, RequirementSummary, Verdict
from reports.results import Results

_row = RequirementSummary

ROWS = (
    _row("must-one", "rebaser", "issue-435", "MUST", "The child that fits is used.", "issue 435: rebaser"),
    _row("must-two", "rebaser", "platform", "MUST", "Every tag gets the image.", "specification 0.3: rebaser"),
    _row("should-one", "index", "oci", "SHOULD", "The first match is used.", "OCI: image index"),
    _row("info-one", "index", "oci", "INFO", "Which key is written.", "OCI: config"),
    _row("gone-one", "source", "issue-435", "MUST", "The flag decides.", "issue 435: analyzer", "not driven yet"),
)


def make_case(requirement: str, verdict: Verdict, name: str = "plain", reason: str | None = None) -> Case:
    """Make a case of a requirement, with a verdict, and if wanted a name and a reason."""
    path = f"suites/some/test_{requirement.replace('-', '_')}.py"
    usual = {Verdict.PASS: "", Verdict.NOT_RUN: "no emulator for s390x"}.get(verdict, f"the story of {name}")
    return Case(
        id=f"{path}::test_it[{name}]",
        requirement=requirement,
        verdict=verdict,
        platform="linux/amd64",
        platform_api="0.15",
        storage="registry",
        seconds=0.25,
        lifecycle_seconds=0.125,
        reason=usual if reason is None else reason,
        rerun=("pytest", f"{path}::test_it[{name}]", "--lifecycle", "dir:/opt/lifecycle"),
    )


def make_results(cases: Iterable[Case], selected: Iterable[str] | None = None) -> Results:
    """Make results of cases, and if wanted of the ids that were asked for (else those of the cases)."""
    cases = tuple(cases)
    asked = {case.requirement for case in cases if case.requirement} if selected is None else selected
    return Results(
        generated_at="2026-11-30T12:00:00Z",
        suite=SuiteInfo(version="0.1.0", commit="f0c7797"),
        catalogue=CatalogueInfo(digest=f"sha256:{1:064x}"),
        lifecycle=LifecycleInfo(
            target="dir:/opt/lifecycle",
            name="lifecycle",
            version="0.21.14",
            platform_apis=("0.15",),
            platform_source="runtime",
            digest={"linux/amd64/rebaser": f"sha256:{2:064x}"},
        ),
        environment=EnvironmentInfo(
            host="linux/amd64",
            registry="embedded",
            architectures={"amd64": "native"},
            notes=("arm64: left out, nothing here runs it",),
        ),
        rows=ROWS,
        cases=cases,
        selected=frozenset(asked),
    )
