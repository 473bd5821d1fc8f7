"""A file of known failures from a run: what fails today, in as few entries as say it, each with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import tomli_w
from msgspec.structs import asdict

from reports.case import Case, Verdict
from reports.known_failures import SCHEMA_ID, Entry, KnownFailures
from reports.results import Results
from reports.summary import judged

_OPEN = (Verdict.FAIL, Verdict.UNTESTABLE)
Open = Literal["fail", "untestable"]

_Setting = tuple[str, str, str]
"""An architecture, a Platform API and a storage."""

EVERYWHERE = (None,)
"""Stands for all settings: one entry, which names none."""


class NothingToWrite(ValueError):
    """A run that no file of known failures can be made of; the message says why."""


@dataclass(frozen=True)
class Why:
    """What an entry says besides what it names."""

    reason: str
    issue: str = ""
    expires: date | None = None


def entries_of(results: Results, reason: str, old: KnownFailures | None = None) -> tuple[Entry, ...]:
    """Give entries for all cases of a MUST that do not hold, with the reasons of old entries where these covered them.

    Raises NothingToWrite for a run that was narrowed, interrupted, or in which the suite failed.
    """
    if results.scope.by:
        raise NothingToWrite(f"the run was narrowed (by {results.scope.names}): a file is written of a whole run")
    if results.interrupted or results.harness_errors:
        raise NothingToWrite("the run did not come to its end, or the suite itself failed: nothing is known by it")
    musts = [outcome for outcome in results.outcomes if outcome.row.level == "MUST"]
    found: list[Entry] = []
    for outcome in musts:
        tried = [case for case in outcome.cases if case.verdict not in (Verdict.NOT_APPLICABLE, Verdict.NOT_RUN)]
        for verdict in _OPEN:
            for why, cases in _by_reason((case for case in tried if case.verdict is verdict), reason, old).items():
                found += _compressed(outcome.row.id, verdict, why, cases, tried)
    return tuple(_drawn(entry, results) for entry in found)


def render(entries: Sequence[Entry], results: Results) -> str:
    """Give the file as text."""
    head = f"What {judged(results)} fails: the gate lets it pass, and nothing else."
    tables = [_table(entry) for entry in entries]
    # Each table under its own heading: what is easy to read, to move and to delete.
    text = "".join(f"\n[[known-failure]]\n{tomli_w.dumps(table)}" for table in tables)
    return f"# {' '.join(head.split())}\n{tomli_w.dumps({'schema': SCHEMA_ID})}{text}"


def _by_reason(cases: Iterable[Case], reason: str, old: KnownFailures | None) -> Mapping[Why, list[Case]]:
    """Give cases by what is to be said of them, in the order of the old file, what is new last."""
    found: dict[Why, list[Case]] = {_why(entry): [] for entry in (old.entries if old else ())}
    for case in cases:
        entry = next((each for each in (old.entries if old else ()) if each.covers(case)), None)
        found.setdefault(_why(entry) if entry else Why(reason), []).append(case)
    return {why: named for why, named in found.items() if named}


def _why(entry: Entry) -> Why:
    return Why(entry.reason, entry.issue, entry.expires)


def _compressed(
    requirement: str, verdict: Verdict, why: Why, cases: Sequence[Case], tried: Sequence[Case]
) -> Iterator[Entry]:
    """Give the fewest entries for some of the tried cases of a requirement: by setting, by test, else by case."""
    tried_in = _settings_of(tried)
    by_settings: dict[tuple[_Setting | None, ...], list[str]] = {}
    for name, settings in _settings_of(cases).items():
        where: tuple[_Setting | None, ...] = EVERYWHERE if settings == tried_in[name] else tuple(sorted(settings))
        by_settings.setdefault(where, []).append(name)
    for where, names in by_settings.items():
        for one in where:
            yield Entry(
                requirement=requirement,
                cases=_patterns(names, set(tried_in)),
                architectures=(one[0],) if one else (),
                platform_apis=(one[1],) if one and one[1] else (),
                storages=(one[2],) if one and one[2] else (),
                verdict=_open(verdict),
                reason=why.reason,
                issue=why.issue,
                expires=why.expires,
            )


def _settings_of(cases: Iterable[Case]) -> dict[str, set[_Setting]]:
    """Give the settings in which there are cases of each name."""
    found: dict[str, set[_Setting]] = {}
    for case in cases:
        setting = (case.platform.removeprefix("linux/"), case.platform_api, case.storage)
        found.setdefault(case.name, set()).add(setting)
    return found


def _patterns(names: Iterable[str], every: set[str]) -> tuple[str, ...]:
    """Name cases: none for all that there are, a test with `[*]` where all of its cases are meant."""
    chosen = set(names)
    if chosen == every:
        return ()
    tests: dict[str, list[str]] = {}
    for name in sorted(chosen):
        tests.setdefault(_test(name), []).append(name)
    found: list[str] = []
    for test, several in tests.items():
        whole = {name for name in every if _test(name) == test} == set(several) and len(several) > 1
        found += [f"{test}[*]"] if whole else [name.partition("/")[2] for name in several]
    return tuple(found)


def _test(name: str) -> str:
    return name.partition("/")[2].partition("[")[0]


def _open(verdict: Verdict) -> Open:
    return "fail" if verdict is Verdict.FAIL else "untestable"


def _drawn(entry: Entry, results: Results) -> Entry:
    """Note how many examples were drawn, and by which seed, where the entry is about such cases."""
    if not any(case.examples and entry.covers(case) for case in results.cases):
        return entry
    values = asdict(entry) | {"examples": results.drawing.examples, "seed": results.drawing.seed}
    return Entry(**values)


def _table(entry: Entry) -> dict[str, Any]:
    """Give what an entry says, without what is left to the default."""
    said = {name.replace("_", "-"): value for name, value in asdict(entry).items()}
    usual = {"verdict": "fail"}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in said.items()
        if value not in ("", (), None) and usual.get(name) != value
    }
