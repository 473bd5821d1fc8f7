"""Wrong usage of pytest, by what it was handed: said in a line, and before anything is started where that can be."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from conformance.narrowing import Note

_ERROR = ": error: "
"""What stands between the program's name and what is wrong, behind the usage (argparse)."""

_NO_SUCH_CASE = "not found: "
"""How pytest begins where a module has no such test."""


class OneLine:
    """The plugin that has pytest say it."""

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_parse(self) -> Generator[None, object, object]:
        """Let pytest read its command line. Raises pytest.UsageError."""
        return (yield from _said_in_a_line())

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_main(self) -> Generator[None, object, object]:
        """Let pytest run. Raises pytest.UsageError."""
        return (yield from _said_in_a_line())


def _said_in_a_line() -> Generator[None, object, object]:
    try:
        return (yield)
    except pytest.UsageError as error:
        raise pytest.UsageError(in_a_line(str(error))) from None


def in_a_line(text: str) -> str:
    """Give what is wrong of a message that may begin with a usage, and end with where pytest looked."""
    usage, found, rest = text.partition(_ERROR)
    if found and usage.startswith("usage:"):
        return f"{rest.splitlines()[0]} (pytest --help lists its options; they are given after --)"
    return text.splitlines()[0] if text.startswith(_NO_SUCH_CASE) else text


def check(config: pytest.Config) -> None:
    """Look at what chooses among the cases before any is collected. Raises pytest.UsageError."""
    for place in config.args:
        if not Path(place.partition("::")[0]).exists():
            raise pytest.UsageError(f"{place}: there is no such file or folder below suites")
    # It reads the expressions of -k and -m, and has no case to leave out.
    config.pluginmanager.get_plugin("mark").pytest_collection_modifyitems([], config)  # type: ignore[union-attr]


class AtCollection:
    """Tells of what pytest refuses while it collects; in every worker, which has nobody else to tell it to."""

    def __init__(self, directory: str) -> None:
        self._directory = directory

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self, session: pytest.Session) -> Generator[None, object, object]:
        """Let pytest collect. Raises pytest.UsageError where there is somebody to tell."""
        try:
            return (yield)
        except pytest.UsageError as error:
            if not hasattr(session.config, "workerinput"):
                raise
            Note(problems=in_a_line(str(error))).write(self._directory)
            return True
