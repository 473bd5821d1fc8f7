"""Judge a fault by the cases that run what it changes, the likeliest killers first, up to the first that kills."""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from fixtures.oci.platforms import host_platform
from suites.requirements.catalogue import load
from tests.support.plugins import listed_cases
from tests.support.plugins.first_kill import KILLED, KILLED_BY
from tests.support.runs import EMBEDDED, Case, run_suite
from tests.truth.drawn.faults import Fault
from tests.truth.drawn.source import Source
from tests.truth.mutants import killers
from tests.truth.mutants.every import MUTANTS
from tests.truth.mutants.kill_matrix import EXAMPLES, fingerprint
from tests.truth.mutants.mutant import asked, copy_of_reference, places_of, text_of
from tests.truth.mutants.reach import Reach, changed_lines

_EXAMPLES = {False: EXAMPLES, True: "30"}
"""So many examples of each property, where every case is asked as many as users' runs have."""

QUICK = 60
"""So many cases are asked before all are: those that kill at all are mostly among the first."""

FEW = 10
"""So many are asked of a survivor that is known, to see whether that still holds."""

LONGEST = 1800
"""Seconds that one fault may take."""


@dataclass(frozen=True)
class Outcome:
    """What became of a fault: the requirement and the case that killed it, "" for none, and how many it was judged by.

    `whole` says that every case which runs the change was asked, not one for each way through the function.
    `untestable` has the requirements that could not be judged, `errors` the cases in which the suite itself failed.
    """

    key: str
    requirement: str
    case: str
    cases: int
    seconds: float
    whole: bool
    untestable: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def killed(self) -> bool:
        """Whether a case noticed."""
        return bool(self.case)


@dataclass(frozen=True)
class Judge:
    """Judges faults, and keeps what came out in a directory for as long as nothing changes that decides on it."""

    reaches: Mapping[str, Reach]
    kept: Path

    def sources_of(self, fault: Fault) -> list[str]:
        """Give the platform sources at which some case runs what is changed, the usual one first."""
        places = lines_of(fault)
        return [name for name, reach in self.reaches.items() if reach.cases_at(fault.file, places)]

    def judge(self, fault: Fault, *, whole: bool, limit: int = QUICK) -> Outcome:
        """Judge a fault by so many cases, one each way; if whole, by every case before it may be said to survive."""
        path = self.kept / f"{fault.key}-{fingerprint()[:16]}.json"
        if path.is_file():
            values = json.loads(path.read_text())
            known = Outcome(**{**values, "untestable": tuple(values["untestable"]), "errors": tuple(values["errors"])})
            if known.killed or known.whole or not whole:
                return known
        outcome = self._judge(fault, whole=whole, limit=limit)
        path.write_text(json.dumps(asdict(outcome)))
        return outcome

    def _judge(self, fault: Fault, *, whole: bool, limit: int) -> Outcome:
        started = time.perf_counter()
        sources = self.sources_of(fault)
        trials = [(source, False) for source in sources] + [(source, True) for source in sources if whole]
        judged: list[Case] = []
        for source, every in trials:
            asked_for = self._cases(fault, source, every=every)[: None if every else limit]
            cases, killer = run(fault, source, asked_for, _EXAMPLES[every])
            judged += cases
            if killer:
                break
        return Outcome(
            key=fault.key,
            requirement=next((case.requirement for case in judged if case.verdict in KILLED), ""),
            case=killer,
            cases=len({case.id for case in judged if case.verdict != "not-run"}),
            seconds=round(time.perf_counter() - started, 1),
            whole=whole,
            untestable=tuple(sorted({case.requirement for case in judged if case.verdict == "untestable"})),
            errors=tuple(case.id for case in judged if case.verdict == "harness-error"),
        )

    def _cases(self, fault: Fault, source: str, *, every: bool) -> list[str]:
        """Give the cases to ask, in order: every one, or the first of each test and way through the function."""
        reach = self.reaches[source]
        ordered = self._ordered(fault, reach.cases_at(fault.file, lines_of(fault)))
        return ordered if every else reach.unlike(ordered, fault.file, function_lines(fault))

    def _ordered(self, fault: Fault, cases: Iterable[str]) -> list[str]:
        """Put first what killed faults of the same function; then a case of each test, those that kill most first.

        Of tests, those come first whose requirement somebody wrote a mutant of the same function for.
        """
        near, far = self._kills(fault)
        function = Source(fault.file, text_of(fault.file)).name_at(fault.lines[0])
        files = {place for name in _by_function().get((fault.file, function), ()) for place in places_of(name)}
        names = {case: SETTING.sub("SETTING", case, count=1) for case in cases}
        rounds: Counter[str] = Counter()
        places = {}
        for case, name in sorted(names.items(), key=lambda item: (-far[item[1]], item[0])):
            test = case.partition("[")[0]
            apart = case.partition("::")[0] not in files
            places[case] = (-near[name], apart, rounds[test], -far[name])
            rounds[test] += 1
        return sorted(places, key=places.__getitem__)

    def _kills(self, fault: Fault) -> tuple[Counter[str], Counter[str]]:
        """Count what each case killed of the function, and of all; a kill in the same file counts for ten elsewhere."""
        near: Counter[str] = Counter()
        far: Counter[str] = Counter()
        far.update(killers.known().values())
        for file, unit, case in self._noted():
            far[case] += 10 if file == fault.file else 1
            near[case] += (file, unit) == (fault.file, fault.unit)
        return near, far

    def _noted(self) -> Iterator[tuple[str, str, str]]:
        path = self.kept / "kills.jsonl"
        if path.is_file():
            yield from (json.loads(line) for line in path.read_text().splitlines())

    def note(self, fault: Fault, outcome: Outcome) -> None:
        """Note what killed a fault, for those that are judged after it."""
        if outcome.killed:
            with (self.kept / "kills.jsonl").open("a") as file:
                file.write(json.dumps([fault.file, fault.unit, outcome.case]) + "\n")


