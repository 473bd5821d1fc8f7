"""The gate: whether a run fails nothing but what is known, and whether all that is known still fails.

It never changes a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from reports.case import Case, Verdict
from reports.known_failures import Entry, KnownFailures, matches


@dataclass(frozen=True)
class Mended:
    """What an entry names that holds: the patterns to delete, all of the entry where they are none."""

    entry: Entry
    patterns: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.patterns:
            return str(self.entry)
        return f"{self.entry.requirement} {', '.join(self.patterns)}"


@dataclass(frozen=True)
class Gate:
    """Known failures held against the cases of a run.

    ``levels`` says of each requirement whether it is a MUST; what is none is never new. ``today`` is the day of the
    run. ``left_out`` says how many cases of a requirement were not asked for. ``examples`` and ``seed`` are those of
    the run, by which an entry on drawn cases is believed to be mended.
    """

    known_failures: KnownFailures
    cases: tuple[Case, ...]
    levels: Mapping[str, str]
    today: date
    left_out: Mapping[str, int] = field(default_factory=dict)
    examples: int = 0
    seed: int = 0

    @cached_property
    def in_force(self) -> tuple[Entry, ...]:
        """The entries that still excuse something."""
        return tuple(entry for entry in self.known_failures.entries if entry not in self.expired)

    @cached_property
    def expired(self) -> tuple[Entry, ...]:
        """Entries that excuse nothing any more."""
        entries = self.known_failures.entries
        return tuple(entry for entry in entries if entry.expires and entry.expires <= self.today)

    @cached_property
    def known(self) -> tuple[Case, ...]:
        """The cases that do not hold, as is known."""
        return tuple(case for case in self._not_held() if self.entry_of(case))

    @cached_property
    def new(self) -> tuple[Case, ...]:
        """The cases of a MUST that fail and are not known, or do not hold in another way than is known."""
        return tuple(case for case in self._not_held() if self._is_new(case))

    @cached_property
    def mended(self) -> tuple[Mended, ...]:
        """What is listed and holds. An entry of whose cases some were not judged, or not asked for, rests."""
        return tuple(self._mended())

    @property
    def met(self) -> bool:
        """Whether nothing is new, mended or expired."""
        return not (self.new or self.mended or self.expired)

    def entry_of(self, case: Case) -> Entry | None:
        """Give the entry by which a case is known to end as it did."""
        fitting = (entry for entry in self.in_force if entry.verdict == case.verdict.value)
        return next((entry for entry in fitting if entry.covers(case)), None)

    def _not_held(self) -> Iterator[Case]:
        return (case for case in self.cases if case.verdict in (Verdict.FAIL, Verdict.WARN, Verdict.UNTESTABLE))

    def _is_new(self, case: Case) -> bool:
        if self.levels.get(case.requirement) != "MUST" or self.entry_of(case):
            return False
        listed = any(entry.covers(case) for entry in self.in_force)
        return case.verdict is Verdict.FAIL or listed

    def _mended(self) -> Iterator[Mended]:
        for entry in self.in_force:
            held = tuple(pattern for pattern in entry.patterns if self._holds(entry, pattern))
            if held:
                yield Mended(entry, () if held == entry.patterns else held)

    def _holds(self, entry: Entry, pattern: str) -> bool:
        """Whether all cases that a pattern stands for were judged and hold, none of them by luck alone."""
        if "*" in pattern and self.left_out.get(entry.requirement):
            return False
        covered = [case for case in self.cases if entry.covers(case) and matches(pattern, case.name.partition("/")[2])]
        asked = [case for case in covered if case.verdict is not Verdict.NOT_APPLICABLE]
        if not asked or any(case.verdict is not Verdict.PASS for case in asked):
            return False
        return not any(case.examples and self._by_luck(entry) for case in asked)

    def _by_luck(self, entry: Entry) -> bool:
        fewer = entry.examples is not None and self.examples < entry.examples
        return fewer or (entry.seed is not None and self.seed != entry.seed)
