"""Where progress may be drawn."""

from __future__ import annotations

import io
from argparse import Namespace
from typing import cast

import pytest

from conformance.output import Output
from conformance.screen import screen_of


class Terminal(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "options", "drawn"),
    [
        (Terminal(), {"TERM": "xterm"}, {}, True),
        (io.StringIO(), {"TERM": "xterm"}, {}, False),
        (Terminal(), {"TERM": "xterm", "CI": "true"}, {}, False),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, {}, False),
        (Terminal(), {"TERM": "dumb"}, {}, False),
        (Terminal(), {}, {}, False),
        (Terminal(), {"TERM": "xterm"}, {"verbose": 1}, False),
        (Terminal(), {"TERM": "xterm"}, {"usepdb": True}, False),
        (Terminal(), {"TERM": "xterm"}, {"capture": "no"}, False),
    ],
)
def test_drawn_on_a_terminal_alone(
    stream: io.StringIO, environment: dict[str, str], options: dict[str, object], drawn: bool
) -> None:
    option = Namespace(**{"verbose": 0, "usepdb": False, "capture": "fd", **options})
    config = cast("pytest.Config", Namespace(option=option))

    assert (screen_of(config, Output(stream), environment) is not None) is drawn
