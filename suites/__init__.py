"""What a lifecycle must do: the catalogue of requirements and one directory of stories per phase."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suites.requirements.needs import Needs

__all__ = ["Needs", "requirement"]


def requirement(
    requirement_id: str, *, since: str | None = None, until: str | None = None, needs: Needs | None = None
) -> pytest.MarkDecorator:
    """Say which requirement of the catalogue a test judges, and what it needs beyond what the requirement needs.

    Every test carries exactly one. Whether the id exists is checked when tests are collected
    (see :func:`suites.requirements.catalogue.check_tests`), where the problem can be reported with all others.
    Raises ValueError for needs that nothing can meet.
    """
    needs = needs or Needs()
    needs = replace(needs, since=since or needs.since, until=until or needs.until)
    return pytest.mark.requirement(requirement_id, needs=needs)
