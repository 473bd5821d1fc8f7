"""What the page shows, as data: a matrix of requirements and settings, and what there is to say of each requirement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from reports import failure, rerun
from reports.case import NO_ROW, Case, RequirementSummary, Verdict
from reports.results import Outcome, Results
from reports.summary import judged, summary
from reports.text import clip, one_line, printable

SIGNS = {
    Verdict.PASS: "✓",
    Verdict.PARTIAL: "◐",
    Verdict.FAIL: "✗",
    Verdict.WARN: "!",
    Verdict.UNTESTABLE: "?",
    Verdict.HARNESS_ERROR: "‼",
    Verdict.NOT_RUN: "—",
    Verdict.NOT_APPLICABLE: "·",
}
"""A sign besides the word and the color of each verdict."""

OTHERS_AT_MOST = 40
"""Cases of a requirement that are named besides the one that is told."""

Setting = tuple[str, str, str]

RELEASE: Setting = ("", "", "")


@dataclass(frozen=True)
class Column:
    """One setting of one run: a platform, a Platform API and a storage; or the release that was judged in it."""

    run: Run
    setting: Setting

    @property
    def name(self) -> str:
        """Say which setting it is."""
        platform, api, storage = self.setting
        parts = (platform.removeprefix("linux/"), f"API {api}" if api else "", storage if storage != "registry" else "")
        return ", ".join(one_line(part) for part in parts if part) or "release"

    def verdict(self, requirement: str) -> Verdict | None:
        """Give the gravest verdict of a requirement's cases in it; None where it has none."""
        cases = self.run.cases.get(requirement, ())
        return max((case.verdict for case in cases if _setting(case) == self.setting), default=None)


@dataclass(frozen=True)
class Run:
    """One run; `number` counts them from 1."""

    number: int
    results: Results

    @cached_property
    def cases(self) -> dict[str, tuple[Case, ...]]:
        """The cases of each requirement."""
        return {outcome.row.id: outcome.cases for outcome in self.results.outcomes}

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its settings, in order."""
        settings = {_setting(case) for case in self.results.cases if case.requirement}
        return tuple(Column(self, setting) for setting in sorted(settings, reverse=True) or [RELEASE])

    @property
    def name(self) -> str:
        """Name what was judged."""
        return one_line(judged(self.results))

    @property
    def verdict(self) -> str:
        """Give the last line of the run."""
        return one_line(summary(self.results))

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """What became of each requirement."""
        return {outcome.row.id: outcome for outcome in self.results.outcomes}


@dataclass(frozen=True)
class Alike:
    """Cases of one verdict of which the same was found, but for digests and addresses: `found` is that of the first."""

    verdict: Verdict
    found: str
    cases: tuple[Case, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The cases without the requirement, each with its platform where that is another one than the first's."""
        first = self.cases[0]
        return tuple(
            one_line(f"{case.name.partition('/')[2] or case.id}{_platform_of(case, unless=first)}")
            for case in self.cases
        )


@dataclass(frozen=True)
class Telling:
    """What is told of one requirement in one run: the most telling case in full, the others by name."""

    run: Run
    outcome: Outcome

    @property
    def first(self) -> Case:
        """The case that is told."""
        return self.outcome.notable[0]

    @property
    def text(self) -> str:
        """Tell it."""
        return failure.message(self.outcome.row, self.first, short=True).strip("\n") or one_line(self.first.reason)

    @property
    def others(self) -> tuple[Alike, ...]:
        """Cases that do not hold either, as many as are named; those of which the same was found together."""
        alike: dict[tuple[Verdict, str], list[Case]] = {}
        for case in self.outcome.notable[1 : OTHERS_AT_MOST + 1]:
            alike.setdefault((case.verdict, _found(case)), []).append(case)
        return tuple(Alike(verdict, text, tuple(cases)) for (verdict, text), cases in alike.items())

    @property
    def more(self) -> int:
        """How many more there are."""
        return max(len(self.outcome.notable) - 1 - OTHERS_AT_MOST, 0)

    @property
    def again(self) -> tuple[str, ...]:
        """Commands that run all of them again."""
        return tuple(map(printable, rerun.commands(self.outcome.notable)))


@dataclass(frozen=True)
class Row:
    """One requirement over all runs."""

    row: RequirementSummary
    runs: Sequence[Run]
    stories: tuple[Telling, ...] = field(default=())

    @property
    def holds(self) -> bool:
        """Whether nothing is to be said against it."""
        return not self.stories

    def outcome(self, run: Run) -> Outcome | None:
        """Give what became of it in a run; None where the run did not know it."""
        return run.outcomes.get(self.row.id)


@dataclass(frozen=True)
class Page:
    """The whole page."""

    runs: tuple[Run, ...]

    @classmethod
    def of(cls, several: Sequence[Results]) -> Page:
        """Make the page of some runs. Raises ValueError for none."""
        if not several:
            raise ValueError("a page is made of one run at least")
        return cls(tuple(Run(number, results) for number, results in enumerate(several, 1)))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the matrix."""
        return tuple(column for run in self.runs for column in run.columns)

    @cached_property
    def phases(self) -> dict[str, tuple[Row, ...]]:
        """The rows by phase, in the order of the catalogue."""
        found: dict[str, RequirementSummary] = {}
        for run in self.runs:
            for row in run.results.rows:
                found.setdefault(row.id, row)
        rows = [Row(row, self.runs, tuple(self._stories(row.id))) for row in found.values()]
        return {
            phase: tuple(row for row in rows if row.row.phase == phase)
            for phase in dict.fromkeys(each.row.phase for each in rows)
        }

    def _stories(self, requirement: str) -> Iterator[Telling]:
        for run in self.runs:
            outcome = run.outcomes.get(requirement)
            if outcome and outcome.notable:
                yield Telling(run, outcome)

    @property
    def harness_errors(self) -> tuple[tuple[Run, Case, str], ...]:
        """What the suite itself failed in, apart from any requirement, with what is to be said of it."""
        return tuple(
            (run, case, failure.message(NO_ROW, case))
            for run in self.runs
            for case in run.results.harness_errors
            if not case.requirement
        )


_SHORT = 160
"""Characters of what was found in a case that is named only."""

_ONE_OF_MANY = re.compile(r"sha256:[0-9a-f]{64}|127\.0\.0\.1:\d+/[0-9a-f]{8}-\w+/\w+/")
"""What differs from case to case where the same was found."""


def _found(case: Case) -> str:
    """Give what was found in a case, in short, without what is different each time."""
    if case.evidence is None:
        return clip(one_line(case.reason), _SHORT)
    text = failure.short_digests(case.evidence.found, case.evidence.names)
    return clip(one_line(_ONE_OF_MANY.sub("…", _SHORTENED.sub("…", text))), _SHORT)


_SHORTENED = re.compile(r"sha256:[0-9a-f]{12}…")


def _platform_of(case: Case, unless: Case) -> str:
    return "" if case.platform == unless.platform else f" on {case.platform}"


def _setting(case: Case) -> Setting:
    """Give the setting of a case; what a release ships is judged in none, whatever its platform."""
    return (case.platform, case.platform_api, case.storage) if case.platform_api else RELEASE
