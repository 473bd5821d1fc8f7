"""Commands that run cases again, made from the arguments that the cases carry."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from reports.case import Case

AT_MOST = 4


def line(case: Case) -> str:
    """Give the command that runs a case again, to paste into a shell; empty where nothing does."""
    return _command([case.id] if case.id in case.rerun else [], _options(case)) if case.rerun else ""


def commands(cases: Iterable[Case]) -> list[str]:
    """Give the fewest commands that run all these cases again.

    Cases whose arguments differ only in the case share one. More than four cases are named by their tests, without
    parameters: such a command may run cases that passed as well.
    """
    shared: dict[tuple[str, ...], list[str]] = {}
    for case in cases:
        if case.rerun:
            shared.setdefault(_options(case), []).extend([case.id] if case.id in case.rerun else [])
    return [_command(_fewer(ids), options) for options, ids in shared.items()]


def _options(case: Case) -> tuple[str, ...]:
    return tuple(argument for argument in case.rerun if argument != case.id)


def _command(cases: Iterable[str], options: Iterable[str]) -> str:
    return shlex.join(["lifecycle-conformance", "run", *options, *(f"--case={case}" for case in cases)])


def _fewer(ids: list[str]) -> list[str]:
    named = list(dict.fromkeys(ids))
    return named if len(named) <= AT_MOST else list(dict.fromkeys(map(_test_of, named)))


def _test_of(case: str) -> str:
    """Take the parameters off: ``a.py::test[x]`` is ``a.py::test``."""
    path, mark, name = case.partition("::")
    return path + mark + name.partition("[")[0]
