"""`run`: the command line of a run, and what pytest is told by it. pytest stays the engine, and stays visible."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from conformance import report_files
from conformance.options import CASE_HELP, OPTIONS, Option
from conformance.paths import SUITES
from conformance.refused import Refused
from conformance.usage import OneLine
from fixtures.paths import ROOT
from reports.case import Verdict
from reports.json_file import JsonFile, ResultsError, load
from suites.requirements.table import guess

REPORTS: Final = "out"
"""Where a run leaves its reports, unless it is told otherwise; a run of named cases leaves none."""

WORKERS: Final = "auto"
"""Processes that run cases, unless it is said how many: as many as the lifecycle and the machine go well with."""

NAMING: Final = ("lifecycle", "artifacts")
"""The options that name what is judged."""

OF_PYTEST: Final = (
    (("-k",), "EXPRESSION", "run the cases that this expression is true of"),
    (("-n",), "NUMBER", f"processes that run cases, or {WORKERS}; default: {WORKERS}, and 0 with --pdb or --case"),
    (("-x",), "", "end at the first case that does not hold"),
    (("--pdb",), "", "stop in the debugger where a case does not hold"),
    (("-v",), "", "tell all of it on the terminal"),
    (("-q",), "", "tell less of it"),
    (("--collect-only", "--co"), "", "list the cases and run none"),
)
"""What is handed to pytest as it is: its flags, the name of its value where it has one, and what it does."""

AGAIN_HELP: Final = "judge only what did not hold in the run that left its reports in --report-dir"

_TOLD_OF: Final = frozenset({Verdict.FAIL, Verdict.UNTESTABLE, Verdict.WARN, Verdict.HARNESS_ERROR})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `run` takes; every option of the one table is an option here."""
    parser.add_argument("target", metavar="TARGET", nargs="?", help="the lifecycle under test: what --lifecycle takes")
    options = parser.add_argument_group("what is judged, and how")
    for option in OPTIONS:
        _add(options, option)
    options.add_argument("--case", action="append", default=[], metavar="CASE", help=CASE_HELP)
    options.add_argument("--lf", action="store_true", help=AGAIN_HELP)
    of_pytest = parser.add_argument_group("pytest's own; any other of them after --")
    for flags, value, text in OF_PYTEST:
        how: dict[str, Any] = {"metavar": value} if value else {"action": "count", "default": 0}
        of_pytest.add_argument(*flags, help=text, **how)


def _add(group: argparse._ArgumentGroup, option: Option) -> None:
    text = f"{option.help} [{option.variable}]".replace("%", "%%")
    if option.switch:
        group.add_argument(f"--{option.name}", action="store_const", const="yes", help=text)
        return
    group.add_argument(f"--{option.name}", metavar=option.name.upper(), help=text)
    if option.old:
        group.add_argument(f"--{option.old}", metavar=option.name.upper(), help=argparse.SUPPRESS)


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Judge what a command line names, and give the suite's exit status. Raises Refused."""
    ours, rest = _apart(arguments)
    earlier = begin(arguments, os.environ)
    parser.usage = f"{parser.prog} TARGET [OPTIONS] [-- PYTEST...]"
    add_arguments(parser)
    given, strange = parser.parse_known_args(ours)
    if strange:
        raise Refused(_why_strange(parser, strange[0]))
    sys.argv[1:] = pytest_arguments(given, rest, earlier, os.environ)
    return int(pytest.main(sys.argv[1:], plugins=[OneLine()]))


def _why_strange(parser: argparse.ArgumentParser, word: str) -> str:
    if not word.startswith("-"):
        return f"{word}: one target is named, and it was; several archives are one, archive:FILE,FILE"
    known = [name for action in parser._actions for name in action.option_strings]  # noqa: SLF001 - as its help does
    guessed = guess(word.partition("=")[0], known)
    return f"{word}: there is no such option{guessed}; options of pytest's go after --"


