"""A module of the reference lifecycle as text and as syntax tree: where a node stands, and in which function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

Span = tuple[int, int]
"""Where something begins and ends, in characters of the module's text."""

Function = ast.FunctionDef | ast.AsyncFunctionDef

MESSAGES = ("console.", "print(", "problems.append(")
"""How the calls begin that say something to the user: no test may look at what."""


@dataclass(frozen=True)
class Source:
    """A module: the name of its file, and its text."""

    file: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        for line in self.text.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        return starts

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.splitlines(keepends=True)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """What each node stands in."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> Span:
        """Give where a node stands."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno, node.end_col_offset)

    def _at(self, line: int, column: int) -> int:
        """Give the character of a place; columns of the syntax tree count bytes."""
        return self._line_starts[line - 1] + len(self._lines[line - 1].encode()[:column].decode())

    def of(self, node: ast.expr | ast.stmt | ast.keyword) -> str:
        """Give the text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Give what a node stands in, from the inside out."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def unit_of(self, node: ast.AST) -> ast.stmt:
        """Give the innermost function that a node stands in; outside of functions, the statement itself."""
        chain = [node, *self.around(node)]
        function = next((each for each in chain if isinstance(each, Function)), None)
        return function or next(each for each in chain if isinstance(each, ast.stmt))

    def name_of(self, unit: ast.stmt) -> str:
        """Give what a unit is called: `Rebase.force`; of a statement outside of functions, how it begins."""
        outer = [each.name for each in self.around(unit) if isinstance(each, ast.ClassDef | Function)]
        own = unit.name if isinstance(unit, Function) else self.of(unit).splitlines()[0][:40].strip()
        return ".".join([*reversed(outer), own])

    def name_at(self, line: int) -> str:
        """Give what the function that holds a line is called; "" outside of functions."""
        holding = [node for node in self.functions if node.lineno <= line <= (node.end_lineno or node.lineno)]
        return self.name_of(max(holding, key=lambda node: node.lineno)) if holding else ""

    def statement_of(self, node: ast.AST) -> ast.stmt:
        """Give the innermost statement that a node stands in."""
        return next(each for each in (node, *self.around(node)) if isinstance(each, ast.stmt))

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """The functions, those of classes too."""
        return tuple(node for node in ast.walk(self.tree) if isinstance(node, Function))

    @cached_property
    def decides_nothing(self) -> frozenset[ast.AST]:
        """The nodes that a run does not depend on: docstrings, imports, annotations, decorators and messages."""
        idle: set[ast.AST] = set()
        for node in ast.walk(self.tree):
            for root in _idle_roots(node, self):
                idle.update(ast.walk(root))
        return frozenset(idle)


def _idle_roots(node: ast.AST, source: Source) -> Iterator[ast.AST]:
    """Give what of a node, or in it, decides nothing; of a refusal, which may be left out as a whole, its words."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Assert() | ast.Expr(value=ast.Constant()):
            yield node
        case ast.Assign(value=value) if source.parents[node] is source.tree and _is_type(value):
            yield node
        case ast.arg(annotation=ast.expr() as idle) | ast.AnnAssign(annotation=idle):
            yield idle
        case ast.Raise(exc=ast.Call() as idle) | ast.ExceptHandler(type=ast.expr() as idle):
            yield idle
        case ast.Expr(value=idle) if source.of(node).startswith(MESSAGES):
            yield idle
        case ast.FunctionDef() | ast.ClassDef():
            yield from node.decorator_list
            yield from [node.returns] if isinstance(node, Function) and node.returns is not None else []


def _is_type(value: ast.expr) -> bool:
    """Whether a name is given to a type: `Json = dict[str, Any]`."""
    return isinstance(value, ast.Subscript | ast.BinOp) and all(
        isinstance(node, ast.Name | ast.Subscript | ast.BinOp | ast.Tuple | ast.BitOr | ast.Load | ast.Constant)
        for node in ast.walk(value)
    )
