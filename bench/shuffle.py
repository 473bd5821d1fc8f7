"""A pytest plugin: runs the cases in an order that a seed decides (`-p bench.shuffle`)."""

from __future__ import annotations

import os
import random
from typing import Final

import pytest

SEED: Final = "BENCH_SEED"
"""The environment variable with the seed; every worker must see the same one."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Shuffle, once the suite has decided on the cases."""
    random.Random(os.environ[SEED]).shuffle(items)
