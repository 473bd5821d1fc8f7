"""Faults of the reference lifecycle that a machine made, drawn by chance: how many does the suite see?

    python -m tests.truth.drawn [--count N] [--seed TEXT] [--minutes N] [--workers N] [KEY|FILE...]

What was judged before is kept in out/drawn-mutants and not judged again, unless the suite or the reference lifecycle
changed since. The survivors that nobody has looked at yet are written there, too, as entries for known.toml.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import sys
import time
from collections.abc import Iterator, Sequence

from tests.support.runs import ROOT
from tests.truth.drawn import drawing, faults, known, report, unrun
from tests.truth.drawn.faults import Fault
from tests.truth.drawn.judging import FEW, QUICK, Judge, Outcome, about
from tests.truth.mutants import kill_matrix

KEPT = ROOT / "out" / "drawn-mutants"

SOURCES = ("runtime", "flag")
"""The platform sources whose cases are asked. A second architecture, which `recorded` takes, is not everywhere."""


def main(arguments: Sequence[str]) -> int:
    """Draw, judge, report; give the exit status, 1 where a survivor is not explained or a list is stale."""
    options = _options(arguments)
    kill_matrix.KEPT.mkdir(parents=True, exist_ok=True)
    KEPT.mkdir(parents=True, exist_ok=True)
    reaches = {source: kill_matrix.reach_of(source, options.workers, quick=True) for source in SOURCES}
    asked = {source: about(source, reach) if source != SOURCES[0] else reach for source, reach in reaches.items()}
    judge = Judge(asked, KEPT)
    made = faults.every()
    reached = [fault for fault in made if judge.sources_of(fault)]
    drawn = (
        list(drawing.matching(reached, options.faults))
        if options.faults
        else drawing.drawn(reached, options.count, options.seed)
    )
    outcomes = dict(_judged(judge, drawn, options))
    draw = report.Draw(made, reached, drawn, outcomes, known.survivors())
    print("\n".join(report.lines(draw)))
    not_run = unrun.unrun(reaches.values())
    print(f"\n{len(not_run)} statements of the reference lifecycle are run by no case (unrun.toml)")
    _propose(draw)
    wrong = [*report.problems(draw), *known.stale(known.survivors(), made), *unrun.differences(not_run, known.unrun())]
    print("\n".join(["", *wrong] if wrong else ["every survivor is explained, and every list is up to date"]))
    return 1 if wrong else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make drawn-mutants", description="Draw faults, and count those seen.")
    parser.add_argument("faults", nargs="*", metavar="KEY|FILE", help="judge these instead of a draw")
    parser.add_argument("--count", type=int, default=150, help="how many to draw")
    parser.add_argument("--seed", default="1", help="the same seed draws the same faults")
    parser.add_argument("--minutes", type=float, default=45, help="begin no further one after so many minutes")
    parser.add_argument("--workers", type=int, default=2, help="how many to judge at a time")
    parser.add_argument("--cases", type=int, default=QUICK, help="how many cases to ask before all, one each way")
    parser.add_argument("--quick", action="store_true", help="one case each way will do, for survivors too")
    return parser.parse_args(arguments)


def _judged(judge: Judge, drawn: Sequence[Fault], options: argparse.Namespace) -> Iterator[tuple[str, Outcome]]:
    until = time.monotonic() + options.minutes * 60

    def work(fault: Fault) -> Outcome | None:
        if time.monotonic() > until:
            return None
        if fault.key in known.survivors():
            outcome = judge.judge(fault, whole=False, limit=FEW)
        else:
            outcome = judge.judge(fault, whole=not options.quick, limit=options.cases)
        judge.note(fault, outcome)
        return outcome

    with concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
        runs = {pool.submit(work, fault): fault for fault in drawn}
        try:
            for number, done in enumerate(concurrent.futures.as_completed(runs), start=1):
                fault, outcome = runs[done], done.result()
                if outcome is not None:
                    by = outcome.requirement or "survives"
                    print(f"{number}/{len(drawn)} {fault}: {by}, {outcome.seconds:g} s", flush=True)
                    yield fault.key, outcome
        finally:
            # Whoever ends this by Ctrl-C waits for what is under way, and not for all the others.
            pool.shutdown(cancel_futures=True)


def _propose(draw: report.Draw) -> None:
    """Write entries for the survivors that are not explained, for somebody to look at them and say why."""
    entries = [
        f"# {fault.operator}, line {fault.lines[0]}\n"
        + "".join(f"#   {line}\n" for line in fault.difference().splitlines())
        + f'[[survivors]]\nwhere = """{fault.file} {fault.unit}"""\nverdict = ""\nreason = ""\nkeys = ["{fault.key}"]\n'
        for fault in draw.drawn
        if draw.verdict(fault) == report.UNEXPLAINED
    ]
    (KEPT / "unexplained.toml").write_text("\n".join(entries))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
