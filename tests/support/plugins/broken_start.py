"""A pytest plugin that breaks a run before its first case, as what a worker needs and can't have does."""

from __future__ import annotations


def pytest_xdist_setupnodes() -> None:
    """Fail where the workers are to be started."""
    raise OSError("nothing can be started here")
