"""What the command shows of requirements and of cases of an earlier run, as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path

from reports import failure
from reports.case import NO_ROW, Case, Verdict
from reports.results import Outcome, Results
from reports.text import nearest, one_line
from suites.requirements.catalogue import Catalogue, load

WIDTH = 96


class NoSuchThing(ValueError):
    """A name of nothing that there is; the message says what may be meant."""


def listed(requirements: Path | None = None) -> str:
    """List the requirements, one a line: id, level, authority. Raises CatalogueError for rows that make no sense."""
    rows = list(load(overrides=requirements).values())
    wide = max(len(row.id) for row in rows)
    return "".join(f"{row.id.ljust(wide)}  {row.level.ljust(6)}  {row.authority}\n" for row in rows)


def explained(name: str, requirements: Path | None = None) -> str:
    """Say what a requirement asks for, and its sources. Raises NoSuchThing, CatalogueError."""
    catalogue: Catalogue = load(overrides=requirements)
    requirement = name.partition("/")[0]
    if requirement not in catalogue:
        raise NoSuchThing(f"{one_line(name)}: there is no such requirement{_guess(requirement, catalogue)}")
    row = catalogue[requirement]
    facts = [
        f"{row.id}, {failure.a_level(row.level)} by {row.authority}",
        *textwrap.wrap(row.statement, WIDTH),
        f"Source: {row.cited}",
    ]
    facts += [f"Issues: {', '.join(row.issues)}"] if row.issues else []
    facts += [f"Not judged: {row.excluded}"] if row.excluded else []
    facts.append(f"To judge it alone: --only={row.id}")
    return "\n".join(facts) + "\n"


def story(results: Results, name: str) -> str:
    """Tell what a run found of a requirement, or of the case of this name or id. Raises NoSuchThing."""
    for outcome in results.outcomes:
        if outcome.row.id == name:
            return _of_requirement(outcome)
    for case in results.cases:
        if name in (case.name, case.id):
            return _of_case(results, [each for each in results.cases if name in (each.name, each.id)])
    known = [*(outcome.row.id for outcome in results.outcomes), *(case.name for case in results.cases)]
    raise NoSuchThing(f"{one_line(name)}: the run has no such requirement or case{_guess(name, known)}")


def _of_requirement(outcome: Outcome) -> str:
    row = outcome.row
    counts = ", ".join(f"{number} {verdict}" for verdict, number in outcome.counts.items())
    head = f"{row.id} ({row.level}, {row.authority}): {outcome.verdict.value}"
    lines = [f"{head}{f'; {counts}' if counts else ''}", *textwrap.wrap(one_line(row.statement), WIDTH)]
    lines += [one_line(outcome.reason)] if outcome.reason else []
    if outcome.notable:
        first, *others = outcome.notable
        lines += ["", _line(first), "", failure.message(row, first)]
        lines += ["", f"The other cases, {len(others)} of {len(outcome.cases)}:", *map(_line, others)] if others else []
    return "\n".join(lines).rstrip("\n") + "\n"


def _of_case(results: Results, cases: Iterable[Case]) -> str:
    rows = {row.id: row for row in results.rows}
    parts = [f"{_line(case)}\n\n{failure.message(rows.get(case.requirement, NO_ROW), case)}".rstrip() for case in cases]
    return "\n\n".join(parts) + "\n"


def _line(case: Case) -> str:
    where = ", ".join(filter(None, (case.platform, case.platform_api, case.storage)))
    held = "" if case.verdict is not Verdict.PASS else "; nothing to tell"
    return one_line(f"{case.verdict.value}: {case.name or case.id} ({where}){held}")


def _guess(given: str, known: Iterable[str]) -> str:
    near = nearest(given, known)
    return f"; did you mean {near}?" if near else ""
