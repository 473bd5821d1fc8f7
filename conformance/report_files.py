"""The place for the reports of a run: emptied of older ones whatever comes, and tried out before the first case."""

from __future__ import annotations

import shlex
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from conformance import disk
from conformance.paths import OWN_TESTS
from reports.every import files
from reports.results import Results
from reports.subscribers import Report, Written

_OPTION = "--report-dir"
_VARIABLE = "CONFORMANCE_REPORT_DIR"
_JUST_ASKING = frozenset({"--collect-only", "--co", "--help", "-h", "--version", "-V"})


def forget(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Remove the reports of an earlier run, before it is known whether the arguments make sense.

    Wrong usage writes no report, and an older one must not be taken for its own.
    """
    given = [*shlex.split(environment.get("PYTEST_ADDOPTS", "")), *arguments]
    if _JUST_ASKING.isdisjoint(given) and not any(OWN_TESTS in _and_above(argument) for argument in given):
        directory = directory_of(arguments, environment)
        for name in files() if directory else ():
            try:
                (Path(directory) / name).unlink(missing_ok=True)
            except OSError:
                return  # `try_out` will say so


def directory_of(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Give the directory for reports that a command line or the environment names; empty where neither does."""
    given = [*shlex.split(environment.get("PYTEST_ADDOPTS", "")), *arguments]
    named = (*_named(given), environment.get(_VARIABLE, ""))
    return next((name.strip() for name in named if name.strip()), "")


def _and_above(argument: str) -> tuple[Path, ...]:
    path = Path(argument.partition("::")[0]).absolute()
    return (path, *path.parents)


def _named(arguments: Sequence[str]) -> Iterator[str]:
    """Give the directories that a command line names, the one that counts first."""
    pairs = list(zip(arguments, [*arguments, ""][1:], strict=True))
    for argument, following in reversed(pairs):
        name, equals, text = argument.partition("=")
        if name == _OPTION:
            yield text if equals else following


def try_out(directory: Path) -> None:
    """See that reports can be written to a directory, which is made if need be. Raises pytest.UsageError."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name in files():
            (directory / name).unlink(missing_ok=True)
        with tempfile.NamedTemporaryFile(dir=directory, prefix=".tried-"):
            pass
        short = disk.shortage(directory, disk.AT_FIRST)
    except OSError as error:
        raise pytest.UsageError(f"{_OPTION} {directory}: can't be written to: {error}") from error
    if short:
        raise pytest.UsageError(f"{_OPTION} {directory}: {short}")


def finish(reports: Iterable[Report], found: Results, written: Written) -> None:
    """Have each report tell what a run came to; the files are written all or none."""
    for report in reports:
        try:
            path = report.run_finished(found)
        except (OSError, ValueError) as error:
            if not report.file:
                raise
            written.trouble = f"the reports could not be written to {report.options.directory}: {error}"
        else:
            written.paths += [path] if path else []
        if written.trouble:
            while written.paths:
                _remove(written.paths.pop())


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        print(f"{path} may be of no use: {error}", file=sys.stderr)  # noqa: T201 - no report can say it
