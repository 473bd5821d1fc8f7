"""What a draw found, stratum by stratum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.truth.drawn.faults import Fault
from tests.truth.drawn.judging import Outcome
from tests.truth.drawn.known import VERDICTS, Survivor
from tests.truth.drawn.strata import STRATA

UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Draw:
    """A draw: all faults that were made, those that some case runs, those that were drawn, and what became of these."""

    made: Sequence[Fault]
    reached: Sequence[Fault]
    drawn: Sequence[Fault]
    outcomes: Mapping[str, Outcome]
    known: Mapping[str, Survivor]

    def verdict(self, fault: Fault) -> str:
        """Give what became of a fault: `killed`, a verdict on a known survivor, `unexplained`, or "" for not run."""
        outcome = self.outcomes.get(fault.key)
        if outcome is None:
            return ""
        if outcome.killed:
            return "killed"
        return self.known[fault.key].verdict if fault.key in self.known else UNEXPLAINED


def lines(draw: Draw) -> Iterator[str]:
    """Give the report, a line each."""
    heads = ("made", "unrun", "drawn", "killed", *VERDICTS, UNEXPLAINED, "not run", "rate")
    yield " ".join([f"{'stratum':12}", *(f"{head:>11}" for head in heads)])
    for name in (*STRATA, "all"):
        cells = [str(cell) for cell in _cells(draw, name)]
        yield " ".join([f"{name:12}", *(f"{cell:>11}" for cell in cells)])
    yield f"rate: killed of killed, gap and {UNEXPLAINED}"
    for fault in draw.drawn:
        if draw.verdict(fault) == UNEXPLAINED:
            outcome = draw.outcomes[fault.key]
            untestable = f", untestable: {', '.join(outcome.untestable)}" if outcome.untestable else ""
            yield f"\n{UNEXPLAINED}: {fault}\n{fault.difference()}"
            each = "" if outcome.whole else ", one each way"
            yield f"  {outcome.cases} cases{each}, {outcome.seconds} s{untestable}"


def _cells(draw: Draw, name: str) -> Iterator[object]:
    def count(faults: Iterable[Fault]) -> int:
        return sum(name in ("all", fault.stratum) for fault in faults)

    yield count(draw.made)
    yield count(draw.made) - count(draw.reached)
    yield count(draw.drawn)
    of = {verdict: count(each for each in draw.drawn if draw.verdict(each) == verdict) for verdict in _verdicts()}
    yield from (of[verdict] for verdict in _verdicts())
    seen = of["killed"] + of["gap"] + of[UNEXPLAINED]
    yield f"{of['killed'] / seen:.0%}" if seen else "-"


def _verdicts() -> tuple[str, ...]:
    return ("killed", *VERDICTS, UNEXPLAINED, "")


def problems(draw: Draw) -> Iterator[str]:
    """Tell what a draw must not show."""
    for fault in draw.drawn:
        outcome = draw.outcomes.get(fault.key)
        if outcome is None:
            continue
        if outcome.errors:
            yield f"{fault} makes the suite itself fail: {', '.join(outcome.errors)}"
        if outcome.killed and fault.key in draw.known:
            yield f"{fault} is killed by {outcome.case}: its entry in known.toml has to go"
        if draw.verdict(fault) == UNEXPLAINED:
            yield f"{fault} survives, and known.toml does not say why"
