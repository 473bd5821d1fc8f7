"""The model of a run: cases, requirements and the verdict on the lifecycle that follows from them.

The writers of this package only show what is derived here; none of them decides anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import Enum
from functools import cached_property, total_ordering
from typing import Any, NotRequired, TypedDict


@total_ordering
class Verdict(Enum):
    """What became of a case or a requirement, from harmless to grave: the gravest case of a requirement wins."""

    NOT_APPLICABLE = "not-applicable"
    NOT_RUN = "not-run"
    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNTESTABLE = "untestable"
    HARNESS_ERROR = "harness-error"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Verdict):
            return NotImplemented
        return _GRAVITY[self] < _GRAVITY[other]


_GRAVITY = {verdict: gravity for gravity, verdict in enumerate(Verdict)}
TELLING = (Verdict.HARNESS_ERROR, Verdict.FAIL, Verdict.UNTESTABLE, Verdict.WARN)
"""The verdicts whose story a reader has to know, the most telling first."""

_JUDGED = frozenset({Verdict.PASS, Verdict.WARN, Verdict.FAIL})


class LifecycleVerdict(Enum):
    """The verdict on the lifecycle as a whole."""

    CONFORMANT = "conformant"
    NONCONFORMANT = "nonconformant"
    INCOMPLETE = "incomplete"
    ERROR = "error"


def judge(level: str, held: bool) -> Verdict:
    """Give the verdict of a case of a requirement of this level (MUST, SHOULD, INFO) that held, or did not."""
    if held:
        return Verdict.PASS
    return Verdict.FAIL if level == "MUST" else Verdict.WARN


class LifecycleInfo(TypedDict):
    """The lifecycle under test, as results.json names it."""

    target: str
    name: str
    version: str
    platform_apis: list[str]
    platform_source: str


class EnvironmentInfo(TypedDict):
    """The machine and the registry; ``left_out`` and ``notes`` say what the defaults left out, and why.

    ``left_out`` holds the architectures that would have been judged, had this machine been able to run them.
    """

    host: str
    registry: str
    architectures: dict[str, str]
    left_out: NotRequired[dict[str, str]]
    notes: NotRequired[list[str]]


@dataclass(frozen=True)
class Case:
    """One test run on one platform, Platform API and storage.

    ``seconds`` is the time of the whole case, ``lifecycle_seconds`` what the lifecycle's own processes took of it.
    ``message`` says what was found; for a case that was not run or does not apply it is the reason. ``requirement``
    is empty only for a harness error that belongs to no requirement. ``examples`` is how many examples of
    a property, or histories, were judged in it.
    """

    id: str
    requirement: str
    verdict: Verdict
    platform: str = ""
    platform_api: str = ""
    storage: str = ""
    seconds: float = 0.0
    lifecycle_seconds: float = 0.0
    message: str = ""
    reproduce: str = ""
    examples: int = 0

    def to_json(self) -> dict[str, Any]:
        """Give the case as plain values, in the order of results.json; ``examples`` only where there are some."""
        values = asdict(self) | {"verdict": self.verdict.value}
        if not self.examples:
            del values["examples"]
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Case:
        """Undo :meth:`to_json`. Raises ValueError for a missing or unknown key or verdict."""
        expected = {field.name for field in fields(cls)}
        if set(values) | {"examples"} != expected:
            odd = ", ".join(sorted(expected.symmetric_difference(values)))
            raise ValueError(f"not a case: keys missing or unknown: {odd}")
        return cls(**{**values, "verdict": Verdict(values["verdict"])})


@dataclass(frozen=True)
class Row:
    """A requirement as reports show it. ``applies`` says why it does not apply to this run; empty when it does."""

    id: str
    phase: str
    authority: str
    level: str
    statement: str
    source: str
    applies: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one requirement: its verdict, its cases, and the reason where it was not judged."""

    row: Row
    verdict: Verdict
    cases: tuple[Case, ...]
    selected: bool
    reason: str = ""
    left_out: frozenset[str] = frozenset()

    @property
    def counts(self) -> dict[str, int]:
        """How many cases had which verdict, harmless verdicts first, without those that none had."""
        return count(case.verdict for case in self.cases)

    @property
    def examples(self) -> int:
        """How many examples its cases judged."""
        return sum(case.examples for case in self.cases)

    @property
    def telling(self) -> tuple[Case, ...]:
        """The cases that a reader has to know about: a failure says more than what could not be judged."""
        return tuple(case for verdict in TELLING for case in self.cases if case.verdict is verdict)

    @property
    def unjudged(self) -> bool:
        """Whether it was asked for and holds here, but something of it could not be judged.

        Architectures that the defaults left out were not asked for.
        """
        cases = [case for case in self.cases if case.platform.removeprefix("linux/") not in self.left_out]
        if not cases:
            return self.selected and not self.row.applies
        return any(case.verdict in (Verdict.UNTESTABLE, Verdict.NOT_RUN) for case in cases)


