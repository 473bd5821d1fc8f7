"""Commands that run cases again, made from the commands that the cases carry."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from reports.model import Case

AT_MOST = 4


def commands(cases: Iterable[Case]) -> list[str]:
    """Give the fewest commands that run all these cases again.

    Cases whose commands differ only in the case share one. More than four cases are named by their tests, without
    parameters: such a command may run cases that passed as well.
    """
    shared: dict[tuple[str, str | None], list[str]] = {}
    for case in cases:
        if case.reproduce:
            shared.setdefault(_around(case), []).append(case.id)
    return [before if after is None else before + _named(ids) + after for (before, after), ids in shared.items()]


def _around(case: Case) -> tuple[str, str | None]:
    """Split the command of a case at the name of the case; where it is not named, nothing (None) comes after."""
    for form in (shlex.quote(case.id), f'"{case.id}"', case.id):
        before, found, after = case.reproduce.partition(form)
        if found:
            return before, after
    return case.reproduce, None


def _named(ids: list[str]) -> str:
    named = list(dict.fromkeys(ids))
    if len(named) > AT_MOST:
        named = list(dict.fromkeys(_test_of(name) for name in named))
    return " ".join(shlex.quote(name) for name in named)


def _test_of(case: str) -> str:
    """Take the parameters off: ``a.py::test[x]`` is ``a.py::test``."""
    path, mark, name = case.partition("::")
    return path + mark + name.partition("[")[0]
