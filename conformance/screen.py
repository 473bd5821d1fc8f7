"""Whether standard output is a terminal on which progress may be drawn, or something that only takes lines."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO, cast

import pytest

from conformance.output import Output


def screen_of(config: pytest.Config, output: Output, environment: Mapping[str, str] = os.environ) -> TextIO | None:
    """Give the terminal; None for a pipe, in CI, where no color is wanted, and where somebody else writes there."""
    plain = environment.get("CI") or environment.get("NO_COLOR") or environment.get("TERM", "dumb") == "dumb"
    shared = config.option.verbose or config.option.usepdb or config.option.capture == "no"
    return None if plain or shared or not output.isatty() else cast("TextIO", output)
