"""A case as data: what was judged, in which setting, what became of it and why."""

from __future__ import annotations

from enum import Enum
from functools import total_ordering
from typing import Annotated, Literal

import msgspec

from reports.evidence import Evidence

NAME = "[a-z][a-z0-9]*(-[a-z0-9]+)*"
API = r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"


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
NOTABLE = (Verdict.HARNESS_ERROR, Verdict.FAIL, Verdict.UNTESTABLE, Verdict.WARN)
"""The verdicts that a reader has to know the reason of, the most telling first."""


def judge(level: str, held: bool) -> Verdict:
    """Give the verdict of a case of a requirement of this level (MUST, SHOULD, INFO) that held, or did not."""
    if held:
        return Verdict.PASS
    return Verdict.FAIL if level == "MUST" else Verdict.WARN


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One test with its parameters, run in one setting: a platform, a Platform API, a storage.

    ``name`` is what it is called in every setting, ``id`` what pytest calls it in this one. ``requirement`` is empty
    only for a harness error that belongs to none. ``seconds`` is the time of the whole case, ``lifecycle_seconds`` what
    the lifecycle's own processes took of it. ``reason`` is a line on why it was not run, does not apply or could not be
    judged; ``trace`` says of a harness error where in the suite it arose. ``evidence`` is there where the lifecycle was
    judged and the case did not hold. ``rerun`` is the command that runs it again, its words not quoted.
    ``examples`` is how many examples of a property, or histories, were judged in it.

    Raises ValueError for a case that is partial.
    """

    name: Annotated[
        str,
        msgspec.Meta(
            description="REQUIREMENT/test[parameters], the same in every setting; empty for what is no case of a test."
        ),
    ] = ""
    id: Annotated[str, msgspec.Meta(min_length=1, description="The test, as pytest names it.")]
    requirement: Annotated[
        str,
        msgspec.Meta(
            pattern=f"^({NAME})?$", description="Empty only for a harness error that belongs to no requirement."
        ),
    ]
    verdict: Verdict
    platform: Annotated[str, msgspec.Meta(description="What the lifecycle ran as, as in linux/arm64.")] = ""
    platform_api: Annotated[str, msgspec.Meta(pattern=f"^({API})?$")] = ""
    storage: str = ""
    seconds: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    lifecycle_seconds: Annotated[
        float, msgspec.Meta(ge=0, description="The time spent inside the lifecycle's own processes.")
    ] = 0.0
    reason: Annotated[str, msgspec.Meta(description="Why it was not run, does not apply or could not be judged.")] = ""
    trace: Annotated[str, msgspec.Meta(description="Of a harness error: where in the suite it arose.")] = ""
    evidence: Evidence | None = None
    rerun: Annotated[
        tuple[str, ...], msgspec.Meta(description="The command that runs it again, its words not quoted.")
    ] = ()
    examples: Annotated[
        int, msgspec.Meta(ge=0, description="How many examples of a property, or histories, were judged in this case.")
    ] = 0

    def __post_init__(self) -> None:
        """Raise ValueError for what only a requirement can be."""
        if self.verdict is Verdict.PARTIAL:
            raise ValueError(f"case {self.id!r}: only a requirement is partial")


class RequirementSummary(msgspec.Struct, frozen=True):
    """A requirement as reports show it. ``applies_not`` says why it does not apply to this run; empty when it does.

    ``subject`` is what it is about: the lifecycle, or its release.
    """

    id: str
    phase: str
    authority: str
    level: str
    statement: str
    source: str
    applies_not: str = ""
    subject: Literal["lifecycle", "release"] = "lifecycle"


NO_ROW = RequirementSummary("", "harness", "", "", "", "")
"""Stands for the requirement of a harness error that belongs to none."""
