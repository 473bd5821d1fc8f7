"""Builders of small results for the tests of the reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from reports.model import Case, Results, Row, Verdict

ROWS = (
    Row("must-one", "rebaser", "issue-435", "MUST", "The child that fits is used.", "issue 435: rebaser"),
    Row("must-two", "rebaser", "platform", "MUST", "Every tag gets the image.", "specification 0.3: rebaser"),
    Row("should-one", "index", "oci", "SHOULD", "The first match is used.", "OCI: image index"),
    Row("info-one", "index", "oci", "INFO", "Which key is written.", "OCI: config"),
    Row("gone-one", "source", "issue-435", "MUST", "The flag decides.", "issue 435: analyzer", "not driven yet"),
)


def _make_case(requirement: str, verdict: Verdict, name: str = "plain", message: str | None = None) -> Case:
    path = f"suites/some/test_{requirement.replace('-', '_')}.py"
    told = {Verdict.PASS: "", Verdict.NOT_RUN: "no emulator for s390x"}.get(verdict, f"the story of {name}")
    return Case(
        id=f"{path}::test_it[{name}]",
        requirement=requirement,
        verdict=verdict,
        platform="linux/amd64",
        platform_api="0.15",
        storage="registry",
        seconds=0.25,
        lifecycle_seconds=0.125,
        message=told if message is None else message,
        reproduce=f"pytest '{path}::test_it[{name}]' --lifecycle dir:/opt/lifecycle",
    )


def _make_results(cases: Iterable[Case], selected: Iterable[str] | None = None) -> Results:
    cases = tuple(cases)
    asked = {case.requirement for case in cases if case.requirement} if selected is None else selected
    return Results(
        suite_version="0.1.0",
        lifecycle={
            "target": "dir:/opt/lifecycle",
            "name": "lifecycle",
            "version": "0.21.14",
            "platform_apis": ["0.15"],
            "platform_source": "runtime",
        },
        environment={
            "host": "linux/amd64",
            "registry": "embedded",
            "architectures": {"amd64": "native"},
            "notes": ["arm64: left out, nothing here runs it"],
        },
        rows=ROWS,
        cases=cases,
        selected=frozenset(asked),
    )


@pytest.fixture
def make_case() -> Callable[..., Case]:
    """Give the builder of cases: requirement, verdict, and if wanted a name and a message."""
    return _make_case


@pytest.fixture
def make_results() -> Callable[..., Results]:
    """Give the builder of results: cases, and if wanted the ids that were asked for (else those of the cases)."""
    return _make_results
