"""Wrong usage of pytest, in a line."""

from __future__ import annotations

import pytest

from conformance.usage import in_a_line

USAGE = """\
usage: pytest.main() [options] [file_or_dir] [file_or_dir] [...]
pytest.main(): error: argument --maxfail: invalid int value: 'x'
  inifile: /tree/pyproject.toml
  rootdir: /tree"""


def test_usage_is_left_out() -> None:
    message = in_a_line(USAGE)

    assert message.startswith("argument --maxfail: invalid int value: 'x' (")
    assert "\n" not in message


def test_places_that_were_looked_at_are_left_out() -> None:
    text = "not found: /tree/test_x.py::nope\n(no match in any of [<Module test_x.py>])"
    assert in_a_line(text) == "not found: /tree/test_x.py::nope"


@pytest.mark.parametrize("text", ["--arch mips: no", "the tests and the catalogue don't agree:\n  a: error: b"])
def test_what_is_said_by_the_suite_stays_as_it_is(text: str) -> None:
    assert in_a_line(text) == text
