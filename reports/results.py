"""The model of a run: cases, requirements and the verdict on the lifecycle that follows from them.

The reports only show what is derived here; none of them decides anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from functools import cached_property

from reports.about import (
    CatalogueInfo,
    Drawing,
    EnvironmentInfo,
    LifecycleInfo,
    NotRun,
    ReleaseInfo,
    Rules,
    Scope,
    SuiteInfo,
)
from reports.case import NOTABLE, Case, RequirementSummary, Verdict
from reports.gate import Gate
from reports.known_failures import KnownFailures

_JUDGED = frozenset({Verdict.PASS, Verdict.WARN, Verdict.FAIL})


class LifecycleVerdict(Enum):
    """The verdict on the lifecycle as a whole."""

    CONFORMANT = "conformant"
    NONCONFORMANT = "nonconformant"
    INCOMPLETE = "incomplete"
    ERROR = "error"


@dataclass(frozen=True)
class Outcome:
    """What became of one requirement: its verdict, its cases, and the reason where it was not judged, or not wholly.

    ``unasked`` are architectures that the defaults left out; ``missing`` is how many cases the user left out.
    """

    row: RequirementSummary
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
    def notable(self) -> tuple[Case, ...]:
        """The cases that a reader has to know about: a failure says more than what could not be judged."""
        return tuple(case for verdict in NOTABLE for case in self.cases if case.verdict is verdict)

    @property
    def unjudged(self) -> bool:
        """Whether it was asked for and holds here, but something of it could not be judged, or was left out.

        Architectures that the defaults left out were not asked for.
        """
        if not self.asked:
            return self.selected and not self.row.applies_not
        if self.missing and any(case.verdict is not Verdict.NOT_APPLICABLE for case in self.asked):
            return True
        return any(case.verdict in (Verdict.UNTESTABLE, Verdict.NOT_RUN) for case in self.asked)

    @property
    def asked(self) -> tuple[Case, ...]:
        """Its cases, without those that were not run for architectures that were not asked for."""
        return tuple(
            case
            for case in self.cases
            if case.verdict is not Verdict.NOT_RUN or case.platform.removeprefix("linux/") not in self.unasked
        )


def count(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Count verdicts by their names, harmless ones first, without those that do not occur."""
    found = Counter(verdicts)
    return {verdict.value: found[verdict] for verdict in Verdict if found[verdict]}


