"""Single changes of a module, each of which somebody could have made by mistake.

Those of other tools are not here that a run shows at once, or never: swapped arguments, numbers off by one, classes of
errors, `isinstance`. What is here found most of what no case noticed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from tests.truth.drawn.source import Function, Source, Span


@dataclass(frozen=True)
class Edit:
    """A change: what stands in a span is replaced; `node` is what it is about."""

    operator: str
    span: Span
    new: str
    node: ast.AST


Changes = Iterator[tuple[Span, str]]
Operator = Callable[[Source, ast.AST], Changes]
_OPERATORS: dict[str, Operator] = {}


def edits(source: Source) -> Iterator[Edit]:
    """Give every change of a module, in the order of the text; what results can be compiled, and differs."""
    seen: set[tuple[int, str]] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Module | ast.ClassDef) or node in source.decides_nothing:
            continue
        for name, operator in _OPERATORS.items():
            for span, new in operator(source, node):
                unit = source.unit_of(node)
                start, end = source.span(unit)
                before = _parsed(source.text[start:end], unit)
                after = _parsed(source.text[start : span[0]] + new + source.text[span[1] : end], unit)
                if after not in ("", before) and (start, after) not in seen:
                    seen.add((start, after))
                    yield Edit(name, span, new, node)


@cache
def _parsed(text: str, unit: ast.stmt) -> str:
    """Give the syntax tree of a unit as text; "" where it is none."""
    outer = "class Outer:\n" if unit.col_offset else ""
    try:
        return ast.dump(ast.parse(f"{outer}{' ' * unit.col_offset}{text}"))
    except SyntaxError:
        return ""


def _operator(function: Operator) -> Operator:
    _OPERATORS[function.__name__.replace("_", "-")] = function
    return function


@_operator
def text_changed(source: Source, node: ast.AST) -> Changes:
    """Another text: the key of a table, the name of a label, a flag, a variable."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        if isinstance(source.parents[node], ast.JoinedStr | ast.FormattedValue):
            return
        text = node.value
        yield source.span(node), repr(f"{text}-" if text[-1:].isalnum() else text[:-1])


@_operator
def entry_dropped(source: Source, node: ast.AST) -> Changes:
    """An entry of a dict is missing, or what another one would add to it."""
    if isinstance(node, ast.Dict):
        pairs = list(zip(node.keys, node.values, strict=True))
        texts = [f"{source.of(key)}: {source.of(value)}" if key else f"**{source.of(value)}" for key, value in pairs]
        for place in range(len(texts)):
            yield source.span(node), f"{{{', '.join(texts[:place] + texts[place + 1 :])}}}"
        for place in range(len(texts) - 1):
            if None in node.keys[place : place + 2]:
                swapped = [*texts[:place], texts[place + 1], texts[place], *texts[place + 2 :]]
                yield source.span(node), f"{{{', '.join(swapped)}}}"


@_operator
def element_dropped(source: Source, node: ast.AST) -> Changes:
    """An element of a list, tuple or set is missing."""
    if not isinstance(node, ast.List | ast.Tuple | ast.Set) or not _is_collection(source, node):
        return
    start, end = source.span(node)
    opening, closing = source.text[start], source.text[end - 1]
    if (opening, closing) not in (("(", ")"), ("[", "]"), ("{", "}")):
        return
    texts = [source.of(element) for element in node.elts]
    for place in range(len(texts)):
        left = texts[:place] + texts[place + 1 :]
        comma = "," if isinstance(node, ast.Tuple) and len(left) == 1 else ""
        yield (start, end), f"{opening}{', '.join(left)}{comma}{closing}"


def _is_collection(source: Source, node: ast.List | ast.Tuple | ast.Set) -> bool:
    """Whether elements are gathered here, rather than several values given or taken at once."""
    if isinstance(node, ast.List | ast.Tuple) and not isinstance(node.ctx, ast.Load):
        return False
    several = isinstance(source.parents[node], ast.Assign | ast.Subscript | ast.AnnAssign | ast.Return)
    if isinstance(node, ast.Tuple) and several and isinstance(source.unit_of(node), Function):
        return False
    return len(node.elts) > isinstance(node, ast.Tuple | ast.Set)


@_operator
def elements_swapped(source: Source, node: ast.AST) -> Changes:
    """Two parts of a sequence stand the other way round."""
    if isinstance(node, ast.List | ast.Tuple) and isinstance(node.ctx, ast.Load):
        for one, other in zip(node.elts, node.elts[1:], strict=False):
            if isinstance(one, ast.Starred) or isinstance(other, ast.Starred):
                start, end = source.span(one)[0], source.span(other)[1]
                yield (start, end), f"{source.of(other)}, {source.of(one)}"


@_operator
def condition_decided(source: Source, node: ast.AST) -> Changes:
    """A condition holds always, or never; an endless loop is no fault that anybody would ship."""
    tests: list[tuple[ast.expr, tuple[str, ...]]] = []
    if isinstance(node, ast.If | ast.IfExp):
        tests = [(node.test, ("True", "False"))]
    elif isinstance(node, ast.While):
        tests = [(node.test, ("False",))]
    elif isinstance(node, ast.comprehension):
        tests = [(test, ("True", "False")) for test in node.ifs]
    for test, values in tests:
        if not _asks_for_types_alone(test):
            yield from ((source.span(test), value) for value in values)


def _asks_for_types_alone(test: ast.expr) -> bool:
    asked = test.operand if isinstance(test, ast.UnaryOp) else test
    return isinstance(asked, ast.Call) and isinstance(asked.func, ast.Name) and asked.func.id == "isinstance"


