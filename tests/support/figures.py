"""What these tests measured of the suite, told at their end: what it catches, and of whom it said what is not so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest

RIGHT = "cases of conforming lifecycles"
FALSE_POSITIVES = "false positives"
"""What a test records of a lifecycle that conforms: how many cases judged it, and how many of them found a fault."""

KILLER = "killer"
STALE = "killer that did not kill"
"""What a test records of a mutant: its name and the case that killed it; its name, where killers.json has another."""

Ended = Mapping[str, Sequence[pytest.TestReport]]
"""The reports of the tests that ended in each way; each of the three ways that are asked for is there."""

SAMPLE = " (a sample; all of them: make test-all)"

KILLING = "test_mutant_is_killed["


def of(ended: Ended, *, whole: bool) -> list[str]:
    """Tell what the tests that were run measured, one line a figure; nothing where they measured none.

    Unless `whole`, a sample of the mutants was run, and lifecycles that conform were judged by a sample of the cases.
    """
    return [*_of_mutants(ended, whole=whole), *_of_false_positives(ended, whole=whole)]


def recorded(ended: Ended, asked: str) -> list[object]:
    """Give what tests recorded under a name."""
    properties = [pair for reports in ended.values() for report in reports for pair in report.user_properties]
    return [value for name, value in properties if name == asked]


def _of_mutants(ended: Ended, *, whole: bool) -> Iterator[str]:
    count = {outcome: sum(KILLING in report.nodeid for report in reports) for outcome, reports in ended.items()}
    if run := count["passed"] + count["failed"]:
        text = f"mutants: {count['passed']} of {run} killed by the requirement that names their fault"
        text += f", {count['failed']} failed" if count["failed"] else ""
        text += f"; {count['skipped']} more can't be run here" if count["skipped"] else ""
        yield text + ("" if whole else SAMPLE)
    if stale := len(recorded(ended, STALE)):
        yield f"killers.json is stale: {stale} of them were killed by another case than it says (make killers)"


def _of_false_positives(ended: Ended, *, whole: bool) -> Iterator[str]:
    judged, false_positives = (
        sum(int(str(value)) for value in recorded(ended, asked)) for asked in (RIGHT, FALSE_POSITIVES)
    )
    if judged:
        text = f"false positives: {false_positives or 'none'} in {judged} cases of lifecycles that conform"
        yield text + ("" if whole else SAMPLE)
