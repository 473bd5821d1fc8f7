"""The Docker engine of this machine, for the tests that need one."""

from __future__ import annotations

import pytest

from fixtures.docker.engine import Engine, EngineError


def needed_engine() -> Engine:
    """Give the engine. Skips the test where none answers, with the reason."""
    engine = Engine.from_environment()
    try:
        engine.version()
    except EngineError as reason:
        pytest.skip(str(reason))
    return engine
