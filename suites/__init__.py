"""What a lifecycle must do: the catalogue of requirements and one directory of stories per phase."""

from __future__ import annotations

import pytest

__all__ = ["requirement"]


def requirement(requirement_id: str) -> pytest.MarkDecorator:
    """Say which requirement of the catalogue a test judges.

    Every test carries exactly one. Whether the id exists is checked when tests are collected
    (see :func:`suites.requirements.catalogue.check_tests`), where the problem can be reported with all others.
    """
    return pytest.mark.requirement(requirement_id)