def count(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Count verdicts by their names, harmless ones first, without those that do not occur."""
    found = Counter(verdicts)
    return {verdict.value: found[verdict] for verdict in Verdict if found[verdict]}


@dataclass(frozen=True)
class Results:
    """Everything a run found out. ``selected`` holds the ids of the requirements that were asked for.

    Raises ValueError for a case of a requirement that has no row (but for harness errors that belong to none).
    """

    suite_version: str
    lifecycle: LifecycleInfo
    environment: EnvironmentInfo
    rows: tuple[Row, ...]
    cases: tuple[Case, ...]
    selected: frozenset[str]

    def __post_init__(self) -> None:
        known = {row.id for row in self.rows}
        for case in self.cases:
            homeless = not case.requirement and case.verdict is Verdict.HARNESS_ERROR
            if case.requirement not in known and not homeless:
                raise ValueError(f"case {case.id!r}: its requirement {case.requirement!r} has no row")

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What became of each requirement, in the order of the rows."""
        cases: dict[str, list[Case]] = {}
        for case in sorted(self.cases, key=lambda case: case.id):
            cases.setdefault(case.requirement, []).append(case)
        return tuple(self._outcome(row, tuple(cases.get(row.id, ()))) for row in self.rows)

    def _outcome(self, row: Row, cases: tuple[Case, ...]) -> Outcome:
        selected = row.id in self.selected
        if cases:
            verdict = max(case.verdict for case in cases)
            told = verdict in (Verdict.NOT_APPLICABLE, Verdict.NOT_RUN)
            reason = "; ".join(dict.fromkeys(case.message for case in cases if case.verdict is verdict)) if told else ""
            return Outcome(row, verdict, cases, selected, reason, frozenset(self.environment.get("left_out", ())))
        if row.applies:
            return Outcome(row, Verdict.NOT_APPLICABLE, cases, selected, row.applies)
        reason = "asked for, but none of its cases was run" if selected else "not selected"
        return Outcome(row, Verdict.NOT_RUN, cases, selected, reason)

    @cached_property
    def harness_errors(self) -> tuple[Case, ...]:
        """The cases in which the suite itself failed."""
        return tuple(case for case in self.cases if case.verdict is Verdict.HARNESS_ERROR)

    @property
    def examples(self) -> int:
        """How many examples of properties, and histories, were judged."""
        return sum(case.examples for case in self.cases)

    @cached_property
    def nothing_judged(self) -> bool:
        """Whether no case of a MUST or SHOULD was even tried against the lifecycle (INFO is never judged)."""
        tried = _JUDGED | {Verdict.UNTESTABLE, Verdict.HARNESS_ERROR}
        levelled = [outcome for outcome in self.outcomes if outcome.row.level != "INFO"]
        return not self.harness_errors and not any(
            case.verdict in tried for outcome in levelled for case in outcome.cases
        )

    @cached_property
    def verdict(self) -> LifecycleVerdict:
        """The verdict on the lifecycle.

        A harness error makes everything else doubtful. After that, one failed case of a MUST is enough for
        ``nonconformant``, whatever else could not be judged. ``conformant`` needs every MUST that was asked for
        judged and passed, and at least one case that the lifecycle really was judged by.
        """
        if self.harness_errors:
            return LifecycleVerdict.ERROR
        musts = [outcome for outcome in self.outcomes if outcome.row.level == "MUST"]
        if any(case.verdict is Verdict.FAIL for outcome in musts for case in outcome.cases):
            return LifecycleVerdict.NONCONFORMANT
        levelled = [outcome for outcome in self.outcomes if outcome.row.level != "INFO"]
        judged = any(case.verdict in _JUDGED for outcome in levelled for case in outcome.cases)
        if not judged or any(outcome.unjudged for outcome in musts):
            return LifecycleVerdict.INCOMPLETE
        return LifecycleVerdict.CONFORMANT

    @property
    def exit_status(self) -> int:
        """The exit status of the run: 0 conformant, 1 nonconformant, 3 incomplete or error, 5 nothing was judged."""
        if self.nothing_judged:
            return 5
        return {LifecycleVerdict.CONFORMANT: 0, LifecycleVerdict.NONCONFORMANT: 1}.get(self.verdict, 3)
