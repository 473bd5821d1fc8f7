"""Commands that run cases again, made from the words that the cases carry."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from reports.case import Case

AT_MOST = 4


def line(case: Case) -> str:
    """Give the command that runs a case again, to paste into a shell; empty where nothing does."""
    return shlex.join(case.rerun)


def commands(cases: Iterable[Case]) -> list[str]:
    """Give the fewest commands that run all these cases again.

    Cases whose commands differ only in the case share one. More than four cases are named by their tests, without
    parameters: such a command may run cases that passed as well.
    """
    shared: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for case in cases:
        place = next((number for number, word in enumerate(case.rerun) if word.endswith(case.id)), len(case.rerun))
        around = case.rerun[:place], case.rerun[place + 1 :]
        if case.rerun:
            shared.setdefault(around, []).extend(case.rerun[place : place + 1])
    return [shlex.join([*before, *_fewer(named), *after]) for (before, after), named in shared.items()]


def _fewer(ids: list[str]) -> list[str]:
    named = list(dict.fromkeys(ids))
    return named if len(named) <= AT_MOST else list(dict.fromkeys(map(_test_of, named)))


def _test_of(case: str) -> str:
    """Take the parameters off: ``a.py::test[x]`` is ``a.py::test``."""
    path, mark, name = case.partition("::")
    return path + mark + name.partition("[")[0]
