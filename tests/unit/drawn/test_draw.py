"""A draw: the same for the same seed, explained survivors, and lists that go stale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from tests.truth.drawn import faults, known, report, unrun
from tests.truth.drawn.drawing import drawn, matching
from tests.truth.drawn.faults import Fault
from tests.truth.drawn.judging import Outcome
from tests.truth.drawn.known import Survivor
from tests.truth.drawn.source import Source
from tests.truth.drawn.strata import STRATA

KNOWN = """
[[survivors]]
where = "labels.py dumps"
verdict = "equivalent"
reason = "white space"
keys = ["0123", "4567"]
"""


def fault(key: str, stratum: str = "written") -> Fault:
    return Fault(key, "labels.py", "dumps", stratum, "text-changed", (0, 1), "x", (1, 1))


def outcome(key: str, *, killed: bool = False, errors: tuple[str, ...] = ()) -> Outcome:
    case = "test_labels.py::test_label" if killed else ""
    return Outcome(key, "exporter-labels" if killed else "", case, 3, 1.0, whole=True, errors=errors)


def draw_of(outcomes: Mapping[str, Outcome], survivors: Mapping[str, Survivor] | None = None) -> report.Draw:
    made = [fault(key) for key in "abcd"]
    return report.Draw(made, made[:3], made[:3], outcomes, survivors or {})


@pytest.mark.long
def test_each_stratum_has_its_share() -> None:
    found = drawn(faults.every(), 100, "7")

    counted = Counter(each.stratum for each in found)
    assert {name: counted[name] for name in STRATA} == STRATA
    assert found == drawn(reversed(faults.every()), 100, "7")
    assert found != drawn(faults.every(), 100, "8")


def test_others_fill_the_share_of_a_stratum_that_has_too_few() -> None:
    few = [fault(str(number)) for number in range(30)] + [fault("lonely", "registry")]

    assert set(drawn(few, 25, "1")) < set(few)
    assert len(drawn(few, 25, "1")) == 25
    assert set(drawn(few, 50, "1")) == set(few)


def test_faults_are_named_by_key_or_file() -> None:
    made = [fault("0123"), fault("4567")]

    assert list(matching(made, ["01"])) == made[:1]
    assert list(matching(made, ["labels.py"])) == made
    assert list(matching(made, ["export.py"])) == []


def test_survivors_are_read() -> None:
    found = known.read(KNOWN)

    assert found["4567"] == Survivor("4567", "labels.py dumps", "equivalent", "white space")
    assert list(known.stale(found, [fault("0123"), fault("4567")])) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("equivalent", "harmless"), ("white space", " "), ('"0123", ', '"4567", ')],
    ids=["unknown-verdict", "no-reason", "twice"],
)
def test_survivors_without_a_proper_reason_are_refused(before: str, after: str) -> None:
    with pytest.raises(ValueError, match=r"is needed|twice"):
        known.read(KNOWN.replace(before, after))


def test_a_survivor_is_stale_when_its_function_has_changed() -> None:
    (line,) = known.stale(known.read(KNOWN), [fault("0123")])
    assert line.startswith("4567 (labels.py dumps) is stale")

    elsewhere = known.stale(known.read(KNOWN.replace("dumps", "loads")), [fault("0123"), fault("4567")])
    assert next(elsewhere) == "0123 is about labels.py dumps, not about labels.py loads"


def test_what_the_project_knows_is_up_to_date() -> None:
    assert list(known.stale(known.survivors(), faults.every())) == []


def test_a_draw_counts_by_verdict() -> None:
    survivor = {"b": Survivor("b", "labels.py dumps", "open", "no text")}
    draw = draw_of({"a": outcome("a", killed=True), "b": outcome("b"), "c": outcome("c")}, survivor)

    last = next(line for line in report.lines(draw) if line.startswith("all ")).split()

    # made, unrun, drawn, killed, equivalent, unreachable, open, gap, unexplained, not run, rate
    assert last[1:] == ["4", "1", "3", "1", "0", "0", "1", "0", "1", "0", "50%"]
    assert [line.split()[0] for line in report.problems(draw)] == ["c"]


def test_a_known_survivor_that_is_killed_has_to_go() -> None:
    survivor = {"a": Survivor("a", "labels.py dumps", "gap", "row to come")}

    (line,) = report.problems(draw_of({"a": outcome("a", killed=True)}, survivor))

    assert "has to go" in line


def test_a_fault_that_fails_the_suite_itself_is_a_problem() -> None:
    lines = list(report.problems(draw_of({"a": outcome("a", killed=True, errors=("test_x",))})))

    assert [line for line in lines if "test_x" in line]


def test_statements_that_no_case_runs() -> None:
    source = Source("labels.py", 'def f(a):\n    """Say."""\n    if a:\n        g(\n            a)\n    return 1\n')

    assert unrun.unrun_of([source], {"labels.py": {3, 6}}) == [("labels.py", "f", "g(")]
    assert unrun.unrun_of([source], {"labels.py": {3, 5, 6}}) == []
    assert len(unrun.unrun_of([source], {})) == 3


def test_the_list_of_statements_that_no_case_runs_is_guarded() -> None:
    new, old = ("labels.py", "f", "g("), ("labels.py", "f", "h(")

    appeared, gone = unrun.differences([new], [old])

    assert "g(" in appeared
    assert "has to lose" in gone
    assert list(unrun.differences([new], [new])) == []
