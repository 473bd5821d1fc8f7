"""The rows of a catalogue file: what a requirement is, and its reading from TOML, checked while it is read."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from fixtures.lifecycle.capabilities import CAPABILITIES
from fixtures.lifecycle.phases import PHASES
from fixtures.lifecycle.platform_api import PLATFORM_SOURCES, PlatformApi
from suites.requirements.needs import FEATURES, PLACES, STORAGES, SUBJECTS, Needs
from suites.requirements.sections import SECTIONS

LEVELS = ("MUST", "SHOULD", "INFO")
OUTCOMES = {
    "refused": "the phase refuses; of several phases, any of them may",
    "as-absent": "the phase goes on as if there were no such image, and takes nothing of it over",
    "refused-by-analyzer": "the analyzer itself refuses",
    "refused-by-exporter": "the analyzer leaves it to the exporter, which refuses",
}
"""What a rule may ask for where an image does not fit. A row lists those that its tests can judge by."""

_LISTS = {
    "outcomes": OUTCOMES,
    "storages": STORAGES,
    "features": FEATURES,
    "programs": PHASES,
    "places": PLACES,
    "capabilities": CAPABILITIES,
}
"""The keys that take a list of some of these."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
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
    it. ``outcomes`` are those that its tests can judge by, none where the rule leaves no choice; they judge by the
    ``outcome`` that was chosen, by the first where none was. ``storages``, ``features``, ``programs``,
    ``capabilities``, ``subject`` and ``places`` are further needs, as in :class:`Needs`.
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
    outcome: str | None = None
    outcomes: tuple[str, ...] = ()
    storages: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    subject: str = "lifecycle"
    places: tuple[str, ...] = ()

    @property
    def judged_by(self) -> str:
        """The outcome that its tests judge by; empty where the rule leaves no choice."""
        return self.outcome or next(iter(self.outcomes), "")

    @property
    def cited(self) -> str:
        """The sources as one line of text."""
        return "; ".join(map(str, self.source))

    @property
    def needs(self) -> Needs:
        """What it needs of a setting to be judged there."""
        return Needs(
            since=self.since,
            until=self.until,
            platform_source=self.applies_to,
            storages=frozenset(self.storages),
            features=frozenset(self.features),
            programs=frozenset(self.programs),
            phases=frozenset(SECTIONS[self.phase].phases),
            capabilities=frozenset(self.capabilities),
            subject=self.subject,
            places=frozenset(self.places),
            excluded=self.excluded,
        )


@dataclass(frozen=True)
class RequirementTable:
    """One ``[[requirement]]`` table as it stands in a file, with what an error message needs to point at it.

    All that reads it raises CatalogueError.
    """

    path: Path
    number: int
    table: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The requirement's id."""
        found = self.table.get("id")
        if not isinstance(found, str) or not _NAME.fullmatch(found):
            raise CatalogueError(
                f"{self.path}: row {self.number}: id: expected lower-case words with hyphens, found {found!r}"
            )
        return found

    def problem(self, text: str) -> CatalogueError:
        """Give the error that says what is wrong with this row."""
        return CatalogueError(f"{self.path}: requirement {self.id!r} (row {self.number}): {text}")

    def values(self) -> dict[str, Any]:
        """Turn the table into constructor arguments; None stands for an optional field that was emptied."""
        known = [field.name.replace("_", "-") for field in fields(Requirement)]
        values: dict[str, Any] = {}
        for key, value in self.table.items():
            if key not in known:
                raise self.problem(f"unknown key {key!r}{guess(key, known)}")
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
        if key in _LISTS:
            known = _LISTS[key]
            if not isinstance(value, list) or not value or not all(item in known for item in value):
                raise self.problem(f"{key}: expected a list of {', '.join(known)}, found {value!r}")
            return tuple(value)
        if not isinstance(value, str):
            raise self.problem(f"{key}: expected text, found {value!r}")
        text = value.strip()
        return None if not text and key in ("since", "until", "applies-to", "excluded", "outcome") else text

    def _source(self, value: Any) -> Source:
        if isinstance(value, str):
            value = {"document": value}
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise self.problem(f"source: expected text or a table of document, version and heading, found {value!r}")
        parts = [field.name for field in fields(Source)]
        for key in value:
            if key not in parts:
                raise self.problem(f"source: unknown key {key!r}{guess(key, parts)}")
        if not value.get("document", "").strip():
            raise self.problem("source: names no document")
        return Source(**value)

    def checked(
        self, values: dict[str, Any], base: Requirement | None = None, known: Iterable[str] = ()
    ) -> Requirement:
        """Make the requirement, from scratch or on the base of an existing one, and check it as a whole.

        `known` are the ids of those that there are: one may have been meant.
        """
        if base is None:
            for key in ("phase", "authority", "level", "statement", "source"):
                if key not in values:
                    raise self.problem(f"{key}: missing{guess(self.id, known)}")
            requirement = Requirement(**values)
        else:
            requirement = replace(base, **values)
        self._check(requirement)
        return requirement

    def _check(self, row: Requirement) -> None:
        for key, value, allowed in (
            ("phase", row.phase, SECTIONS),
            ("level", row.level, LEVELS),
            ("applies-to", row.applies_to or "runtime", PLATFORM_SOURCES),
            ("subject", row.subject, SUBJECTS),
        ):
            if value not in allowed:
                raise self.problem(f"{key}: expected one of {', '.join(allowed)}, found {value!r}")
        self._check_texts(row)
        if (row.subject == "release") != bool(row.places):
            raise self.problem("places: a requirement on a release names them, and no other does")
        if row.outcome is not None and row.outcome not in row.outcomes:
            choice = (
                f"expected one of {', '.join(row.outcomes)}" if row.outcomes else "the tests of this row know no choice"
            )
            raise self.problem(f"outcome: {choice}, found {row.outcome!r}")

    def _check_texts(self, row: Requirement) -> None:
        if not _NAME.fullmatch(row.authority):
            raise self.problem(f"authority: expected lower-case words with hyphens, found {row.authority!r}")
        if not row.statement:
            raise self.problem("statement: is empty")
        if not row.source:
            raise self.problem("source: is empty")
        for key, bound in (("since", row.since), ("until", row.until)):
            try:
                PlatformApi.parse(bound or "0.0")
            except ValueError as error:
                raise self.problem(f"{key}: {error}") from None
        if row.since and row.until and PlatformApi.parse(row.since) > PlatformApi.parse(row.until):
            raise self.problem(f"until: {row.until} comes before since, {row.since}")


def requirements_in(path: Path) -> list[RequirementTable]:
    """Give the rows of a file, in order. Raises CatalogueError."""
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
    return [RequirementTable(path, number, table) for number, table in enumerate(tables, start=1)]


def guess(word: str, known: Iterable[str]) -> str:
    """Give the known word that was likely meant, as a question in brackets; empty where none is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