def _apart(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Give what is ours, and what stands after `--`."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:end], arguments[end + 1 :]


def begin(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[str, ...]:
    """Remove the reports of an earlier run, whatever the arguments come to, and give the cases that did not hold in it.

    The cases are read where --lf asks for them. Raises Refused where it does and there are none.
    """
    ours, _ = _apart(arguments)
    directory = report_files.directory_of(arguments, environment) or ("" if _names_cases(ours) else REPORTS)
    try:
        return tuple(_not_held(Path(directory or REPORTS))) if "--lf" in ours else ()
    finally:
        if directory:
            report_files.forget([*arguments, f"--report-dir={directory}"], environment)


def _names_cases(arguments: Sequence[str]) -> bool:
    return any(argument.partition("=")[0] == "--case" for argument in arguments)


def _not_held(directory: Path) -> Iterator[str]:
    try:
        results = load(directory / JsonFile.file)
    except ResultsError as error:
        raise Refused(f"--lf: there is no earlier run to take cases from: {error}") from error
    found = [case.id for case in results.cases if case.verdict in _TOLD_OF and case.rerun]
    if not found:
        raise Refused(f"--lf: in the run that left {directory} every case that was judged holds")
    yield from found


def pytest_arguments(
    given: argparse.Namespace, rest: Sequence[str], earlier: Sequence[str], environment: Mapping[str, str]
) -> Iterator[str]:
    """Give pytest's arguments: this tree's settings first, then what was given, then where the cases are.

    Raises Refused.
    """
    yield from ("-c", str(ROOT / "pyproject.toml"), f"--rootdir={ROOT}")
    if given.target is not None:
        if given.lifecycle is not None:
            raise Refused(f"the lifecycle is named twice: {given.target} and --lifecycle={given.lifecycle}")
        yield f"--lifecycle={given.target}"
    elif not any(_is_given(name, given, environment) for name in NAMING):
        raise Refused("name what to judge: reference, a directory of programs, an image, or --artifacts=…")
    for option in OPTIONS:
        for name in option.names:
            value = getattr(given, name.replace("-", "_"))
            if value is not None:
                yield f"--{name}" if option.switch else f"--{name}={value}"
    cases = [*given.case, *earlier]
    yield from (f"--case={name}" for name in cases)
    if not given.case and not _is_given("report-dir", given, environment):
        yield f"--report-dir={REPORTS}"
    yield from _workers(given, environment)
    yield from _of_pytest(given)
    places = [_place(each) for each in rest]
    # Before the rest, of which the last may lack its value.
    if not any(SUITES in (path := Path(each.partition("::")[0]), *path.parents) for each in places):
        yield str(SUITES)
    yield from places


def _is_given(name: str, given: argparse.Namespace, environment: Mapping[str, str]) -> bool:
    (option,) = (option for option in OPTIONS if option.name == name)
    return getattr(given, name.replace("-", "_")) is not None or option.variable in environment


def _workers(given: argparse.Namespace, environment: Mapping[str, str]) -> Iterator[str]:
    """Give how many processes there are to be, unless PYTEST_ADDOPTS says it and nobody else."""
    said = any(word.startswith(("-n", "--numprocesses")) for word in shlex.split(environment.get("PYTEST_ADDOPTS", "")))
    if (
        given.n is not None
        and given.n != WORKERS
        and not (given.n.isascii() and given.n.isdigit() and len(given.n) < 4)
    ):
        raise Refused(f"-n {given.n}: give a number of processes, 0 or above, or {WORKERS}")
    if given.pdb or given.n or not said:
        yield from ("-n", "0" if given.pdb else given.n or ("0" if given.case else WORKERS))


def _of_pytest(given: argparse.Namespace) -> Iterator[str]:
    if given.k is not None:
        yield from ("-k", given.k)
    for flag in ("x", "v", "q"):
        yield from [f"-{flag}"] * getattr(given, flag)
    yield from ["--pdb"] if given.pdb else []
    yield from ["--collect-only"] if given.collect_only else []


def _place(argument: str) -> str:
    """Give a place among the suites by its whole path: pytest would look for it where it was called. Raises Refused."""
    path, colons, test = argument.partition("::")
    inside = (ROOT / path).resolve()
    if not path or argument.startswith("-") or SUITES not in (inside, *inside.parents):
        return argument
    if not inside.exists():
        raise Refused(f"{argument}: there is no such file or folder")
    return f"{inside}{colons}{test}"
