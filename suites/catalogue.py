"""The catalogue: what the suite judges by, read from one TOML file per authority and checked while it is read.

A file holds ``[[requirement]]`` tables. The author of an RFC adds a file of the same form, with rows of their own or
with new values for some fields of an existing row (see ``overrides`` of :func:`load`).
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

PHASES = ("analyzer", "build", "exporter", "rebaser", "index", "source", "phase")
LEVELS = ("MUST", "SHOULD", "INFO")
PLATFORM_SOURCES = ("runtime", "flag", "recorded")
DIRECTORY = Path(__file__).parent / "requirements"

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_API = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
_ISSUE = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+#[1-9][0-9]*")


class CatalogueError(ValueError):
    """A catalogue file that can't be used; the message names the file, the row and the key."""


@dataclass(frozen=True)
class Source:
    """Where a requirement comes from: a document and, where it has them, its versions and the heading."""

    document: str
    version: str = ""
    heading: str = ""

    def __str__(self) -> str:
        named = f"{self.document} {self.version}".strip()
        return f"{named}: {self.heading}" if self.heading else named


@dataclass(frozen=True)
class Requirement:
    """One thing that a lifecycle must (MUST), should (SHOULD) or may (INFO: reported, never judged) do.

    ``since`` and ``until`` are the first and the last Platform API that it holds for; None is no bound.
    ``applies_to`` is the platform source it is for; None is every one. ``excluded`` is the reason why no test judges
    it.
    """

    id: str
    phase: str
    authority: str
    level: str
    statement: str
    source: tuple[Source, ...]
    since: str | None = None
    until: str | None = None
    issues: tuple[str, ...] = ()
    applies_to: str | None = None
    excluded: str | None = None

    @property
    def cited(self) -> str:
        """The sources as one line of text."""
        return "; ".join(map(str, self.source))

    def inapplicable(self, platform_api: str, platform_source: str = "runtime") -> str:
        """Say why the requirement does not hold for this Platform API and platform source; empty when it does."""
        if self.excluded is not None:
            return self.excluded
        if self.applies_to not in (None, platform_source):
            return f"holds for the platform source {self.applies_to}, and this lifecycle's is {platform_source}"
        version = api_version(platform_api)
        if self.since is not None and version < api_version(self.since):
            return f"holds from Platform API {self.since}"
        if self.until is not None and version > api_version(self.until):
            return f"holds up to Platform API {self.until}"
        return ""


class Catalogue(Mapping[str, Requirement]):
    """All requirements by id, in the order of the documents."""

    def __init__(self, requirements: Iterable[Requirement]) -> None:
        self._rows = {requirement.id: requirement for requirement in requirements}

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

    def by_authority(self, authority: str) -> tuple[Requirement, ...]:
        """Give the requirements of one authority, in document order."""
        return tuple(requirement for requirement in self.values() if requirement.authority == authority)

    def applicable(self, requirement: Requirement, platform_api: str, platform_source: str = "runtime") -> bool:
        """Say whether a lifecycle with this platform source is judged by the requirement under this Platform API."""
        return not requirement.inapplicable(platform_api, platform_source)

    def why_not(self, requirement: Requirement, platform_apis: Iterable[str], platform_source: str = "runtime") -> str:
        """Say why none of these Platform APIs makes the requirement applicable; empty when one does."""
        reasons = [requirement.inapplicable(api, platform_source) for api in platform_apis]
        return "" if "" in reasons else "; ".join(dict.fromkeys(reasons))


def api_version(text: str) -> tuple[int, int]:
    """Turn a Platform API such as "0.12" into numbers that compare as versions do.

    Raises ValueError where the text is no Platform API.
    """
    found = _API.fullmatch(text)
    if not found:
        raise ValueError(f"not a Platform API: {text!r} (expected two numbers, as in 0.12)")
    return int(found[1]), int(found[2])


def load(directory: Path = DIRECTORY, overrides: Path | None = None) -> Catalogue:
    """Read every ``*.toml`` of a directory, and then the overrides of an RFC author.

    A row of ``overrides`` with the id of an existing row replaces the fields it gives (an empty string takes an
    optional field away); any other row is a new one and comes last.

    Raises CatalogueError, with file, row and key, for anything that is not as it should be.
    """
    rows: dict[str, Requirement] = {}
    for path in sorted(directory.glob("*.toml")):
        for row in _rows_of(path):
            if row.id in rows:
                raise row.problem("the id is taken by another row")
            requirement = row.checked(row.values())
            if requirement.authority != path.stem:
                raise row.problem(f"authority: {requirement.authority!r} belongs into {requirement.authority}.toml")
            rows[row.id] = requirement
    if not rows:
        raise CatalogueError(f"{directory}: no requirements here")
    if overrides is not None:
        seen: set[str] = set()
        for row in _rows_of(overrides):
            if row.id in seen:
                raise row.problem("the id is taken by another row")
            seen.add(row.id)
            rows[row.id] = row.checked(row.values(), rows.get(row.id))
    return Catalogue(rows.values())


