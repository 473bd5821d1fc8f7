"""Every single fault that the operators make of the reference lifecycle, each with a key that outlives line numbers."""

from __future__ import annotations

import ast
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.runs import REFERENCE
from tests.truth.drawn import operators
from tests.truth.drawn.source import Source
from tests.truth.drawn.strata import stratum_of
from tests.truth.mutants.mutant import PACKAGE, text_of

SHOWN = 120
"""So many characters of a line are shown."""


@dataclass(frozen=True)
class Fault:
    """A fault: in `file`, `new` stands between two characters; `unit` is the function, or else the statement, it is in.

    `key` is a digest of the unit's text and of the change: it is another one once the unit has changed, and the same
    wherever the unit moves. `lines` are those of the statement that is changed.
    """

    key: str
    file: str
    unit: str
    stratum: str
    operator: str
    span: tuple[int, int]
    new: str
    lines: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.key} {self.file}:{self.lines[0]} {self.unit} ({self.operator})"

    def apply(self, lifecycle: Path) -> None:
        """Change a copy of the reference lifecycle."""
        path = lifecycle / PACKAGE / self.file
        path.write_text(self.changed(path.read_text(encoding="utf-8")), encoding="utf-8")

    def changed(self, text: str) -> str:
        """Give the text of its file with the fault."""
        return text[: self.span[0]] + self.new + text[self.span[1] :]

    def difference(self) -> str:
        """Give what is changed into what: a line of the code each, cut to what is about the change."""
        text = text_of(self.file)
        start, end = self.span
        before, after = text[text.rfind("\n", 0, start) + 1 : start], text[end:].partition("\n")[0]
        old, new = (" ".join(f"{before}{part}{after}".split()) for part in (text[start:end], self.new))
        same = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
        cut = max(0, same - SHOWN // 2)
        mark = "…" if cut else ""
        return f"- {mark}{old[cut : cut + SHOWN]}\n+ {mark}{new[cut : cut + SHOWN]}"


def files() -> list[str]:
    """Give the modules of the reference lifecycle."""
    return sorted(path.name for path in (REFERENCE / PACKAGE).glob("*.py"))


@cache
def every() -> tuple[Fault, ...]:
    """Give every fault, module by module."""
    return tuple(fault for file in files() for fault in faults_of(Source(file, text_of(file))))


def faults_of(source: Source) -> Iterator[Fault]:
    """Give the faults of one module."""
    same: Counter[tuple[str, str]] = Counter()
    for edit in operators.edits(source):
        unit = source.unit_of(edit.node)
        start, end = source.span(unit)
        text = source.text[start:end]
        # Two units with the same text, such as two fields, are told apart by which of them comes first.
        place = (edit.span[0] - start, edit.span[1] - start)
        number = same[text, f"{place}{edit.new}"]
        same[text, f"{place}{edit.new}"] += 1
        said = json.dumps([source.file, text, place, edit.new, number])
        yield Fault(
            key=hashlib.sha256(said.encode()).hexdigest()[:12],
            file=source.file,
            unit=source.name_of(unit),
            stratum=stratum_of(source.file, source.name_of(unit)),
            operator=edit.operator,
            span=edit.span,
            new=edit.new,
            lines=_lines_of(source, edit.node),
        )


def _lines_of(source: Source, node: ast.AST) -> tuple[int, int]:
    """Give the first and the last line of the statement that runs what is changed; of a block, of its head."""
    statement = source.statement_of(node)
    body = getattr(statement, "body", None)
    if isinstance(statement, ast.FunctionDef):
        # What is put at a function's start runs where its first statement would.
        first = statement.body[1] if ast.get_docstring(statement) is not None else statement.body[0]
        return (first.lineno, first.lineno) if node is statement else (statement.lineno, statement.lineno)
    if isinstance(body, list) and body:
        return statement.lineno, max(body[0].lineno - 1, statement.lineno)
    return statement.lineno, statement.end_lineno or statement.lineno
