"""Which cases a mutant can make a difference to: those in which the reference runs a statement that the mutant changes.

A case in which the reference lifecycle, as it is, never gets to the changed place runs the same program with the
mutant, step by step, and so ends the same. The places are statements: what runs when a module is loaded is run by
every case that loads it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.plugins import first_and_last, lines_run
from tests.support.runs import EMBEDDED, run_suite
from tests.truth.mutants.mutant import Mutant, asked, copy_of_reference, text_of


@dataclass(frozen=True)
class Reach:
    """What one run of the whole suite found out: the lines that each case ran, by file, and the seconds it took."""

    lines: Mapping[str, Mapping[str, frozenset[int]]]
    seconds: Mapping[str, float]

    def cases(self, mutant: Mutant, *, quick: bool = False) -> list[str]:
        """Give the cases that run what the mutant changes.

        If quick, of those of a test that take the same way through the changed function one.
        """
        found = self.cases_at(mutant.file, changed_lines(mutant))
        return self.unlike(found, mutant.file, changed_function(mutant)) if quick else found

    def cases_at(self, file: str, places: frozenset[int]) -> list[str]:
        """Give the cases that run any of these lines."""
        return [case for case, files in self.lines.items() if places & files.get(file, frozenset())]

    def unlike(self, cases: Iterable[str], file: str, function: frozenset[int]) -> list[str]:
        """Give, of those cases of a test that run the same lines of a function, the first.

        Of a requirement's cases more are needed than one: they may give what is changed to be seen by one test alone.
        """
        alike: dict[tuple[str, frozenset[int]], str] = {}
        for case in cases:
            alike.setdefault((_test(case), self.lines[case][file] & function), case)
        return list(alike.values())


def _test(case: str) -> str:
    return case.partition("[")[0]


def measure(directory: Path, platform_source: str, workers: int, *, brief: bool = False) -> Reach:
    """Run the whole suite on the reference, with every line that it runs noted; if brief, two cases of each test."""
    reference = copy_of_reference(directory / "reference")
    message = asked(reference, directory, platform_source, traced=True)
    notes = directory / "lines"
    notes.mkdir()
    run = run_suite(
        directory / "run",
        *EMBEDDED,
        *message.arguments,
        *("-n", str(workers), "-p", lines_run.__name__),
        *(("-p", first_and_last.__name__) if brief else ()),
        environment={**message.environment, lines_run.DIRECTORY: str(notes)},
        seconds=3600,
    )
    odd = {case.id: case.message for case in run.cases if case.verdict not in ("pass", "not-applicable", "not-run")}
    assert not odd, f"the reference itself does not pass: {odd}"
    found: dict[str, Any] = {}
    for path in sorted(notes.glob("*.json")):
        found |= json.loads(path.read_text())
    seconds = {case["id"]: float(case["seconds"]) for case in run.results["cases"]}
    lines = {case: {name: frozenset(each) for name, each in files.items()} for case, files in sorted(found.items())}
    return Reach(lines, seconds)


def changed_lines(mutant: Mutant) -> frozenset[int]:
    """Give the lines of the statements in which the mutant changes anything, as the reference has them.

    Raises ValueError where it changes none.
    """
    text = text_of(mutant.file)
    before = text[: text.index(mutant.old)]
    first = before.count("\n") + 1
    last = first + mutant.old.rstrip("\n").count("\n")
    lines = {line for span in _spans(mutant.file) if span.start <= last and first < span.stop for line in span}
    if not lines:
        raise ValueError(f"{mutant} changes no statement of {mutant.file}")
    return frozenset(lines)


def changed_function(mutant: Mutant) -> frozenset[int]:
    """Give the lines of the function in which the mutant changes anything; outside of functions, the changed lines."""
    lines = changed_lines(mutant)
    functions = [node for node in ast.walk(_tree(mutant.file)) if isinstance(node, ast.FunctionDef)]
    spans = [range(node.lineno, (node.end_lineno or node.lineno) + 1) for node in functions]
    return lines.union(*(span for span in spans if not lines.isdisjoint(span)))


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse(text_of(file))


@cache
def _spans(file: str) -> tuple[range, ...]:
    """Give the lines of each statement; of one that holds others, of all that stands before them."""
    nodes = [node for node in ast.walk(_tree(file)) if isinstance(node, ast.stmt | ast.ExceptHandler)]
    return tuple(range(node.lineno, max(_stop(node), node.lineno + 1)) for node in nodes)


def _stop(node: ast.stmt | ast.ExceptHandler) -> int:
    body = getattr(node, "body", None)
    return int(body[0].lineno) if body else (node.end_lineno or node.lineno) + 1
