"""docs/kill-matrix.md: one row a mutant, and what it took to find out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from conformance.selection import Selection
from conformance.setting import Setting
from fixtures.lifecycle.platform_api import PlatformApi
from fixtures.oci.platforms import AMD64
from suites.requirements.catalogue import load
from tests.truth.mutants.every import KILL
from tests.truth.mutants.mutant import Mutant, source_of

THIRD = 1 / 3

_HEAD = """\
# The kill matrix

<!-- Made by: make kill-matrix -->

Every row is the reference lifecycle with a single fault (`tests/truth/mutants`), judged by the suite. **must** is the
requirement whose name says the fault: it has to fail. **besides** are the others that fail. **share** is the part of
the requirements which hold for such a lifecycle that fails: above a third, a report no longer points at the fault, and
the page says why that can't be helped.

A mutant is judged by every case in which the reference runs a statement that the mutant changes: in any other case the
two run the same program, step by step (`tests/truth/mutants/reach.py` finds that out by tracing one run of the whole
suite). Of a requirement that failed once, no further case is run, and properties draw few examples, but for the one
that has to fail.

"""


@dataclass(frozen=True)
class Row:
    """What became of one mutant: the requirements that it failed, and those that could not be judged for it.

    `cases` is how many cases it was judged by, `seconds` what the run took on the clock. `quick` says that of a
    test's cases that take the same way through the changed function one was taken.
    """

    mutant: str
    killed: tuple[str, ...]
    untestable: tuple[str, ...]
    harness_errors: tuple[str, ...]
    cases: int
    seconds: float
    quick: bool = False

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Row:
        """Give the row that was written as plain values."""
        known: dict[str, Any] = {key: tuple(each) if isinstance(each, list) else each for key, each in values.items()}
        return cls(**known)


@cache
def applicable(platform_source: str) -> int:
    """Count the requirements that a lifecycle of this platform source is judged by, at the newest Platform API."""
    catalogue, setting = load(), Setting(AMD64, PlatformApi.parse("0.15"), platform_source=platform_source)
    selection = Selection(catalogue, [setting], lambda *_: "")
    return sum(not selection.reason_nowhere(row) for row in catalogue.values() if row.level in KILL)


def render(rows: Mapping[str, Row], mutants: Sequence[Mutant], problems: Sequence[str], *, workers: int) -> str:
    """Give the page."""
    parts = [_HEAD, "\n".join(_figures(rows, mutants, workers)), "\n\n"]
    if problems:
        parts += ["**Not as it should be:**\n\n", "".join(f"- {problem}\n" for problem in problems), "\n"]
    parts += ["## Mutants\n\n", "| mutant | must | | besides | share |\n|---|---|---|---|---|\n"]
    parts += [_line(mutant, rows[mutant.name]) for mutant in mutants if mutant.name in rows]
    parts += ["\n## Requirements\n\n", *_by_requirement(rows, mutants)]
    shares = {mutant: _share(mutant, rows[mutant.name]) for mutant in mutants if mutant.name in rows}
    explained = [mutant for mutant, share in shares.items() if share > THIRD and mutant.explained]
    if explained:
        parts += ["\n## Why some fail more than a third\n\n"]
        parts += [f"- `{mutant}`: {mutant.explained}\n" for mutant in explained]
    return "".join(parts)


def _figures(rows: Mapping[str, Row], mutants: Sequence[Mutant], workers: int) -> Iterator[str]:
    present = [(mutant, rows[mutant.name]) for mutant in mutants if mutant.name in rows]
    killed = sum(mutant.killed_by in row.killed for mutant, row in present)
    cases, seconds = (sum(counted) for counted in zip(*((row.cases, row.seconds) for _, row in present), strict=True))
    longest = max(row.seconds for _, row in present)
    yield f"- {len(mutants)} mutants, {len(present)} of them run: {killed} killed under the name of their fault."
    yield f"- {cases} cases were selected for them. The runs took {seconds:.0f} s in all, {workers} at a time:"
    yield f"  {seconds / workers / 60:.0f} minutes; the longest {longest:.0f} s."
    quick = sum(row.quick for _, row in present)
    if quick:
        yield f"- For {quick} of them, one of a test's cases was run for each way through the changed function:"
        yield "  they may fail more requirements besides than are told here."


def _line(mutant: Mutant, row: Row) -> str:
    besides = ", ".join(name for name in row.killed if name != mutant.killed_by)
    verdict = "killed" if mutant.killed_by in row.killed else "**survives**"
    return f"| {mutant} | {mutant.killed_by} | {verdict} | {besides} | {_share(mutant, row):.0%} |\n"


def _share(mutant: Mutant, row: Row) -> float:
    return len(row.killed) / applicable(source_of(mutant))


def _by_requirement(rows: Mapping[str, Row], mutants: Sequence[Mutant]) -> Iterator[str]:
    """Tell of each requirement how many mutants it has to kill, and how many it kills."""
    own = Counter(mutant.killed_by for mutant in mutants)
    all_of = Counter(name for row in rows.values() for name in row.killed)
    yield "| requirement | level | has to kill | kills |\n|---|---|---|---|\n"
    for row in load().values():
        yield f"| {row.id} | {row.level} | {own[row.id]} | {all_of[row.id]} |\n"