SETTING = re.compile(rf"{re.escape(host_platform().slug)}-[0-9]+\.[0-9]+")
"""The setting in the name of a case; the names of killers have none."""


@cache
def _by_function() -> Mapping[tuple[str, str], frozenset[str]]:
    """Give the requirements that mutants written by hand of each function, by file and name, are killed by."""
    found: dict[tuple[str, str], set[str]] = {}
    for mutant in MUTANTS:
        source = Source(mutant.file, text_of(mutant.file))
        found.setdefault((mutant.file, source.name_at(min(changed_lines(mutant)))), set()).add(mutant.killed_by)
    return {function: frozenset(names) for function, names in found.items()}


def about(source: str, reach: Reach) -> Reach:
    """Give what a run at a platform source found of the cases that are about this source."""
    ids = [row.id for row in load().values() if row.applies_to == source]
    files = {place for name in ids for place in places_of(name)}
    return Reach(
        {case: lines for case, lines in reach.lines.items() if case.partition("::")[0] in files}, reach.seconds
    )


def lines_of(fault: Fault) -> frozenset[int]:
    """Give the lines of the statement that a fault changes."""
    first, last = fault.lines
    return frozenset(range(first, last + 1))


def function_lines(fault: Fault) -> frozenset[int]:
    """Give the lines of the function that a fault changes; outside of functions, those of the statement."""
    source = Source(fault.file, text_of(fault.file))
    start = source.text[: fault.span[0]].count("\n") + 1
    spans = [
        range(node.lineno, (node.end_lineno or node.lineno) + 1)
        for node in source.functions
        if node.lineno <= start <= (node.end_lineno or node.lineno)
    ]
    return lines_of(fault).union(*spans)


def run(fault: Fault, platform_source: str, cases: Sequence[str], examples: str) -> tuple[list[Case], str]:
    """Judge a copy of the reference that has the fault by cases in this order; give them, and which one killed."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        copy = copy_of_reference(directory / "mutant")
        fault.apply(copy)
        question = asked(copy, directory, platform_source)
        listed, killer = directory / "cases", directory / "killed-by"
        listed.write_text("\n".join(cases))
        environment = {**question.environment, listed_cases.FILE: str(listed), KILLED_BY: str(killer)}
        done = run_suite(
            directory / "run",
            *EMBEDDED,
            *question.arguments,
            *("-p", listed_cases.__name__, "--examples", examples),
            places=sorted({case.partition("::")[0] for case in cases}),
            environment=environment,
            seconds=LONGEST,
        )
        return done.cases, killer.read_text() if killer.is_file() else ""
