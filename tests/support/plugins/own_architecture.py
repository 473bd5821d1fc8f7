"""A pytest plugin that leaves out the cases of other architectures than the machine's own.

A lifecycle whose detector runs as another one has to have programs for both; that it is judged as both takes long.
"""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.oci.platforms import host_platform


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Keep the cases of this machine's own."""
    items[:] = [item for item in items if item.callspec.params["lifecycle"].platform == host_platform()]
