"""Programs that run at the same time, and tell of themselves alone."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from fixtures.execution.process import CannotStart, run
from fixtures.execution.together import run_together
from tests.integration.execution.test_process import ENVIRONMENT


def meeting(own: str, other: str) -> str:
    """Give a program that ends once another one runs that does the same, with two in it."""
    return f"echo {own}; touch {own}; until [ -e {other} ]; do sleep 0.01; done; sleep 0.1; echo {own} still"


def test_each_runs_while_the_other_does(tmp_path: Path) -> None:
    programs = [["/bin/sh", "-c", meeting("a", "b")], ["/bin/sh", "-c", f"{meeting('b', 'a')}; exit 7"]]

    ended = run_together([partial(run, program, ENVIRONMENT, tmp_path, 10.0) for program in programs])

    assert [(each.status, each.stdout) for each in ended] == [(0, "a\na still\n"), (7, "b\nb still\n")]
    assert not any(each.strays for each in ended)


def test_one_that_can_not_be_started(tmp_path: Path) -> None:
    programs = [["/bin/sh", "-c", "exit 0"], ["/no/such/program"]]

    with pytest.raises(CannotStart, match="/no/such/program"):
        run_together([partial(run, program, ENVIRONMENT, tmp_path, 10.0) for program in programs])
