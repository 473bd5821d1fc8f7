"""The catalogue: what the suite judges by, read from TOML files, one per authority and one for releases, and checked.

A file holds ``[[requirement]]`` tables. The author of an RFC adds a file of the same form, with rows of their own or
with new values for some fields of an existing row (see ``overrides`` of :func:`load`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from suites.requirements.table import LEVELS, OUTCOMES, CatalogueError, Requirement, guess, requirements_in

__all__ = [
    "DIRECTORY",
    "LEVELS",
    "Catalogue",
    "CatalogueError",
    "Requirement",
    "check_tests",
    "load",
]

DIRECTORY = Path(__file__).parent

ARTIFACTS = "artifacts"
"""The file of all requirements on releases, whoever asks for them; it comes last."""


class Catalogue(Mapping[str, Requirement]):
    """All requirements by id, in the order of the documents.

    ``doubts`` tell of overrides that can be followed but are likely a mistake, one sentence each. ``added`` and
    ``changed`` are the ids of rows that overrides brought, or left otherwise than they were.
    """

    def __init__(
        self,
        requirements: Iterable[Requirement],
        doubts: Iterable[str] = (),
        before: Mapping[str, Requirement] | None = None,
    ) -> None:
        self._rows = {requirement.id: requirement for requirement in requirements}
        self.doubts = tuple(doubts)
        before = self._rows if before is None else before
        self.added = tuple(name for name in self._rows if name not in before)
        self.changed = tuple(name for name, row in self._rows.items() if row != before.get(name, row))

    def __getitem__(self, requirement_id: str) -> Requirement:
        return self._rows[requirement_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def authorities(self) -> tuple[str, ...]:
        """The authorities that have a row, in document order."""
        return tuple(dict.fromkeys(requirement.authority for requirement in self.values()))

    def by_phase(self, phase: str) -> tuple[Requirement, ...]:
        """Give the requirements on one phase, in document order."""
        return tuple(requirement for requirement in self.values() if requirement.phase == phase)


def load(directory: Path = DIRECTORY, overrides: Path | None = None) -> Catalogue:
    """Read every ``*.toml`` of a directory, and then the overrides of an RFC author.

    A row of ``overrides`` with the id of an existing row replaces the fields it gives (an empty string takes an
    optional field away); any other row is a new one and comes last.

    Raises CatalogueError, with file, row and key, for anything that is not as it should be.
    """
    rows = _rows_of(directory)
    return Catalogue(rows.values()) if overrides is None else _overridden({**rows}, overrides)


@cache
def _rows_of(directory: Path) -> Mapping[str, Requirement]:
    """Give the rows of a directory, which is read once in a process. Raises CatalogueError."""
    rows: dict[str, Requirement] = {}
    for path in sorted(directory.glob("*.toml"), key=lambda path: (path.stem == ARTIFACTS, path)):
        for row in requirements_in(path):
            if row.id in rows:
                raise row.problem("the id is taken by another row")
            requirement = row.checked(row.values())
            home = ARTIFACTS if requirement.subject == "release" else requirement.authority
            if home != path.stem:
                raise row.problem(f"authority: {requirement.authority!r} belongs into {home}.toml")
            rows[row.id] = requirement
    if not rows:
        raise CatalogueError(f"{directory}: no requirements here")
    return rows


def _overridden(rows: dict[str, Requirement], overrides: Path) -> Catalogue:
    """Give the catalogue that these rows are with the overrides of an RFC author. Raises CatalogueError."""
    seen: set[str] = set()
    doubts = []
    before = dict(rows)
    for row in requirements_in(overrides):
        if row.id in seen:
            raise row.problem("the id is taken by another row")
        seen.add(row.id)
        if "outcomes" in row.table:
            raise row.problem(
                "outcomes: what tests can judge by is no matter of overrides; give the outcome to judge by"
            )
        base = rows.get(row.id)
        now = rows[row.id] = row.checked(row.values(), base, before)
        if base and base.judged_by != now.judged_by and "statement" not in row.table:
            text = f"(Judged here by the outcome {now.judged_by}: {OUTCOMES[now.judged_by]}.)"
            rows[row.id] = replace(now, statement=f"{now.statement} {text}")
            doubts.append(
                f"{overrides}: {row.id} is judged by the outcome {now.judged_by}, and its statement still says "
                "what the catalogue asks for: give a statement too"
            )
    return Catalogue(rows.values(), doubts, before)


def check_tests(
    catalogue: Catalogue, ids_by_test: Mapping[str, str | None], complete: bool, choosing: Collection[str] | None = None
) -> list[str]:
    """Compare tests with the catalogue and give the problems as sentences; none is an empty list.

    ``ids_by_test`` holds, per test, the requirement it names. ``complete`` says that these are all tests there are,
    so that a MUST that none of them names is a problem too. ``choosing`` are the tests that ask for the outcome to
    judge by, which is to be all of a row that has outcomes and no other; None where that is not known.
    """
    problems = list(_check_outcomes(catalogue, ids_by_test, choosing)) if choosing is not None else []
    for test, named in ids_by_test.items():
        if named is None:
            problems.append(f'{test}: names no requirement; give it @requirement("…") with an id of the catalogue')
        elif named not in catalogue:
            problems.append(f"{test}: {named!r} is not in the catalogue{guess(named, catalogue)}")
        elif (reason := catalogue[named].excluded) is not None:
            problems.append(
                f"{test}: {named} is excluded from judgment ({reason}); take the exclusion away or the test"
            )
    if complete:
        tested = set(ids_by_test.values())
        problems += [
            f"{row.id}: a MUST of {row.authority} without a test; write one, or say in the catalogue why it is excluded"
            for row in catalogue.values()
            if row.level == "MUST" and row.excluded is None and row.id not in tested
        ]
    return problems


def _check_outcomes(
    catalogue: Catalogue, ids_by_test: Mapping[str, str | None], choosing: Collection[str]
) -> Iterator[str]:
    for test, named in ids_by_test.items():
        row = catalogue.get(named or "")
        if row and row.outcomes and test not in choosing:
            yield f"{test}: {named} leaves a choice of outcomes, and the test does not ask for `outcome`"
        if row and not row.outcomes and test in choosing:
            yield f"{test}: asks for `outcome`, and {named} leaves no choice of outcomes"
