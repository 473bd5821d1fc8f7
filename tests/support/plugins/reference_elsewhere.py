"""A pytest plugin: `--lifecycle reference` is a copy of it, started as the real one is on every architecture."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from fixtures.lifecycle.targets import reference

AT = "REFERENCE_AT"
"""The environment variable with the directory of the copy."""

THROUGH = "REFERENCE_THROUGH"
"""The environment variable with what the Pythons are given to run before the program and its arguments, if anything."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Put the copy in place, before the target is looked at."""
    through = shlex.split(os.environ.get(THROUGH, ""))
    started = {platform: (*launch, *through) for platform, launch in reference.interpreters().items()}
    for name, value in {"REFERENCE": Path(os.environ[AT]), "interpreters": lambda: started}.items():
        setattr(reference, name, value)
