"""The kill matrix: what it calls a problem, and which cases it thinks a mutant can make a difference to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.truth.mutants import kill_matrix, kill_page
from tests.truth.mutants.every import MUTANTS
from tests.truth.mutants.kill_page import Row
from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.reach import Reach, changed_lines

COUNTS = {"runtime": 40, "flag": 40, "recorded": 40}


def as_it_should_be(mutant: Mutant) -> Row:
    """Give the row of a mutant that is killed by what has to, and nothing else."""
    more = tuple(f"another-{number}" for number in range(20)) if mutant.explained else ()
    return Row(mutant.name, (mutant.killed_by, *more), (), (), 10, 1.5)


ROWS = {mutant.name: as_it_should_be(mutant) for mutant in MUTANTS}
FIRST = next(mutant for mutant in MUTANTS if not mutant.explained)


def problems(**changes: Row) -> list[str]:
    """Give the problems of a matrix in which a few rows are others."""
    rows: Mapping[str, Row] = {**ROWS, **{row.mutant: row for row in changes.values()}}
    return list(kill_matrix.problems(rows, COUNTS))


def test_matrix_as_it_should_be() -> None:
    assert problems() == []


def test_mutant_that_was_not_run() -> None:
    rows = {name: row for name, row in ROWS.items() if name != FIRST.name}

    assert list(kill_matrix.problems(rows, COUNTS)) == [f"not run yet: 1 of {len(MUTANTS)} mutants, {FIRST}, …"]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (replace(ROWS[FIRST.name], killed=()), "survives"),
        (replace(ROWS[FIRST.name], killed=("phase-no-crash",)), "names that don't say its fault, phase-no-crash"),
        (replace(ROWS[FIRST.name], harness_errors=("a case",)), "makes the suite itself fail, in a case"),
        (replace(ROWS[FIRST.name], cases=0), "changes what no case runs"),
        (
            replace(ROWS[FIRST.name], killed=(FIRST.killed_by, *(f"other-{number}" for number in range(13)))),
            "fails 35% of the requirements, and nothing explains it",
        ),
    ],
    ids=["survivor", "wrong-name", "harness-error", "unreached", "more-than-a-third"],
)
def test_problem_is_told(row: Row, text: str) -> None:
    (problem,) = problems(row=row)

    assert problem.startswith(row.mutant)
    assert text in problem


def test_explanation_is_needed_where_a_whole_run_fails_many() -> None:
    explained = next(mutant for mutant in MUTANTS if mutant.explained)
    row = replace(ROWS[explained.name], killed=(explained.killed_by,))

    assert problems(row=row) == [f"{explained} fails 2% of the requirements: there is nothing to explain"]
    # A quick run does not find out about all.
    assert problems(row=replace(row, quick=True)) == []


def test_page_has_a_row_for_each_mutant_and_requirement() -> None:
    page = kill_page.render(ROWS, MUTANTS, ["something is wrong"], workers=2)

    assert all(f"| {mutant} |" in page for mutant in MUTANTS)
    assert f"| {FIRST} | {FIRST.killed_by} | killed |  |" in page
    assert "- something is wrong" in page


def test_cases_that_run_the_changed_statement_are_taken() -> None:
    mutant = Mutant(
        "", "", "build_platform.py", '    path = os.path.join(inputs.value("layers"), RECORD)', "    path = ''"
    )
    (line,) = changed_lines(mutant)
    outside = 1
    ways = {
        "runs-it[1]": {line, line + 1},
        "runs-it[2]": {line, line + 1, outside},
        "runs-it[3]": {line},
        "runs-more[1]": {line},
        "runs-more[2]": {line, line + 1},
        "runs-what-follows": {line + 1},
        "judges-more": {line, line + 1},
    }
    reach = Reach(
        lines={
            **{case: {mutant.file: frozenset(lines)} for case, lines in ways.items()},
            "runs-another-file": {"main.py": frozenset({line})},
        },
        seconds={},
    )

    assert reach.cases(mutant) == [case for case in ways if case != "runs-what-follows"]
    assert reach.cases(mutant, quick=True) == [
        "runs-it[1]",
        "runs-it[3]",
        "runs-more[1]",
        "runs-more[2]",
        "judges-more",
    ]
