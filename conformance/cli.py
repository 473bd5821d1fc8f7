"""The command `lifecycle-conformance`: what is done with the results of a run. Only `run` needs pytest."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from reports.json_file import JsonFile, ResultsError, load
from reports.known_failures import KnownFailuresError
from reports.known_failures import load as load_known
from reports.results import Results
from reports.write_known_failures import NothingToWrite, entries_of, render

NAME = "lifecycle-conformance"
WRONG_USAGE = 4


class _Parser(argparse.ArgumentParser):
    """A parser whose wrong usage ends with the suite's own status for it."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in a line, and end."""
        self.exit(WRONG_USAGE, f"{self.prog}: {message} ({self.prog} --help)\n")


class Refused(Exception):
    """What was asked for can't be done; the message says why, in one line."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Do what a command line asks for, and end with its status."""
    given = _parser().parse_args(arguments)
    act: Callable[[argparse.Namespace], int] = given.act
    try:
        status = act(given)
    except (Refused, ResultsError, KnownFailuresError, NothingToWrite) as error:
        _say(f"{NAME}: {error}")
        status = WRONG_USAGE
    except BrokenPipeError:
        status = 0
    sys.exit(status)


def results_in(place: str) -> Results:
    """Read the results of a run, given as its report directory or as its results.json. Raises ResultsError."""
    path = Path(place)
    return load(path / JsonFile.file if path.is_dir() else path)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog=NAME, description="Conformance of lifecycles to the architecture rules of Buildpacks.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_known_failures(commands)
    return parser


def _add_known_failures(commands: Any) -> None:
    parser = commands.add_parser("known-failures", help="what a project fails today, and may fail")
    inner = parser.add_subparsers(metavar="COMMAND", required=True)
    write = inner.add_parser("write", help="write the file from a run")
    write.add_argument("results", metavar="DIR", help="the report directory of a whole run, or its results.json")
    write.add_argument("--reason", required=True, help="why what is not listed yet may fail: a sentence")
    write.add_argument("--update", metavar="FILE", type=Path, help="keep the reasons of this file, drop what is mended")
    write.add_argument("-o", "--output", metavar="FILE", type=Path, help="where to write it; else it is printed")
    write.set_defaults(act=_write_known_failures)


def _write_known_failures(given: argparse.Namespace) -> int:
    if not given.reason.strip():
        raise Refused("--reason is given but empty: say why these may fail")
    results = results_in(given.results)
    old = load_known(given.update) if given.update else None
    entries = entries_of(results, given.reason.strip(), old)
    _put(render(entries, results), given.output)
    if given.output:
        _say(f"{given.output}: {len(entries)} entries")
    return 0


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _put(text: str, output: Path | None) -> None:
    """Write text to a file, or print it. Raises Refused."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{output}: can't be written: {error.strerror}") from error
