"""A run as Markdown, for the summary of a CI job or a comment: what does not hold, the gate, the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from reports.results import Outcome, Results
from reports.summary import judged, summary
from reports.text import clip, counted, one_line

AT_MOST = 60_000
"""Bytes of a summary: less than every place that takes one lets in."""

_CELL = 160
_NEW_AT_MOST = 20


def render(results: Results) -> str:
    """Give the summary, of so few bytes that every CI system takes it: last come the rows that are left out."""
    head = "\n".join([f"## {_text(judged(results))}", "", f"**{_text(summary(results))}**", "", *_gate(results)])
    rows = [_row(outcome) for outcome in results.notable]
    if not rows:
        return f"{head}\nNothing that was judged does not hold.\n"
    table = ["| requirement | level | verdict | cases | found |", "|---|---|---|---|---|"]
    room = AT_MOST - len("\n".join([head, *table]).encode()) - 100
    shown: list[str] = []
    for row in rows:
        room -= len(row.encode()) + 1
        if room < 0:
            break
        shown.append(row)
    left = counted(len(rows) - len(shown), "more requirement does", "more requirements do")
    return "\n".join([head, *table, *shown, *([f"\n{left} not hold."] if left else []), ""])


def _row(outcome: Outcome) -> str:
    first = outcome.notable[0]
    found = first.evidence.found if first.evidence else first.reason
    cells = (
        outcome.row.id,
        outcome.row.level,
        outcome.verdict.value,
        f"{len(outcome.notable)} of {len(outcome.cases)}",
        clip(one_line(found), _CELL),
    )
    return f"| {' | '.join(map(_text, cells))} |"


def _gate(results: Results) -> Iterator[str]:
    gate = results.gate
    if gate is None:
        return
    counts = f"{len(gate.new)} new, {len(gate.known)} known, {len(gate.mended)} mended, {len(gate.expired)} expired"
    yield f"Gate {'met' if gate.met else '**not met**'}: {counts} ({_text(gate.known_failures.file)})."
    yield ""
    lines = [f"new: {case.name or case.id}" for case in gate.new[:_NEW_AT_MOST]]
    lines += [f"{len(gate.new) - _NEW_AT_MOST} more are new"] if len(gate.new) > _NEW_AT_MOST else []
    lines += [f"mended, to be deleted: {each}" for each in gate.mended]
    lines += [f"expired: {each}" for each in gate.expired]
    yield from (f"- {_text(clip(line, _CELL))}" for line in lines)
    yield ""


def _text(text: str) -> str:
    """Make text that is nothing but text in Markdown, within a cell of a table too."""
    escaped = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{char}" if char in "\\`*_[]|#~!" else char for char in escaped).replace("@", "&#64;")
