"""results.json: everything a run found out, for gates and for other reports."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec.structs import asdict

from reports import failure, rerun
from reports.about import Scope
from reports.case import NO_ROW, Case, RequirementSummary, Verdict
from reports.document import SCHEMA_ID, CaseEntry, Document, GateEntry, Part, RequirementEntry, ScopeEntry
from reports.results import Outcome, Results
from reports.subscribers import FileReport


class JsonFile(FileReport):
    """results.json."""

    file = "results.json"

    def render(self, results: Results) -> bytes:
        """Give the JSON document, in lines."""
        return msgspec.json.format(msgspec.json.encode(document(results)), indent=1) + b"\n"


class ResultsError(ValueError):
    """A results.json that can't be read; the message names the file."""


def document(results: Results) -> Document:
    """Give the content of results.json: the same for the same results, in whatever order the cases came in."""
    rows = {row.id: row for row in results.rows}
    cases = [_case(rows.get(case.requirement, NO_ROW), case) for case in results.cases]
    return Document(
        schema=SCHEMA_ID,
        generated_at=results.generated_at,
        suite=results.suite,
        catalogue=results.catalogue,
        lifecycle=results.lifecycle,
        release=results.release,
        environment=results.environment,
        verdict=results.verdict,
        exit_status=results.exit_status,
        interrupted=results.interrupted,
        scope=_scope(results),
        rules=results.rules,
        gate=_gate(results),
        drawing=results.drawing,
        options=dict(results.options),
        seconds=results.seconds,
        requirements=tuple(map(_requirement, results.outcomes)),
        not_run=results.not_run,
        examples=results.examples,
        cases=tuple(sorted(cases, key=lambda case: (case.id, msgspec.json.encode(case)))),
    )


def load(path: Path) -> Results:
    """Read a results.json back. Raises ResultsError where it is none, or one of another schema."""
    try:
        content = path.read_bytes()
        _check_schema(content)
        return _results(msgspec.json.decode(content, type=Document))
    except FileNotFoundError as error:
        raise ResultsError(
            f"{path}: there is no such file: name the report directory of a run that has ended"
        ) from error
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path}: can't be read as results: {error}") from error


class _Header(msgspec.Struct):
    schema: str


def _check_schema(content: bytes) -> None:
    found = msgspec.json.decode(content, type=_Header).schema
    if found != SCHEMA_ID:
        raise ValueError(f"its schema is {found!r}, not {SCHEMA_ID!r}")


def _results(read: Document) -> Results:
    return Results(
        generated_at=read.generated_at,
        suite=read.suite,
        catalogue=read.catalogue,
        lifecycle=read.lifecycle,
        release=read.release,
        environment=read.environment,
        rows=tuple(map(_row, read.requirements)),
        cases=tuple(Case(**{name: getattr(case, name) for name in Case.__struct_fields__}) for case in read.cases),
        selected=frozenset(entry.id for entry in read.requirements if entry.selected),
        scope=Scope(
            read.scope.by, {entry.id: entry.left_out for entry in read.requirements if entry.left_out}, read.scope.shard
        ),
        rules=read.rules,
        interrupted=read.interrupted,
        drawing=read.drawing,
        options=read.options,
        seconds=read.seconds,
        known_failures=read.gate.known_failures if read.gate else None,
    )


def _gate(results: Results) -> GateEntry | None:
    gate = results.gate
    if gate is None:
        return None
    return GateEntry(
        met=gate.met,
        new=tuple(sorted(case.id for case in gate.new)),
        known=tuple(sorted(case.id for case in gate.known)),
        mended=tuple(map(str, gate.mended)),
        expired=tuple(map(str, gate.expired)),
        known_failures=gate.known_failures,
    )


def _scope(results: Results) -> ScopeEntry:
    asked = sum(len(outcome.asked) for outcome in results.outcomes)
    return ScopeEntry(
        narrowed=bool(results.scope.by),
        by=results.scope.by,
        requirements=Part(asked=len(results.selected), of=len(results.rows)),
        cases=Part(asked=asked, of=asked + sum(results.scope.left_out.values())),
        shard=results.scope.shard,
    )


def _case(row: RequirementSummary, case: Case) -> CaseEntry:
    return CaseEntry(**asdict(case), message=failure.message(row, case), reproduce=rerun.line(case))


def _requirement(outcome: Outcome) -> RequirementEntry:
    described = {name: value for name, value in asdict(outcome.row).items() if name != "applies_not"}
    return RequirementEntry(
        **described,
        verdict=outcome.verdict,
        cases=outcome.counts,
        left_out=outcome.missing,
        selected=outcome.selected,
        reason=outcome.reason,
    )


_DESCRIBED = ("id", "phase", "authority", "level", "subject", "statement", "source")


def _row(entry: RequirementEntry) -> RequirementSummary:
    never = entry.verdict is Verdict.NOT_APPLICABLE and not entry.cases
    described = {name: getattr(entry, name) for name in _DESCRIBED}
    return RequirementSummary(**described, applies_not=entry.reason if never else "")
