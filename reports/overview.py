"""What is printed at the end of a run unless more is asked for: a line for each requirement that does not hold.

It fits on a screen: what was found is told of one case, and the rest is in results.json, to be shown by the command.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from reports.case import NO_ROW, Case, Verdict
from reports.evidence import Evidence
from reports.failure import short_digests
from reports.results import Outcome, Results
from reports.text import clip, counted, one_line

SCREEN = 34
"""Lines that there are, of sixty: what comes before (18), between and after (8) has the others."""

ROWS = 20
"""Requirements that get a line each, where nothing else takes room."""

ROWS_AT_LEAST = 4

STORY, STORY_BESIDES = 9, 5
"""Lines of the one case that is told, and where known failures take room too."""

SUITE = 3
"""Failures of the suite itself that are told."""

NOT_RUN, NOT_RUN_BESIDES = 6, 3
"""Lines on what was not run, and where known failures take room too."""

Paint = Callable[[Verdict | None, str], str]
"""Gives text in the color of a verdict, or bold for None."""


def lines(results: Results, width: int, paint: Paint, taken: int = 0) -> Iterator[str]:
    """Give the overview, line by line; `taken` are lines that others take of the same screen."""
    notable = results.notable
    before = list(_of_the_suite(results, width, paint))
    after = list(_not_run(results, width, paint, NOT_RUN_BESIDES if taken else NOT_RUN))
    yield from before
    if notable:
        first = list(_first(notable[0], width, paint, STORY_BESIDES if taken else STORY))
        # Beside the rows there are a heading, the number of those left out, and an empty line.
        room = SCREEN - len(before) - len(first) - len(after) - taken - 3
        yield from _rows(notable, results, width, paint, max(min(ROWS, room), ROWS_AT_LEAST))
        yield ""
        yield from first
    else:
        yield from _what_holds(results, paint)
    yield from after


def _of_the_suite(results: Results, width: int, paint: Paint) -> Iterator[str]:
    homeless = [case for case in results.harness_errors if not case.requirement]
    for case in homeless[:SUITE]:
        messages = f"{one_line(case.id)}: {one_line(case.reason)}"
        yield f"{paint(case.verdict, case.verdict.value)}  {clip(messages, max(width * 3, 240))}"
    if len(homeless) > SUITE:
        yield f"{len(homeless) - SUITE} more of these"


def _rows(notable: list[Outcome], results: Results, width: int, paint: Paint, most: int) -> Iterator[str]:
    of = counted(sum(bool(outcome.asked) for outcome in results.outcomes), "requirement", "requirements")
    yield paint(None, f"Do not hold, or could not be judged: {len(notable)} of {of}")
    shown = notable if len(notable) <= most + 1 else notable[:most]
    name = max(len(outcome.row.id) for outcome in shown)
    for outcome in shown:
        verdict = outcome.notable[0].verdict
        amount = f"{sum(case.verdict is verdict for case in outcome.cases)} of {len(outcome.cases)}"
        word = verdict.value.ljust(13)
        named = f" {one_line(outcome.row.id).ljust(name)}  {outcome.row.level.ljust(6)} {amount:>10}"
        room = width - len(word) - len(named) - 4
        text = clip(_brief(outcome.notable[0]), room) if room > 20 else ""
        yield f"  {paint(verdict, word)}{named}  {text}".rstrip()
    if len(notable) > len(shown):
        yield f"  and {len(notable) - len(shown)} more"


def _first(outcome: Outcome, width: int, paint: Paint, most: int) -> Iterator[str]:
    """Tell the first case in short."""
    row, case = outcome.row, outcome.notable[0]
    yield paint(None, f"The first of them: {one_line(case.name or case.id)}{_where(case)}")
    statement = textwrap.wrap(f"{one_line(row.statement)} ({one_line(row.source)})", width - 2)
    lines = list(_told(case))
    messages = [*statement[: min(3, most - len(lines))], *lines] if row != NO_ROW else lines
    yield from (f"  {clip(line, max(width * 3, 240))}" for line in messages[:most])


def _told(case: Case) -> Iterator[str]:
    evidence = case.evidence
    if evidence is None:
        yield one_line(case.reason)
        return
    for command in evidence.commands[-1:]:
        yield f"$ {one_line(command.line)}    # {one_line(command.ending)}"
    yield f"expected: {_of(evidence, evidence.expected)}"
    yield f"found: {_of(evidence, evidence.found)}"


def _brief(case: Case) -> str:
    return _of(case.evidence, case.evidence.found) if case.evidence else one_line(case.reason)


def _of(evidence: Evidence, text: str) -> str:
    return one_line(short_digests(text, evidence.names))


def _what_holds(results: Results, paint: Paint) -> Iterator[str]:
    """Count what holds, by phase."""
    held = Counter(outcome.row.phase for outcome in results.outcomes if outcome.verdict is Verdict.PASS)
    if held:
        named = ", ".join(f"{one_line(phase)} {number}" for phase, number in held.items())
        yield paint(Verdict.PASS, f"{counted(held.total(), 'requirement holds', 'requirements hold')}: {named}")


def _not_run(results: Results, width: int, paint: Paint, most: int) -> Iterator[str]:
    messages = [f"{entry.reason}: {_amount(entry.requirements, entry.cases)}" for entry in results.not_run]
    messages += results.environment.notes
    apart = Counter(outcome.reason for outcome in results.outcomes if outcome.verdict is Verdict.NOT_APPLICABLE)
    messages += [
        f"not applicable, {reason}: {counted(number, 'requirement', 'requirements')}"
        for reason, number in apart.items()
    ]
    if messages:
        yield ""
        yield paint(None, "Not run (never counted as passed)")
        shown = messages if len(messages) <= most + 1 else messages[:most]
        yield from (f"  {clip(one_line(text), max(width * 2, 200))}" for text in shown)
        if len(messages) > len(shown):
            yield f"  and {len(messages) - len(shown)} more, in results.json"


def _amount(requirements: Iterable[str], cases: int) -> str:
    number = len(list(requirements))
    of = counted(number, "requirement", "requirements")
    return f"{counted(cases, 'case', 'cases')} of {of}" if cases else of


def _where(case: Case) -> str:
    facts = [case.platform, f"Platform API {case.platform_api}" if case.platform_api else ""]
    named = ", ".join(one_line(fact) for fact in facts if fact)
    return f" ({named})" if named else ""
