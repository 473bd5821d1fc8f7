"""The statements of the reference lifecycle that no case runs: whatever is wrong there, the suite can't see it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from tests.truth.drawn.faults import files
from tests.truth.drawn.known import Statement
from tests.truth.drawn.source import Function, Source
from tests.truth.mutants.mutant import text_of
from tests.truth.mutants.reach import Reach


def statements(source: Source) -> Iterator[tuple[Statement, frozenset[int]]]:
    """Give the statements of a module's functions, each with the lines of which it runs one if it is run."""
    for node in ast.walk(source.tree):
        if (
            not isinstance(node, ast.stmt)
            or isinstance(node, Function | ast.ClassDef)
            or node in source.decides_nothing
        ):
            continue
        unit = source.unit_of(node)
        if not isinstance(unit, Function) or isinstance(node, ast.Pass):
            continue
        body = getattr(node, "body", None)
        last = max(node.lineno, body[0].lineno - 1) if isinstance(body, list) else node.end_lineno or node.lineno
        text = source.of(node).splitlines()[0].strip()
        yield (source.file, source.name_of(unit), text), frozenset(range(node.lineno, last + 1))


def unrun(reaches: Iterable[Reach]) -> list[Statement]:
    """Give the statements that no case of these runs ran."""
    ran: dict[str, set[int]] = {}
    for reach in reaches:
        for lines in reach.lines.values():
            for file, numbers in lines.items():
                ran.setdefault(file, set()).update(numbers)
    return unrun_of((Source(file, text_of(file)) for file in files()), ran)


def unrun_of(sources: Iterable[Source], ran: Mapping[str, set[int]]) -> list[Statement]:
    """Give the statements of modules none of whose lines were run."""
    return [
        statement
        for source in sources
        for statement, lines in statements(source)
        if lines.isdisjoint(ran.get(source.file, set()))
    ]


def differences(found: Iterable[Statement], known: Iterable[Statement]) -> Iterator[str]:
    """Tell what is new among the statements that no case runs, and what is no longer among them."""
    now, before = set(found), set(known)
    for file, function, text in sorted(now - before):
        yield f"no case runs this any more, or yet: {file} {function}: {text}"
    for file, function, text in sorted(before - now):
        yield f"unrun.toml has to lose what is run, or gone: {file} {function}: {text}"