@_operator
def operand_dropped(source: Source, node: ast.AST) -> Changes:
    """One side of `and`, `or` or an operation is not looked at; `or` prefers its other side."""
    if isinstance(node, ast.BoolOp):
        for place, value in enumerate(node.values):
            if not _asks_for_types_alone(value):
                word = " and " if isinstance(node.op, ast.And) else " or "
                texts = [f"({source.of(each)})" for each in node.values]
                yield source.span(node), f"({word.join(texts[:place] + texts[place + 1 :])})"
        truths = any(isinstance(each, ast.Compare | ast.UnaryOp | ast.BoolOp) for each in node.values)
        if isinstance(node.op, ast.Or) and not truths and not isinstance(node.values[-1], ast.Constant | ast.Dict):
            first, *rest = (f"({source.of(each)})" for each in node.values)
            yield source.span(node), f"({' or '.join([*rest, first])})"
    elif isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Mod):
        yield source.span(node), f"({source.of(node.left)})"
        yield source.span(node), f"({source.of(node.right)})"


_OTHERS: dict[type[ast.cmpop], str] = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}


@_operator
def comparison_changed(source: Source, node: ast.AST) -> Changes:
    """A comparison is the opposite, or its bound is not, or is, included."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = source.of(node.left), source.of(node.comparators[0])
        yield source.span(node), f"({left}) {_OTHERS[type(node.ops[0])]} ({right})"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield source.span(node), f"({source.of(node.operand)})"


@_operator
def statement_dropped(source: Source, node: ast.AST) -> Changes:
    """A call, a refusal or an addition is not made."""
    message = isinstance(node, ast.Expr) and source.of(node).startswith("console.info(")
    alone = isinstance(node, ast.Expr | ast.Raise | ast.AugAssign | ast.Continue | ast.Break | ast.Delete)
    if alone and not message and isinstance(node, ast.stmt) and not isinstance(getattr(node, "value", None), ast.Yield):
        yield source.span(node), "pass"


@_operator
def order_changed(source: Source, node: ast.AST) -> Changes:
    """The last one instead of the first, in the order found instead of sorted, the other way round."""
    if isinstance(node, ast.Subscript):
        other = {"0": "-1", "-1": "0"}.get(source.of(node.slice))
        if other:
            yield source.span(node.slice), other
        if isinstance(node.slice, ast.Slice) and isinstance(node.ctx, ast.Load):
            yield source.span(node), source.of(node.value)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        first = source.of(node.args[0])
        if node.func.id == "sorted":
            yield source.span(node), f"list({first})"
            yield source.span(node), f"sorted({first})[::-1]"
        elif node.func.id in ("iter", "enumerate") and not node.keywords:
            yield source.span(node), f"{node.func.id}(list({first})[::-1])"
        elif node.func.id in ("any", "all"):
            yield source.span(node.func), {"any": "all", "all": "any"}[node.func.id]
    elif isinstance(node, ast.For) and not isinstance(node.iter, ast.Constant):
        yield source.span(node.iter), f"list({source.of(node.iter)})[::-1]"
        yield source.span(node.iter), f"list({source.of(node.iter)})[:1]"


@_operator
def argument_dropped(source: Source, node: ast.AST) -> Changes:
    """What a call was told beside what it has to be told is left out, or a text is taken as it is."""
    if not isinstance(node, ast.Call):
        return
    for keyword in node.keywords:
        others = [source.of(each) for each in node.args]
        others += [source.of(each) for each in node.keywords if each is not keyword]
        yield source.span(node), f"{source.of(node.func)}({', '.join(others)})"
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in ("strip", "lower", "rstrip", "removeprefix", "removesuffix", "lstrip", "replace"):
            yield source.span(node), source.of(node.func.value)
        elif node.func.attr == "get" and len(node.args) == 2:
            yield source.span(node), f"{source.of(node.func)}({source.of(node.args[0])})"
        elif node.func.attr == "partition":
            start, end = source.span(node.func)
            yield (start, end), f"{source.of(node.func.value)}.rpartition"


_EMPTY = {"bool": ("True", "False"), "str": ('""',), "None": ("",), "int": ("0",), "Json": ("{}",), "Table": ("{}",)}
_STARTS = {"list": "[]", "dict": "{}", "Mapping": "{}", "tuple": "()", "set": "set()"}


@_operator
def returned_early(source: Source, node: ast.AST) -> Changes:
    """A function gives nothing, or always the same."""
    stated = source.of(node.returns) if isinstance(node, Function) and node.returns is not None else ""
    if not stated or not isinstance(node, Function):
        return
    values: Sequence[str] = _EMPTY.get(stated) or tuple(
        value for start, value in _STARTS.items() if stated.startswith(f"{start}[")
    )
    if stated.endswith("| None"):
        values = ("None",)
    first = node.body[1] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body[0]
    place = source.span(first)[0]
    indent = " " * first.col_offset
    for value in values:
        yield (place, place), f"return {value}\n{indent}".replace("return \n", "return\n")


@_operator
def constant_changed(source: Source, node: ast.AST) -> Changes:
    """A switch is the other way, a status or a size another one; numbers inside of functions are mostly places."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield source.span(node), str(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        inside = isinstance(source.unit_of(node), Function)
        if not inside or node.value > 9:
            yield source.span(node), str(node.value + 1)


@_operator
def attribute_changed(source: Source, node: ast.AST) -> Changes:
    """The one of two things that are easily confused."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr in _CONFUSED:
        yield source.span(node), f"{source.of(node.value)}.{_CONFUSED[node.attr]}"


_PAIRS = (
    ("app", "run_image"),
    ("digest", "diff_id"),
    ("environment", "labels"),
    ("name", "registry"),
    ("startswith", "endswith"),
    ("variant", "normal_variant"),
)
_CONFUSED = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
