"""Known failures: what a project fails today and has written down, with a reason; nothing else is excused by it.

The file is TOML: a table for each entry, `[[known-failure]]`. It never changes a verdict, only whether the gate is met.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from reports.about import Name
from reports.case import API, Case
from reports.text import nearest, one_line

SCHEMA_ID: Final = "lifecycle-conformance/known-failures/1"

AT_MOST: Final = 2**20
"""Bytes of a file that is read."""

Text = Annotated[str, msgspec.Meta(min_length=1, pattern=r"\S")]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What is known to fail: a requirement, or some of its cases, everywhere or in some settings.

    ``cases`` are names without the requirement, `test[parameters]`, in which `*` stands for anything; none are all.
    ``architectures``, ``platform_apis`` and ``storages`` say where it is known; none is everywhere. From ``expires`` on
    it excuses nothing. ``verdict`` is what the cases have. ``examples`` and ``seed`` are those of the run that it was
    written of, where its cases draw examples: fewer of them, or others, may pass by luck.
    """

    requirement: Name
    reason: Text
    cases: tuple[Text, ...] = ()
    architectures: tuple[Text, ...] = ()
    platform_apis: tuple[Annotated[str, msgspec.Meta(pattern=f"^{API}$")], ...] = ()
    storages: tuple[Text, ...] = ()
    issue: str = ""
    expires: date | None = None
    verdict: Literal["fail", "warn", "untestable"] = "fail"
    examples: Annotated[int, msgspec.Meta(ge=0)] | None = None
    seed: Annotated[int, msgspec.Meta(ge=0)] | None = None

    def covers(self, case: Case) -> bool:
        """Whether a case is among what is known, whatever became of it."""
        return self.holds_in(case) and self.names(case.name)

    def names(self, name: str) -> bool:
        """Whether it is about the case of this name, `REQUIREMENT/test[parameters]`."""
        requirement, _, test = name.partition("/")
        return requirement == self.requirement and any(matches(pattern, test) for pattern in self.patterns)

    def holds_in(self, case: Case) -> bool:
        """Whether a case stands in one of its settings."""
        return (
            (not self.architectures or case.platform.removeprefix("linux/") in map(_architecture, self.architectures))
            and case.platform_api in (self.platform_apis or (case.platform_api,))
            and case.storage in (self.storages or (case.storage,))
        )

    @property
    def patterns(self) -> tuple[str, ...]:
        """What names its cases."""
        return self.cases or ("*",)

    def meets(self, other: Entry) -> bool:
        """Whether there can be a setting that both are about."""
        return all(
            not mine or not theirs or set(mine) & set(theirs)
            for mine, theirs in (
                (tuple(map(_architecture, self.architectures)), tuple(map(_architecture, other.architectures))),
                (self.platform_apis, other.platform_apis),
                (self.storages, other.storages),
            )
        )

    def __str__(self) -> str:
        """Give what it names, in one line."""
        where = [*self.architectures, *self.platform_apis, *self.storages]
        cases = f" {', '.join(self.cases)}" if self.cases else ""
        return one_line(f"{self.requirement}{cases}" + (f" ({', '.join(where)})" if where else ""))


class KnownFailures(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The entries of a file; ``sha256`` is of its bytes."""

    file: str
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    entries: tuple[Entry, ...] = ()

    def problems(self, requirements: Iterable[str], names: Iterable[str]) -> Iterator[str]:
        """Tell of entries that name nothing of all requirements and case names that there are, and of two for one case.

        A name is not enough to tell two entries apart: they may be about different settings.
        """
        known, every = list(requirements), list(names)
        for number, entry in enumerate(self.entries, 1):
            if entry.requirement not in known:
                yield f"entry {number}: there is no requirement {entry.requirement!r}{_guess(entry.requirement, known)}"
                continue
            tests = [name.partition("/")[2] for name in every if name.startswith(f"{entry.requirement}/")]
            for pattern in entry.cases:
                # Of a release that was not given there are no cases.
                if tests and not any(matches(pattern, test) for test in tests):
                    named = f"{entry.requirement} has no case {one_line(pattern)!r}"
                    yield f"entry {number}: {named}{_guess(pattern, tests)}"
        for (first, one), (second, other) in combinations(enumerate(self.entries, 1), 2):
            if one.requirement == other.requirement and one.meets(other):
                twice = next((name for name in every if one.names(name) and other.names(name)), "")
                if twice:
                    yield f"entries {first} and {second} are both about {twice}"


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The file, once its TOML is read."""

    schema: Literal["lifecycle-conformance/known-failures/1"]
    known_failure: tuple[Entry, ...] = ()


def schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) that the file follows once its TOML is read."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **msgspec.json.schema(File),
    }


class KnownFailuresError(ValueError):
    """A file of known failures that can't be read, or says what makes no sense; the message names the file."""


def load(path: Path) -> KnownFailures:
    """Read a file. Raises KnownFailuresError, in one line."""
    try:
        content = _content(path)
        digest = hashlib.sha256(content).hexdigest()
        return KnownFailures(file=path.name, sha256=digest, entries=_entries(content.decode()))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise KnownFailuresError(f"{path}: {one_line(reason)}") from error


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(AT_MOST + 1)
    if len(content) > AT_MOST:
        raise ValueError(f"it has more than {AT_MOST} bytes")
    return content


def _entries(text: str) -> tuple[Entry, ...]:
    document = tomllib.loads(text)
    if document.get("schema") != SCHEMA_ID:
        raise ValueError(f'its first line is to be schema = "{SCHEMA_ID}"')
    if strange := sorted(set(document) - {"schema", "known-failure"}):
        raise ValueError(f"there is no key {strange[0]!r}; entries stand under [[known-failure]]")
    tables = document.get("known-failure", [])
    if not isinstance(tables, list):
        raise ValueError("an entry begins with [[known-failure]], in two brackets")  # noqa: TRY004 - it is the file's
    return tuple(_entry(number, table) for number, table in enumerate(tables, 1))


def _entry(number: int, table: object) -> Entry:
    try:
        return msgspec.convert(table, type=Entry)
    except msgspec.ValidationError as error:
        raise ValueError(f"entry {number}: {error}") from error


def matches(pattern: str, test: str) -> bool:
    """Whether a pattern stands for a test; `*` is its only wildcard, as ids are full of brackets."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), test, re.DOTALL) is not None


def _architecture(given: str) -> str:
    return given.removeprefix("linux/")


def _guess(given: str, known: Iterable[str]) -> str:
    near = nearest(given, known)
    return f"; did you mean {near!r}?" if near else ""
