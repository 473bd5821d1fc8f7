"""The Docker engine of this machine, for the tests that need one."""

from __future__ import annotations

import pytest

from fixtures.docker.engine import Engine, EngineError

HERE = {"DOCKER_HOST": Engine.from_environment().host}
"""Environment of runs that the engine has a part in: no run inherits where it is."""


def needed_engine() -> Engine:
    """Give the engine. Skips the test where none answers, with the reason."""
    engine = Engine.from_environment()
    try:
        engine.version()
    except EngineError as reason:
        pytest.skip(str(reason))
    return engine


def images_named(repository: str) -> list[str]:
    """Give the names of the images that the engine has in a repository."""
    import docker  # noqa: PLC0415 - importing it takes a while

    client = docker.from_env()
    try:
        return [name for image in client.images.list(name=repository) for name in image.tags]
    finally:
        client.close()
