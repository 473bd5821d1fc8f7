"""No accusation without ground: a lifecycle that conforms, but in other ways than the reference, is judged so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from suites.requirements.catalogue import load
from tests.support.figures import FALSE_POSITIVES, RIGHT
from tests.support.pairs import all_pairs, pairs_of, rows_of_pairs
from tests.support.plugins import sample, share
from tests.support.runs import EMBEDDED, Case, Run, run_suite
from tests.support.sampled import but_few
from tests.support.second import target_file_of
from tests.truth.mutants.every import KILL
from tests.truth.second_lifecycle.ways import CHOICES, chosen


@dataclass(frozen=True)
class Judging:
    """A run of the suite on the second lifecycle: which ways it goes, at which Platform API, on which cases."""

    name: str
    api: str
    ways: Mapping[str, str]
    share: str = "1/1"
    only: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


def the(number: int) -> dict[str, str]:
    """Give the way of this number, counted from 1, of each freedom, or the last that there is; the source stays."""
    ways = {name: choices[min(number, len(choices)) - 1] for name, choices in CHOICES.items()}
    return {**ways, "source": "runtime"}


OF_THE_SOURCE = ("analyzer-previous-index", "build-run-index", "exporter-run-absent", "phase-api-negotiation")
BY_FLAG = ("source-flag-analyzer", "source-flag-exporter", "source-flag-required")

JUDGINGS = (
    Judging("usual-ways", "0.15", the(1), share="1/3"),
    Judging("other-ways", "0.14", the(2), share="2/3"),
    Judging("third-ways", "0.13", the(3), share="3/3"),
    Judging("told-by-flag", "0.7", {"source": "flag"}, only=(*OF_THE_SOURCE, *BY_FLAG)),
    Judging("distribution-of-the-image", "0.12", {"distribution": "of-the-image"}, only=("analyzer-run-target",)),
    Judging("distribution-of-the-place", "0.12", {"distribution": "of-the-place"}, only=("analyzer-run-target",)),
    Judging("recorded-by-the-detector", "0.12", {"source": "recorded"}, only=OF_THE_SOURCE),
)
"""Three runs that share every case between them, and for the other platform sources what depends on the source.

By sample, each of the three has a third of the tests, by one case, and every property.
"""


def chosen_by(judging: Judging, *, whole: bool) -> tuple[str, dict[str, str]]:
    """Give the plugin that chooses the cases of a judging, and what of the environment says which."""
    if whole:
        return share.__name__, {"SHARE": judging.share}
    number, _, shares = judging.share.partition("/")
    return sample.__name__, {sample.SAMPLE: number, sample.SHARES: shares}


@pytest.mark.parametrize("judging", JUDGINGS, ids=str)
def test_it_is_accused_of_nothing(
    judging: Judging, whole: bool, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    only = ("--only", ",".join(judging.only)) if judging.only else ()
    plugin, environment = chosen_by(judging, whole=whole)

    run = run_suite(
        tmp_path / "run",
        *(*EMBEDDED, "-p", plugin, *only, "--platform-api", judging.api),
        *("--examples", "3" if whole else "1"),
        *("--lifecycle", str(target_file_of(judging.ways, tmp_path / "second"))),
        environment=environment,
        seconds=1200,
    )

    false_positives = [case for case in run.cases if is_accusing(case)]
    record_property(RIGHT, len(run.cases))
    record_property(FALSE_POSITIVES, len(false_positives))
    assert not false_positives, "\n\n".join(f"{case.id}: {case.verdict}\n{case.message}" for case in false_positives)
    # Only the three shares together are the whole, and no sample is.
    complete = whole and judging.share == "1/1"
    assert (run.verdict, run.status) == (("conformant", 0) if complete else ("incomplete", 6))
    assert {case.requirement for case in run.cases if case.verdict == "pass"} >= set(judging.only)


@cache
def in_pairs() -> list[dict[str, str]]:
    """Give ways that hold every two ways of two freedoms together, but of the source, which has runs of its own."""
    return rows_of_pairs({name: ways for name, ways in CHOICES.items() if name != "source"})


PARTS = 8
"""Tests that share the rows of pairs between them, and how many shares a row's run has one of (`sample`)."""
SHARES = 9


@pytest.mark.parametrize("part", but_few(range(PARTS), 0))
def test_no_two_ways_together_are_accused(
    part: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    runs = {number: run_on_pairs(number, tmp_path) for number in range(part, len(in_pairs()), PARTS)}

    judged = [case for run in runs.values() for case in run.cases]
    record_property(RIGHT, len(judged))
    false_positives = {number: [case for case in run.cases if is_accusing(case)] for number, run in runs.items()}
    record_property(FALSE_POSITIVES, sum(map(len, false_positives.values())))
    message = [
        f"{in_pairs()[number]}\n{case.id}: {case.message}"
        for number, cases in false_positives.items()
        for case in cases
    ]
    assert not message, "\n\n".join(message)
    assert {(run.verdict, run.status) for run in runs.values()} == {("incomplete", 6)}
    assert all(case.verdict == "pass" for case in judged if case.requirement.endswith(("-any-index", "-any-history")))


def run_on_pairs(number: int, directory: Path) -> Run:
    """Judge the second lifecycle in the ways of a row: properties, and one case of every test of a share."""
    return run_suite(
        directory / f"run-{number}",
        *(*EMBEDDED, "-p", sample.__name__, "--platform-api", api_for(number)),
        *("--examples", "10", "--seed", str(number)),
        *("--lifecycle", str(target_file_of(in_pairs()[number], directory / f"second-{number}"))),
        environment={sample.SAMPLE: str(number), sample.SHARES: str(SHARES)},
        seconds=1200,
    )


def api_for(number: int) -> str:
    """Give the Platform API of a row: which registries go without TLS, no phase is told before 0.13."""
    apis = (
        ("0.15", "0.13", "0.14") if in_pairs()[number]["plain"] == "named" else ("0.15", "0.12", "0.13", "0.14", "0.8")
    )
    return apis[number % len(apis)]


def is_accusing(case: Case) -> bool:
    """Whether a case says of a right lifecycle that it is none, or that it can't be judged; the suite's own, too."""
    judges = not case.requirement or load()[case.requirement].level in KILL
    return judges and case.verdict not in ("pass", "not-applicable")


def test_every_two_ways_meet() -> None:
    assert set().union(*map(pairs_of, in_pairs())) == all_pairs(
        {name: ways for name, ways in CHOICES.items() if name != "source"}
    )


def test_buildpack_api_that_it_does_not_support_is_no_fault(tmp_path: Path) -> None:
    file = target_file_of({"buildpacks": "newer"}, tmp_path / "second", buildpack_api="0.7")

    only = ("--only", "exporter-report-digest,analyzer-previous-missing")

    run = run_suite(tmp_path / "run", *EMBEDDED, "--lifecycle", str(file), *only)

    assert (run.verdict, run.status) == ("incomplete", 6)
    verdicts = run.verdicts()
    assert [verdicts[name] for name in only[1].split(",")] == ["not-run", "pass"]
    assert all("buildpack-api = " in case.message for case in run.cases if case.verdict == "not-run")


def test_every_way_is_gone() -> None:
    gone = {
        (name, way) for ways in (*in_pairs(), *(judging.ways for judging in JUDGINGS)) for name, way in ways.items()
    }

    assert gone == {(name, way) for name, choices in CHOICES.items() for way in choices}


def test_way_that_is_not_known() -> None:
    with pytest.raises(ValueError, match="types=purple"):
        chosen({"SECOND_LIFECYCLE": "keys=any,types=purple"})
