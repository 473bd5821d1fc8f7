"""The last line of a run: the verdict, on what was asked of whom, and how the requirements fared."""

from __future__ import annotations

from collections.abc import Iterator

from reports.case import Verdict
from reports.results import Results
from reports.text import clip, counted, one_line

LEVELS = ("MUST", "SHOULD", "INFO")
_REASON_AT_MOST = 160
_GRADED = {
    Verdict.FAIL: "failed",
    Verdict.UNTESTABLE: "untestable",
    Verdict.WARN: "warned",
    Verdict.PARTIAL: "judged only in part",
}
_OTHERS = {Verdict.PASS: "passed", Verdict.NOT_RUN: "not run", Verdict.NOT_APPLICABLE: "not applicable"}


def summary(results: Results) -> str:
    """Give the verdict in one line: ``nonconformant - 3 MUST failed, 41 passed; judged: lifecycle 0.21.17 (dir:/…)``.

    What narrowed the run stands before the dash, rules of the user's own at the end.
    """
    parts = [
        f"{results.verdict.value}{_narrowed(results)} - {', '.join(_counts(results))}",
        f"judged: {judged(results)}",
    ]
    if results.rules and results.rules.rows:
        rows = counted(results.rules.rows, "row", "rows")
        parts.append(f"by altered rules: {rows} of {one_line(results.rules.file)}")
    return "; ".join(parts)


def _counts(results: Results) -> Iterator[str]:
    if results.nothing_judged:
        yield f"nothing was judged ({clip(one_line(results.why_nothing), _REASON_AT_MOST)})"
    if results.harness_errors:
        yield counted(len(results.harness_errors), "harness error", "harness errors")
    for verdict, word in _GRADED.items():
        levels = [outcome.row.level for outcome in results.outcomes if outcome.verdict is verdict]
        yield from (f"{levels.count(level)} {level} {word}" for level in LEVELS if level in levels)
    for verdict, word in _OTHERS.items():
        number = sum(outcome.verdict is verdict for outcome in results.outcomes)
        if number or verdict is Verdict.PASS:
            yield f"{number} {word}"


def _narrowed(results: Results) -> str:
    scope = results.scope
    if not scope.by:
        return " (interrupted)" if results.interrupted else ""
    left_out = sum(outcome.missing for outcome in results.outcomes if outcome.selected)
    asked = f"{len(results.selected)} of {counted(len(results.rows), 'requirement', 'requirements')}"
    without = f" without {counted(left_out, 'case', 'cases')} of theirs" if left_out else ""
    stopped = "; interrupted" if results.interrupted else ""
    return f" in what was asked: {asked}{without} (by {one_line(scope.names)}{stopped})"


def judged(results: Results) -> str:
    """Name what was judged, in one line."""
    return " and ".join(_subjects(results))


def _subjects(results: Results) -> Iterator[str]:
    # Of what could be judged, only what was asked for.
    asked = {row.subject for row in results.rows if row.id in results.selected} or {"lifecycle", "release"}
    facts = results.lifecycle if "lifecycle" in asked or not results.release else None
    release = results.release if "release" in asked or not results.lifecycle else None
    if facts:
        part = f" as {' and '.join(facts.phases)} alone" if facts.phases else ""
        named = one_line(f"{facts.name} {facts.version} ({facts.target}){part}")
        yield "the bundled reference lifecycle" if facts.bundled else named
    if release:
        named = f"the release {one_line(release.target)}"
        yield ("its release" if facts and facts.bundled else "the bundled release") if release.bundled else named
