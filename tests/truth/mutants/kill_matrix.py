"""Every mutant against every requirement: runs them, keeps what came out, and writes docs/kill-matrix.md.

    python -m tests.truth.mutants.kill_matrix [--workers N] [--whole] [--limit N] [NAME...]

A name is that of a mutant, with `*` for anything; none is all of them. What was run before is kept in out/kill-matrix
and not run again, unless the suite, the reference lifecycle or the mutant changed since: so the matrix can be run in
parts.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import hashlib
import json
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from suites.requirements.catalogue import load
from tests.support.plugins import one_kill_each
from tests.support.runs import EMBEDDED, ROOT, Case, run_suite
from tests.truth.mutants import kill_page, reach
from tests.truth.mutants.every import KILL, MUTANTS
from tests.truth.mutants.kill_page import Row
from tests.truth.mutants.mutant import Mutant, can_be_judged, judge, made, source_of
from tests.truth.mutants.reach import Reach

KEPT = ROOT / "out" / "kill-matrix"
JUDGED_BY = ("conformance", "fixtures", "images/reference", "reports", "suites", "tests/support")
"""What decides on the outcome, beside the mutant itself."""

EXAMPLES = "3"
"""So many of each property, all of which most mutants pass. The one that has to kill a mutant gets as many as ever."""


@cache
def fingerprint() -> str:
    """Give a digest of everything that decides on the outcome of a run."""
    digest = hashlib.sha256(EXAMPLES.encode())
    for place in JUDGED_BY:
        path = ROOT / place
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def kept_path(mutant: Mutant) -> Path:
    """Give where the row of a mutant is kept, as it is now."""
    fault = json.dumps([mutant.killed_by, mutant.file, mutant.old, mutant.new])
    return KEPT / f"{mutant.name}-{hashlib.sha256((fingerprint() + fault).encode()).hexdigest()[:16]}.json"


def kept(mutant: Mutant) -> Row | None:
    """Give the row of a mutant that was run before."""
    path = kept_path(mutant)
    return Row.from_json(json.loads(path.read_text())) if path.is_file() else None


def is_missing(mutant: Mutant, *, quick: bool) -> bool:
    """Whether a mutant has yet to be run; what a quick run found out is not enough for a whole one."""
    row = kept(mutant)
    return row is None or (row.quick and not quick)


def reach_of(platform_source: str, workers: int, *, quick: bool) -> Reach:
    """Find out which cases run which lines of the reference; once, for as long as nothing changes.

    If quick, two cases of each test will do for the handful of mutants that learn their build platform less usually.
    """
    brief = quick and platform_source != "runtime"
    path = KEPT / f"reach-{platform_source}{'-brief' * brief}-{fingerprint()[:16]}.pickle"
    if not path.is_file():
        print(f"running the whole suite once, to see which case runs what ({platform_source})", flush=True)
        with tempfile.TemporaryDirectory() as directory:
            path.write_bytes(pickle.dumps(reach.measure(Path(directory), platform_source, workers, brief=brief)))
    return pickle.loads(path.read_bytes())  # type: ignore[no-any-return]  # noqa: S301 - written above


def run(mutant: Mutant, cases: Sequence[str], *, quick: bool) -> Row:
    """Judge a mutant by cases that it can make a difference to, each requirement up to the first that fails.

    The requirement that has to kill it is judged once more, as `make test` does it, where it did not.
    """
    started = time.perf_counter()
    kill = (mutant.killed_by, KILL[load()[mutant.killed_by].level])
    with tempfile.TemporaryDirectory() as name:
        judged = _judge_by(cases, mutant, Path(name) / "all") if cases else []
        if kill not in {(case.requirement, case.verdict) for case in judged}:
            # It may take a case that was left out, or more examples of a property: `make test` has both.
            judged += judge(mutant, Path(name) / "must").cases
    seen = {(case.requirement, case.verdict) for case in judged}
    row = Row(
        mutant=mutant.name,
        killed=tuple(each.id for each in load().values() if (each.id, KILL.get(each.level)) in seen),
        untestable=tuple(name for name in load() if (name, "untestable") in seen),
        harness_errors=tuple(case.id for case in judged if case.verdict == "harness-error"),
        cases=len(cases),
        seconds=round(time.perf_counter() - started, 1),
        quick=quick,
    )
    kept_path(mutant).write_text(json.dumps(asdict(row)))
    return row


def _judge_by(cases: Sequence[str], mutant: Mutant, directory: Path) -> list[Case]:
    text = made(mutant, directory)
    listed = directory / "cases"
    listed.write_text("\n".join(cases))
    return run_suite(
        directory / "run",
        *EMBEDDED,
        *text.arguments,
        *("-p", one_kill_each.__name__, "--examples", EXAMPLES),
        places=sorted({case.partition("::")[0] for case in cases}),
        environment={**text.environment, one_kill_each.FILE: str(listed)},
        seconds=3600,
    ).cases


def run_all(mutants: Sequence[Mutant], workers: int, *, quick: bool) -> Iterator[Row]:
    """Run mutants, as many at a time as there are workers; those of the usual platform source first."""
    if left_out := [mutant for mutant in mutants if not can_be_judged(mutant)]:
        print(f"left out, for want of a second architecture (make emulators): {', '.join(map(str, left_out))}")
    for source in ("runtime", "flag", "recorded"):
        group = [mutant for mutant in mutants if source_of(mutant) == source and can_be_judged(mutant)]
        if not group:
            continue
        reached = reach_of(source, workers, quick=quick)
        # Those that take longest first, so that no worker is left alone at the end.
        cases = {mutant: reached.cases(mutant, quick=quick) for mutant in group}
        ordered = sorted(group, key=lambda mutant: -len(cases[mutant]))
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            runs = [pool.submit(run, mutant, cases[mutant], quick=quick) for mutant in ordered]
            try:
                for done in concurrent.futures.as_completed(runs):
                    yield done.result()
            finally:
                # Whoever ends this by Ctrl-C waits for what is under way, and not for all the others.
                pool.shutdown(cancel_futures=True)


def problems(rows: Mapping[str, Row], requirements: Mapping[str, int]) -> Iterator[str]:
    """Tell what the matrix must not show; `requirements` is how many hold for each platform source."""
    unknown = [mutant.name for mutant in MUTANTS if mutant.name not in rows]
    if unknown:
        yield f"not run yet: {len(unknown)} of {len(MUTANTS)} mutants, {', '.join(unknown[:3])}, …"
    for mutant in MUTANTS:
        row = rows.get(mutant.name)
        text = _problems_of(mutant, row, requirements[source_of(mutant)]) if row else ()
        yield from (f"{mutant} {problem}" for problem in text)


def _problems_of(mutant: Mutant, row: Row, requirements: int) -> Iterator[str]:
    if row.harness_errors:
        yield f"makes the suite itself fail, in {', '.join(row.harness_errors)}"
    if not row.cases:
        yield "changes what no case runs: let its old text hold the statement that comes next"
    if not row.killed:
        yield "survives"
    elif mutant.killed_by not in row.killed:
        yield f"is killed under names that don't say its fault, {', '.join(row.killed)}"
    share = len(row.killed) / requirements
    if share > kill_page.THIRD and not mutant.explained:
        yield f"fails {share:.0%} of the requirements, and nothing explains it"
    if share <= kill_page.THIRD and mutant.explained and not row.quick:
        yield f"fails {share:.0%} of the requirements: there is nothing to explain"


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for, write the page of all that is known, and give the exit status."""
    parser = argparse.ArgumentParser(prog="make kill-matrix", description="Run every mutant against every requirement.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="mutants to run, * for anything; default: all")
    parser.add_argument("--workers", type=int, default=2, help="how many to run at a time")
    parser.add_argument(
        "--whole",
        action="store_true",
        help="run all of a test's cases, not one for each way through the changed function: some hours",
    )
    parser.add_argument("--limit", type=int, help="how many to run at most, this time")
    options = parser.parse_args(arguments)
    quick = not options.whole
    KEPT.mkdir(parents=True, exist_ok=True)
    wanted = [m for m in MUTANTS if not options.names or any(fnmatch(m.name, name) for name in options.names)]
    missing = [mutant for mutant in wanted if is_missing(mutant, quick=quick)][: options.limit]
    started, load_before = time.perf_counter(), os.getloadavg()[0]
    for number, row in enumerate(run_all(missing, options.workers, quick=quick), start=1):
        print(f"{number}/{len(missing)} {row.mutant}: {len(row.killed)} killed, {row.seconds:g} s", flush=True)
    rows = {mutant.name: known for mutant in MUTANTS if (known := kept(mutant)) is not None}
    counts = {source: kill_page.applicable(source) for source in ("runtime", "flag", "recorded")}
    wrong = list(problems(rows, counts))
    if missing:
        spent = f"{time.perf_counter() - started:.0f} s, load {load_before:.1f} to {os.getloadavg()[0]:.1f}"
        print(f"{len(missing)} mutants with {options.workers} workers: {spent}")
    page = kill_page.render(rows, MUTANTS, wrong, workers=options.workers)
    (ROOT / "docs" / "kill-matrix.md").write_text(page)
    print("\n".join(wrong) or "every mutant is killed under the name of its fault")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
