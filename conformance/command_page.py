"""docs/reference/command.md: the command, its options and its exit statuses, made of the parsers and the option table.

Made by ``python -m conformance.command_page > docs/reference/command.md``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from conformance import cli, doctor, running
from conformance.options import CASE_HELP, OPTIONS

_HEAD = """\
# The command

<!-- Made of the option table by: python -m conformance.command_page > docs/reference/command.md -->

`lifecycle-conformance` is what the wheel installs; in a checkout it is `.venv/bin/lifecycle-conformance`.
`lifecycle-conformance COMMAND --help` says the same as this page.
"""

_RUN = """\
`lifecycle-conformance run TARGET [OPTIONS] [-- PYTEST...]`

TARGET is what `--lifecycle` takes; `reference` is the lifecycle that comes with the suite.
It may be left out where `--artifacts` or a variable of the environment names what to judge.
A run installs no package and registers no emulator.
It leaves its reports in `out`, unless `--report-dir` says another place; one of named cases (`--case`) leaves none.
An option counts over its variable; neither may be given but empty.
A variable `CONFORMANCE_…` that is none of these is refused.
"""

_STATUSES = (
    ("0", "the gate is met: `conformant`, or all that fails is known"),
    ("1", "a MUST failed that is not known, or what is known is mended or expired"),
    ("2", "the run was interrupted"),
    ("3", "the suite, its registry or the target broke: nothing is said of the lifecycle"),
    ("4", "wrong usage"),
    ("5", "nothing was judged"),
    ("6", "`incomplete`: nothing new failed, and something that was asked for could not be judged"),
)


def render() -> str:
    """Give the page as Markdown."""
    parts = [_HEAD, "## run\n", _RUN, _table(_OF_A_RUN, _options()), _table(_OF_PYTEST, _of_pytest())]
    parts += ["## Exit statuses\n", _table(("status", "of a run, it means"), _STATUSES), _OTHERS]
    for name, parser in _commands(cli.parser(), ""):
        parts += [f"## {name}\n", *_command(name, parser)]
    return "\n".join(parts).rstrip("\n") + "\n"


_OTHERS = "The other commands end with 0, with 4 for wrong usage, and with what is said of them below.\n"

_OF_A_RUN = ("option", "environment", "what it does")
_OF_PYTEST = ("of pytest", "what it does")


def _options() -> Iterator[tuple[str, ...]]:
    for option in OPTIONS:
        value = "" if option.switch else f"={option.default.removesuffix('.0') or option.name.upper()}"
        yield f"`--{option.name}{value}`", f"`{option.variable}`", option.help
    yield "`--case=CASE`", "", CASE_HELP
    yield "`--lf`", "", running.AGAIN_HELP


def _of_pytest() -> Iterator[tuple[str, ...]]:
    for flags, value, text in running.OF_PYTEST:
        yield ", ".join(f"`{f'{flag} {value}'.rstrip()}`" for flag in flags), text
    yield "`-- …`", "any other option of pytest's, a path or an id of a case below `suites`"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    cells = [[cell.replace("|", r"\|") for cell in row] for row in (head, *rows)]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([lines[0], "|---" * len(cells[0]) + "|", *lines[1:], ""])


def _commands(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Give each command that has a parser, with its name; `run` is rows of apart."""
    within = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001
    if not within:
        yield name, parser
    for action in within:
        for word, inner in action.choices.items():
            if word != "run":
                yield from _commands(inner, f"{name} {word}".strip())


def _command(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    if name == "doctor":
        doctor.add_arguments(parser)
    actions = [action for action in parser._actions if action.dest != "help"]  # noqa: SLF001 - as its own help does
    words = [_word(action) for action in actions]
    yield f"`{' '.join(['lifecycle-conformance', name, *words])}`\n"
    yield f"{parser.description}\n"
    rows = [(f"`{_word(action).strip('[]')}`", action.help or "") for action in actions if action.help]
    if rows:
        yield _table(("argument", "what it is"), rows)


def _word(action: Any) -> str:
    value = str(action.metavar or "|".join(map(str, action.choices or (action.dest.upper(),))))
    word = f"{', '.join(action.option_strings)} {value}".strip() if action.option_strings else value
    word += "..." if action.nargs == "+" else ""
    return word if action.required else f"[{word}]"


if __name__ == "__main__":
    sys.stdout.write(render())