@dataclass(frozen=True)
class Results:
    """Everything a run found out. ``selected`` holds the ids of the requirements that were asked for.

    ``known_failures`` are those that the gate was given. ``generated_at`` is when it ended (RFC 3339, UTC).
    ``interrupted``: it was ended from outside, before its time. ``options`` are those that its user gave, ``seconds``
    is how long it took.

    Raises ValueError for a case of a requirement that has no row (but for harness errors that belong to none).
    """

    generated_at: str
    suite: SuiteInfo
    catalogue: CatalogueInfo
    lifecycle: LifecycleInfo | None
    environment: EnvironmentInfo
    rows: tuple[RequirementSummary, ...]
    cases: tuple[Case, ...]
    selected: frozenset[str]
    scope: Scope = field(default_factory=Scope)
    rules: Rules | None = None
    release: ReleaseInfo | None = None
    interrupted: bool = False
    drawing: Drawing = field(default_factory=Drawing)
    options: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    known_failures: KnownFailures | None = None

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

    def _unasked(self, row: RequirementSummary) -> frozenset[str]:
        """Give the architectures that are left out of what a requirement is about, as nothing here runs them."""
        if row.subject == "release":
            not_started = self.release.not_started if self.release else ()
            return frozenset(platform.removeprefix("linux/") for platform in not_started)
        return frozenset(self.environment.left_out)

    def _outcome(self, row: RequirementSummary, cases: tuple[Case, ...]) -> Outcome:
        missing = self.scope.left_out.get(row.id, 0)
        outcome = Outcome(
            row,
            max((case.verdict for case in cases), default=Verdict.NOT_RUN),
            cases,
            row.id in self.selected,
            unasked=self._unasked(row),
            missing=missing,
        )
        if not cases:
            return self._without_cases(outcome)
        if outcome.verdict is Verdict.PASS and outcome.unjudged:
            reasons = [case.reason for case in outcome.asked if case.verdict is Verdict.NOT_RUN]
            amount = f"{missing} of its cases left out" if missing else ""
            return replace(outcome, verdict=Verdict.PARTIAL, reason=_joined([amount, *reasons]))
        if outcome.verdict in (Verdict.NOT_APPLICABLE, Verdict.NOT_RUN):
            reasons = [case.reason for case in cases if case.verdict is outcome.verdict]
            return replace(outcome, reason=_joined(reasons))
        return outcome

    def _without_cases(self, outcome: Outcome) -> Outcome:
        if outcome.row.applies_not:
            return replace(outcome, verdict=Verdict.NOT_APPLICABLE, reason=outcome.row.applies_not)
        reason = "asked for, but none of its cases was run" if outcome.selected else "not selected"
        return replace(outcome, reason=reason)

    @property
    def notable(self) -> list[Outcome]:
        """The outcomes that a reader has to know about, the most telling first."""
        notable = [outcome for outcome in self.outcomes if outcome.notable]
        return sorted(notable, key=lambda outcome: NOTABLE.index(outcome.notable[0].verdict))

    @property
    def not_run(self) -> tuple[NotRun, ...]:
        """What was not run, by reason: the requirements concerned, and how many cases (0: it never came to cases)."""
        found: dict[str, NotRun] = {}

        def note(reason: str, requirement: str, cases: int) -> None:
            entry = found.get(reason) or NotRun(reason=reason, requirements=(), cases=0)
            named = tuple(dict.fromkeys([*entry.requirements, requirement]))
            found[reason] = NotRun(reason=reason, requirements=named, cases=entry.cases + cases)

        for outcome in self.outcomes:
            if not outcome.cases and outcome.verdict is Verdict.NOT_RUN:
                note(outcome.reason, outcome.row.id, 0)
            for case in outcome.cases:
                if case.verdict is Verdict.NOT_RUN:
                    note(case.reason or "no reason was given", outcome.row.id, 1)
            if outcome.selected and outcome.missing:
                note(f"left out: {' '.join(self.scope.by)}", outcome.row.id, outcome.missing)
        return tuple(found.values())

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

    @cached_property
    def gate(self) -> Gate | None:
        """What the known failures come to; None where the run was given none."""
        if self.known_failures is None:
            return None
        return Gate(
            self.known_failures,
            self.cases,
            levels={row.id: row.level for row in self.rows},
            today=date.fromisoformat(self.generated_at[:10]),
            left_out=self.scope.left_out,
            examples=self.drawing.examples,
            seed=self.drawing.seed,
        )

    @property
    def exit_status(self) -> int:
        """The exit status of the run.

        0 the gate is met: conformant, or all that fails is known; 1 a MUST fails that is not known, or what is known
        is mended or expired; 2 interrupted; 3 error; 5 nothing was judged; 6 incomplete.
        """
        if self.interrupted:
            return 2
        if self.nothing_judged:
            return 5
        if self.gate is None or self.verdict is LifecycleVerdict.ERROR:
            return _STATUS[self.verdict]
        if not self.gate.met:
            return 1
        musts = [outcome for outcome in self.outcomes if outcome.row.level == "MUST"]
        return 6 if any(self.is_open(outcome) for outcome in musts) else 0

    def is_open(self, outcome: Outcome) -> bool:
        """Whether something of a requirement could not be judged, and that is not known."""
        known = {case.id for case in self.gate.known} if self.gate else set()
        rest = tuple(case for case in outcome.cases if case.id not in known)
        return bool(outcome.missing) if outcome.cases and not rest else replace(outcome, cases=rest).unjudged

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