def check_tests(catalogue: Catalogue, ids_by_test: Mapping[str, str | None], complete: bool) -> list[str]:
    """Compare tests with the catalogue and give the problems as sentences; none is an empty list.

    ``ids_by_test`` holds, per test, the requirement it names. ``complete`` says that these are all tests there are,
    so that a MUST that none of them names is a problem too.
    """
    problems = []
    for test, named in ids_by_test.items():
        if named is None:
            problems.append(f'{test}: names no requirement; give it @requirement("…") with an id of the catalogue')
        elif named not in catalogue:
            problems.append(f"{test}: {named!r} is not in the catalogue{_guess(named, catalogue)}")
        elif (reason := catalogue[named].excluded) is not None:
            problems.append(
                f"{test}: {named} is excluded from judgement ({reason}); take the exclusion away or the test"
            )
    if complete:
        tested = set(ids_by_test.values())
        problems += [
            f"{row.id}: a MUST of {row.authority} without a test; write one, or say in the catalogue why it is excluded"
            for row in catalogue.values()
            if row.level == "MUST" and row.excluded is None and row.id not in tested
        ]
    return problems


@dataclass(frozen=True)
class _Row:
    """One ``[[requirement]]`` table as it stands in a file, with what an error message needs to point at it."""

    path: Path
    number: int
    table: Mapping[str, Any]

    @property
    def id(self) -> str:
        found = self.table.get("id")
        if not isinstance(found, str) or not _NAME.fullmatch(found):
            raise CatalogueError(
                f"{self.path}: row {self.number}: id: expected lower-case words with hyphens, found {found!r}"
            )
        return found

    def problem(self, text: str) -> CatalogueError:
        return CatalogueError(f"{self.path}: requirement {self.id!r} (row {self.number}): {text}")

    def values(self) -> dict[str, Any]:
        """Turn the table into constructor arguments; None stands for an optional field that was emptied."""
        known = [field.name.replace("_", "-") for field in fields(Requirement)]
        values: dict[str, Any] = {}
        for key, value in self.table.items():
            if key not in known:
                raise self.problem(f"unknown key {key!r}{_guess(key, known)}")
            values[key.replace("-", "_")] = self._value(key, value)
        return values

    def _value(self, key: str, value: Any) -> Any:
        if key == "source":
            tables = value if isinstance(value, list) else [value]
            return tuple(self._source(table) for table in tables)
        if key == "issues":
            if not isinstance(value, list) or not all(
                isinstance(item, str) and _ISSUE.fullmatch(item) for item in value
            ):
                raise self.problem(f"issues: expected a list of owner/repository#number, found {value!r}")
            return tuple(value)
        if not isinstance(value, str):
            raise self.problem(f"{key}: expected text, found {value!r}")
        text = value.strip()
        return None if not text and key in ("since", "until", "applies-to", "excluded") else text

    def _source(self, value: Any) -> Source:
        if isinstance(value, str):
            value = {"document": value}
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise self.problem(f"source: expected text or a table of document, version and heading, found {value!r}")
        parts = [field.name for field in fields(Source)]
        for key in value:
            if key not in parts:
                raise self.problem(f"source: unknown key {key!r}{_guess(key, parts)}")
        if not value.get("document", "").strip():
            raise self.problem("source: names no document")
        return Source(**value)

    def checked(self, values: dict[str, Any], base: Requirement | None = None) -> Requirement:
        """Make the requirement, from scratch or on the base of an existing one, and check it as a whole."""
        if base is None:
            for key in ("phase", "authority", "level", "statement", "source"):
                if key not in values:
                    raise self.problem(f"{key}: missing")
            requirement = Requirement(**values)
        else:
            requirement = replace(base, **values)
        self._check(requirement)
        return requirement

    def _check(self, row: Requirement) -> None:
        for key, value, allowed in (
            ("phase", row.phase, PHASES),
            ("level", row.level, LEVELS),
            ("applies-to", row.applies_to or "runtime", PLATFORM_SOURCES),
        ):
            if value not in allowed:
                raise self.problem(f"{key}: expected one of {', '.join(allowed)}, found {value!r}")
        if not _NAME.fullmatch(row.authority):
            raise self.problem(f"authority: expected lower-case words with hyphens, found {row.authority!r}")
        if not row.statement:
            raise self.problem("statement: is empty")
        if not row.source:
            raise self.problem("source: is empty")
        for key, bound in (("since", row.since), ("until", row.until)):
            try:
                api_version(bound or "0.0")
            except ValueError as error:
                raise self.problem(f"{key}: {error}") from None
        if row.since and row.until and api_version(row.since) > api_version(row.until):
            raise self.problem(f"until: {row.until} comes before since, {row.since}")


def _rows_of(path: Path) -> list[_Row]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path}: can't be read: {error}") from None
    for key in document:
        if key != "requirement":
            raise CatalogueError(f"{path}: unknown key {key!r}; the file holds [[requirement]] tables only")
    tables = document.get("requirement", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise CatalogueError(f"{path}: requirement: expected [[requirement]] tables")
    return [_Row(path, number, table) for number, table in enumerate(tables, start=1)]


def _guess(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
