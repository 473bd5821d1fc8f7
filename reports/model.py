"""The model of a run: cases, requirements and the verdict on the lifecycle that follows from them.

The writers of this package only show what is derived here; none of them decides anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import Enum
from functools import cached_property, total_ordering
from typing import Any

from reports.about import EnvironmentInfo, LifecycleInfo, Rules, Scope


@total_ordering
class Verdict(Enum):
    """What became of a case or a requirement, from harmless to grave: the gravest case of a requirement wins.

    Only a requirement is ``partial``: nothing is known against it, and not all of its cases were run.
    """

    NOT_APPLICABLE = "not-applicable"
    NOT_RUN = "not-run"
    PASS = "pass"
    PARTIAL = "partial"
    WARN = "warn"
    UNTESTABLE = "untestable"
    FAIL = "fail"
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
        expected = {each.name for each in fields(cls)}
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
    """What became of one requirement: its verdict, its cases, and the reason where it was not judged, or not wholly.

    ``unasked`` are architectures that the defaults left out; ``missing`` is how many cases the user left out.
    """

    row: Row
    verdict: Verdict
    cases: tuple[Case, ...]
    selected: bool
    reason: str = ""
    unasked: frozenset[str] = frozenset()
    missing: int = 0

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
        """Whether it was asked for and holds here, but something of it could not be judged, or was left out.

        Architectures that the defaults left out were not asked for.
        """
        if not self.asked:
            return self.selected and not self.row.applies
        if self.missing and any(case.verdict is not Verdict.NOT_APPLICABLE for case in self.asked):
            return True
        return any(case.verdict in (Verdict.UNTESTABLE, Verdict.NOT_RUN) for case in self.asked)

    @property
    def asked(self) -> tuple[Case, ...]:
        """Its cases, without those of architectures that were not asked for."""
        return tuple(case for case in self.cases if case.platform.removeprefix("linux/") not in self.unasked)


def count(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Count verdicts by their names, harmless ones first, without those that do not occur."""
    found = Counter(verdicts)
    return {verdict.value: found[verdict] for verdict in Verdict if found[verdict]}


@dataclass(frozen=True)
class Results:
    """Everything a run found out. ``selected`` holds the ids of the requirements that were asked for.

    ``interrupted``: it was ended from outside, before its time.

    Raises ValueError for a case of a requirement that has no row (but for harness errors that belong to none).
    """

    suite_version: str
    lifecycle: LifecycleInfo
    environment: EnvironmentInfo
    rows: tuple[Row, ...]
    cases: tuple[Case, ...]
    selected: frozenset[str]
    scope: Scope = field(default_factory=Scope)
    rules: Rules | None = None
    interrupted: bool = False

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
        missing = self.scope.left_out.get(row.id, 0)
        outcome = Outcome(
            row,
            max((case.verdict for case in cases), default=Verdict.NOT_RUN),
            cases,
            row.id in self.selected,
            unasked=frozenset(self.environment.get("left_out", ())),
            missing=missing,
        )
        if not cases:
            return self._without_cases(outcome)
        if outcome.verdict is Verdict.PASS and outcome.unjudged:
            reasons = [case.message for case in outcome.asked if case.verdict is Verdict.NOT_RUN]
            told = f"{missing} of its cases left out" if missing else ""
            return replace(outcome, verdict=Verdict.PARTIAL, reason=_joined([told, *reasons]))
        if outcome.verdict in (Verdict.NOT_APPLICABLE, Verdict.NOT_RUN):
            reasons = [case.message for case in cases if case.verdict is outcome.verdict]
            return replace(outcome, reason=_joined(reasons))
        return outcome

    def _without_cases(self, outcome: Outcome) -> Outcome:
        if outcome.row.applies:
            return replace(outcome, verdict=Verdict.NOT_APPLICABLE, reason=outcome.row.applies)
        reason = "asked for, but none of its cases was run" if outcome.selected else "not selected"
        return replace(outcome, reason=reason)

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
        judged and passed, all its cases, and at least one case that the lifecycle really was judged by.
        """
        if self.harness_errors:
            return LifecycleVerdict.ERROR
        musts = [outcome for outcome in self.outcomes if outcome.row.level == "MUST"]
        if any(case.verdict is Verdict.FAIL for outcome in musts for case in outcome.cases):
            return LifecycleVerdict.NONCONFORMANT
        levelled = [outcome for outcome in self.outcomes if outcome.row.level != "INFO"]
        judged = any(case.verdict in _JUDGED for outcome in levelled for case in outcome.cases)
        if self.interrupted or not judged or any(outcome.unjudged for outcome in musts):
            return LifecycleVerdict.INCOMPLETE
        return LifecycleVerdict.CONFORMANT

    @property
    def exit_status(self) -> int:
        """The exit status of the run.

        0 conformant, 1 nonconformant, 2 interrupted, 3 error, 5 nothing was judged, 6 incomplete.
        """
        if self.interrupted:
            return 2
        return 5 if self.nothing_judged else _STATUS[self.verdict]

    @property
    def why_nothing(self) -> str:
        """Why nothing was judged; empty where something was."""
        if not self.nothing_judged:
            return ""
        if not self.selected:
            return f"there is no case for {' '.join(self.scope.by)}" if self.scope.by else "there are no cases"
        return _joined(outcome.reason for outcome in self.outcomes if outcome.selected and outcome.row.level != "INFO")


_STATUS = {
    LifecycleVerdict.CONFORMANT: 0,
    LifecycleVerdict.NONCONFORMANT: 1,
    LifecycleVerdict.ERROR: 3,
    LifecycleVerdict.INCOMPLETE: 6,
}


def _joined(reasons: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason))
