"""Faults that a machine makes: which changes there are, what is left alone, and keys that outlive line numbers."""

from __future__ import annotations

import ast

import pytest

from tests.truth.drawn import faults, operators
from tests.truth.drawn.faults import faults_of
from tests.truth.drawn.source import Source
from tests.truth.drawn.strata import STRATA, stratum_of
from tests.truth.mutants.mutant import text_of

HEAD = "from __future__ import annotations\n\n\n"


def changes(code: str, operator: str) -> set[str]:
    """Give what stands after each change that an operator makes of a function's code."""
    source = Source("rebase.py", code)
    found = [edit for edit in operators.edits(source) if edit.operator == operator]
    return {source.text[: edit.span[0]] + edit.new + source.text[edit.span[1] :] for edit in found}


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("text-changed", 'x = f(t["key"])', {"x = f(t['key-'])"}),
        ("entry-dropped", 'x = {"a": 1, **b}', {"x = {**b}", 'x = {"a": 1}', 'x = {**b, "a": 1}'}),
        ("element-dropped", "x = f([a, *b])", {"x = f([*b])", "x = f([a])"}),
        ("elements-swapped", "x = f([a, *b])", {"x = f([*b, a])"}),
        ("condition-decided", "x = a if b else c", {"x = a if True else c", "x = a if False else c"}),
        ("condition-decided", "while a:\n    b()", {"while False:\n    b()"}),
        ("operand-dropped", "x = a and b", {"x = ((b))", "x = ((a))"}),
        ("operand-dropped", "x = a or b", {"x = ((b))", "x = ((a))", "x = ((b) or (a))"}),
        ("comparison-changed", "x = a < b", {"x = (a) <= (b)"}),
        ("comparison-changed", "x = not a", {"x = (a)"}),
        ("statement-dropped", "if a:\n    raise E('text')", {"if a:\n    pass"}),
        ("order-changed", "x = f(a[0])", {"x = f(a[-1])"}),
        ("order-changed", "x = f(a[1:])", {"x = f(a)"}),
        ("argument-dropped", "x = a.get('b', c)", {"x = a.get('b')"}),
        ("constant-changed", "x = f(since=(0, 12))", {"x = f(since=(1, 12))", "x = f(since=(0, 13))"}),
        ("attribute-changed", "x = layer.digest", {"x = layer.diff_id"}),
        ("returned-early", "def f() -> list[int]:\n    g()", {"def f() -> list[int]:\n    return []\n    g()"}),
    ],
)
def test_changes(operator: str, before: str, after: set[str]) -> None:
    assert changes(before, operator) == after


@pytest.mark.parametrize(
    "code",
    [
        '"""A text that describes."""',
        "import one, other",
        "raise Refused(f'{name} is not there', 'key')",
        "console.warning('text' if a else b)",
        "def f(a: Literal['x']) -> Mapping['a', 'b']: ...",
        "Json = dict[str, Any]",
        "x = a if isinstance(b, dict) else c",
    ],
)
def test_nothing_is_changed_that_no_run_depends_on(code: str) -> None:
    left = {"statement-dropped", "returned-early"}
    assert [edit for edit in operators.edits(Source("rebase.py", code)) if edit.operator not in left] == []


def test_every_fault_is_a_program_of_its_own() -> None:
    text = text_of("labels.py")
    made = list(faults_of(Source("labels.py", text)))

    trees = {ast.dump(ast.parse(fault.changed(text))) for fault in made}

    assert len(trees) == len(made) > 50
    assert ast.dump(ast.parse(text)) not in trees
    assert len({fault.key for fault in made}) == len(made)


def test_keys_outlive_what_stands_elsewhere_and_not_the_function() -> None:
    code = f'{HEAD}def f(a):\n    return a["one"]\n'
    moved = code.replace(HEAD, f"{HEAD}OTHER = 1\n\n\n")
    changed = code.replace("return", "pass\n    return")

    keys, of_moved, of_changed = (
        {fault.key for fault in faults_of(Source("labels.py", each))} for each in (code, moved, changed)
    )

    assert keys
    assert keys < of_moved
    assert not keys & of_changed


def test_a_fault_is_of_the_statement_that_is_changed() -> None:
    source = Source("labels.py", "def f(a):\n    if a['x']:\n        b = (\n            a['y'],\n        )\n")

    assert {fault.new: fault.lines for fault in faults_of(source) if fault.operator == "text-changed"} == {
        "'x-'": (2, 2),
        "'y-'": (3, 5),
    }


@pytest.mark.long
def test_every_file_has_a_stratum_and_every_stratum_a_share() -> None:
    assert {stratum_of(file, "") for file in faults.files()} <= set(STRATA)
    assert {fault.stratum for fault in faults.every()} == set(STRATA)
    assert sum(STRATA.values()) == 100
    with pytest.raises(KeyError):
        stratum_of("new.py", "f")
