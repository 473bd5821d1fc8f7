"""What is printed at the end of a run: what did not hold and why, the table, what was not run, the verdict."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reports import failure, overview, rerun
from reports.case import NO_ROW, Case, Verdict
from reports.results import LifecycleVerdict, Outcome, Results
from reports.subscribers import Report, Written
from reports.summary import summary
from reports.text import clip, counted, indent, one_line, printable

_RED, _YELLOW, _GREEN, _DIM, _BOLD = "31", "33", "32", "2", "1"
_COLOR = {
    Verdict.NOT_APPLICABLE: _DIM,
    Verdict.NOT_RUN: _DIM,
    Verdict.PASS: _GREEN,
    Verdict.PARTIAL: _YELLOW,
    Verdict.WARN: _YELLOW,
    Verdict.FAIL: _RED,
    Verdict.UNTESTABLE: _YELLOW,
    Verdict.HARNESS_ERROR: _RED,
}
_VERDICT_COLOR = {LifecycleVerdict.CONFORMANT: _GREEN, LifecycleVerdict.INCOMPLETE: _YELLOW}
_EXPLAINED = {
    Verdict.WARN: "does not hold, but is no MUST",
    Verdict.FAIL: "does not hold",
    Verdict.UNTESTABLE: "could not be judged: the lifecycle fails where nothing is wrong, so a refusal proves nothing",
    Verdict.HARNESS_ERROR: "the suite itself failed; this says nothing about the lifecycle",
}
_OF_A_RELEASE = {Verdict.UNTESTABLE: "could not be judged: what it stands on is not there, or can't be read"}
_NAMED_AT_MOST = 8


class Terminal(Report):
    """The report for whoever started the run: failures, table, what was not run, where the files are, the verdict."""

    def run_finished(self, results: Results) -> None:
        """Say it."""
        options = self.options
        page = _Page(results, max(options.width, 80), options.color)
        self.options.say(page.body() if options.verbose else page.overview())
        self.options.say(page.ending(options.written, short=not options.verbose))


def render(results: Results, width: int = 100, color: bool = False, written: Written | None = None) -> str:
    """Give the whole report as text.

    ``width`` is the number of columns (80 at least) for tables and prose; evidence and commands keep their own lines.
    Color is used only where ``color`` says so, and escape sequences that came with the results are made visible
    instead of sent to the terminal.
    """
    page = _Page(results, max(width, 80), color)
    return "\n\n".join(part for part in (page.body(), page.ending(written or Written())) if part) + "\n"


def gate_of(results: Results, width: int = 100) -> str:
    """Give what known failures come to, and what to change in their file; empty where there are none."""
    return "".join(f"{line}\n" for line in _Page(results, width, color=False).gate())


@dataclass(frozen=True)
class _Page:
    results: Results
    width: int
    color: bool

    def body(self) -> str:
        """Give failures, table, and what was not run."""
        return "\n\n".join(part for part in (*self.failures(), self.table(), self.not_run()) if part)

    def overview(self) -> str:
        """Give what fits on a screen."""

        def painted(verdict: Verdict | None, text: str) -> str:
            return self.paint(_COLOR[verdict] if verdict else _BOLD, text)

        return "\n".join(overview.lines(self.results, self.width, painted, taken=len(list(self.gate()))))

    def failures(self) -> Iterator[str]:
        for outcome in self.results.notable:
            yield self.failure(outcome)
        for case in self.results.harness_errors:
            if not case.requirement:
                title = self.title(case.verdict, f"{case.id}: nothing can be said of the lifecycle")
                yield f"{title}\n\n{indent(failure.message(NO_ROW, case), '    ')}"

    def failure(self, outcome: Outcome) -> str:
        row, (first, *others) = outcome.row, outcome.notable
        explained = _OF_A_RELEASE if row.subject == "release" else {}
        why = explained.get(first.verdict, _EXPLAINED[first.verdict])
        parts = [self.title(first.verdict, f"{row.id} ({row.level}, {row.authority}): {why}")]
        if not first.evidence:
            parts.append(self.prose(f"{row.statement} ({row.source})"))
        parts.append(indent(f"{one_line(first.id)}{_where(first)}", "  "))
        if message := failure.message(row, first).strip("\n"):
            parts.append(indent(message, "    "))
        if others:
            lines = [f"{self.verdict_word(case.verdict)} {one_line(case.id)}{_where(case)}" for case in others]
            parts.append(indent(f"The other cases, {len(others)} of {len(outcome.cases)}:\n" + "\n".join(lines), "  "))
        if others or not first.evidence:
            again = "\n".join(map(printable, rerun.commands([first, *others])))
            parts.append(indent(f"To run {'all of these' if others else 'it'} again:\n{indent(again, '  ')}", "  "))
        return "\n\n".join(part for part in parts if part.strip())

    def table(self) -> str:
        outcomes = self.results.outcomes
        if not outcomes:
            return ""
        columns = [
            max(len(text) for text in texts)
            for texts in zip(*(_cells(outcome)[:4] for outcome in outcomes), strict=True)
        ]
        lines = [self.paint(_BOLD, "Requirements")]
        for phase in dict.fromkeys(outcome.row.phase for outcome in outcomes):
            lines.append(f"  {phase}")
            lines += [self.line(outcome, columns) for outcome in outcomes if outcome.row.phase == phase]
        return "\n".join(lines)

    def line(self, outcome: Outcome, columns: list[int]) -> str:
        cells = _cells(outcome)
        named = "  ".join(cell.ljust(column) for cell, column in zip(cells[:3], columns[:3], strict=True))
        verdict = self.paint(_COLOR[outcome.verdict], cells[3]) + " " * (columns[3] - len(cells[3]))
        room = self.width - len(named) - columns[3] - 8
        return f"    {named}  {verdict}  {clip(cells[4], max(room, 20))}".rstrip()

    def not_run(self) -> str:
        entries = self.results.not_run
        lines = [self.item(f"{_size(entry.requirements, entry.cases)}: {entry.reason}") for entry in entries]
        apart: dict[str, list[str]] = {}
        for outcome in self.results.outcomes:
            if outcome.verdict is Verdict.NOT_APPLICABLE:
                apart.setdefault(outcome.reason, []).append(outcome.row.id)
        lines += [self.item(f"not applicable: {_size(ids, 0)}: {reason}") for reason, ids in apart.items()]
        lines += [self.item(note) for note in self.results.environment.notes]
        return "\n".join([self.paint(_BOLD, "Not run (never counted as passed)"), *lines]) if lines else ""

    def ending(self, written: Written, short: bool = False) -> str:
        """Give what was judged, where the files are, last the verdict.

        Where one could not be written, this is no run to rely on, whatever was found.
        """
        results, facts, trouble = self.results, self.results.lifecycle, written.trouble
        again = [rerun.line(outcome.notable[0]) for outcome in results.notable]
        lines = []
        # What is short began with these.
        if facts and not short:
            lines.append(self.prose(f"lifecycle: {facts.name} {facts.version} ({facts.target})", by=""))
            ran = [f"{name} ({way})" for name, way in results.environment.architectures.items()]
            lines.append(self.prose(f"run as: {', '.join(ran)}", by=""))
        if results.release and not short:
            promised = ", ".join(results.release.platforms)
            lines.append(self.prose(f"release: {results.release.target}, promised for {promised}", by=""))
        if results.examples:
            lines.append(f"drawn: {counted(results.examples, 'example', 'examples')} of properties and histories")
        if written.paths and not trouble:
            lines.append(one_line(f"reports: {', '.join(map(str, written.paths))}"))
        lines += self.gate()
        if short and any(again):
            place = written.paths[0].parent if written.paths and not trouble else ""
            lines.append(f"more: lifecycle-conformance show REQUIREMENT {place}".rstrip() + ", or -v")
        if any(again):
            lines.append(f"rerun one: {printable(next(filter(None, again)))}")
        line = f"error - {one_line(trouble)}; but for that: {summary(results)}" if trouble else summary(results)
        color = _RED if trouble else _VERDICT_COLOR.get(results.verdict, _RED)
        lines.append(self.paint(f"{_BOLD};{color}", f"verdict: {line}"))
        return "\n".join(lines)

    def gate(self) -> Iterator[str]:
        """Give what the known failures came to, and what to change in their file."""
        gate = self.results.gate
        if gate is None:
            return
        new = list(dict.fromkeys(case.name or case.id for case in gate.new))
        kinds = (
            ("expired", [f"{each} excuses nothing any more" for each in gate.expired]),
            ("mended", [f"{each} holds: delete it" for each in gate.mended]),
            ("new", new),
        )
        most = _NAMED_AT_MOST // max(1, sum(bool(lines) for _, lines in kinds))
        for name, lines in kinds:
            yield from (self.item(f"{name}: {line}") for line in lines[:most])
            if len(lines) > most:
                yield self.item(f"{name}: {len(lines) - most} more")
        counts = (
            counted(len(gate.new), "new failure", "new failures"),
            counted(len(gate.known), "known", "known"),
            counted(len(gate.mended), "mended", "mended"),
            counted(len(gate.expired), "expired", "expired"),
        )
        said = ", ".join(filter(None, counts)) or "nothing is known to fail, and nothing does"
        text = f"gate: {'met' if gate.met else 'not met'}: {said} ({one_line(gate.known_failures.file)})"
        yield self.paint(_BOLD if gate.met else f"{_BOLD};{_RED}", text)

    def title(self, verdict: Verdict, text: str) -> str:
        head = f"── {verdict.value} ── "
        lines = textwrap.wrap(one_line(text), self.width - len(head), break_on_hyphens=False) or [""]
        lines = [head + lines[0], *(" " * len(head) + line for line in lines[1:])]
        return "\n".join(self.paint(f"{_BOLD};{_COLOR[verdict]}", line) for line in lines)

    def verdict_word(self, verdict: Verdict) -> str:
        return self.paint(_COLOR[verdict], verdict.value)

    def item(self, text: str) -> str:
        return self.prose(f"- {text}", hang="    ")

    def prose(self, text: str, by: str = "  ", hang: str | None = None) -> str:
        return textwrap.fill(
            one_line(text),
            self.width,
            initial_indent=by,
            subsequent_indent=by if hang is None else hang,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text


def _cells(outcome: Outcome) -> tuple[str, str, str, str, str]:
    counts = " ".join(f"{number} {verdict}" for verdict, number in outcome.counts.items())
    if outcome.selected and outcome.missing:
        counts += f", {outcome.missing} left out"
    if outcome.examples:
        counts += f", {outcome.examples} drawn"
    row = outcome.row
    return one_line(row.id), row.level, one_line(row.authority), outcome.verdict.value, counts


def _where(case: Case) -> str:
    facts = [case.platform, f"Platform API {case.platform_api}" if case.platform_api else "", case.storage]
    named = ", ".join(one_line(fact) for fact in facts if fact)
    return f"  ({named})" if named else ""


def _size(ids: Iterable[str], cases: int) -> str:
    named = list(ids)
    if cases:
        size = counted(cases, "case", "cases") + " of "
    else:
        size = counted(len(named), "requirement", "requirements") + ", "
    more = f" and {len(named) - _NAMED_AT_MOST} more" if len(named) > _NAMED_AT_MOST else ""
    return size + ", ".join(named[:_NAMED_AT_MOST]) + more
