"""Mutants fit the reference lifecycle as it is, stand where their requirement says, and miss no requirement."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from suites.requirements.catalogue import load
from tests.truth.mutants import killers
from tests.truth.mutants.artifacts.every import MUTANTS as OF_RELEASES
from tests.truth.mutants.artifacts.makefile import IMAGE_MUTANTS
from tests.truth.mutants.every import KILL, LEFT_OPEN, MUTANTS, modules
from tests.truth.mutants.mutant import ORIGINS, Mutant, StaleMutant, places_of, text_of
from tests.truth.mutants.reach import changed_lines

FOLDERS = {"run-resolution": "run_resolution", "phase": "every_phase", "source": "platform_source"}
"""The folders that are not named as the part of the catalogue's page is."""


@pytest.mark.parametrize("mutant", [*MUTANTS, *LEFT_OPEN], ids=str)
def test_mutant_fits_the_reference_and_names_a_requirement(mutant: Mutant) -> None:
    assert mutant.changed(text_of(mutant.file)) != text_of(mutant.file)
    assert changed_lines(mutant)
    assert load()[mutant.killed_by].level in KILL
    assert mutant.origin in ORIGINS


def test_every_mutant_stands_in_the_folder_of_its_phase() -> None:
    for module, mutants in modules().items():
        phases = {load()[mutant.killed_by].phase for mutant in mutants}
        assert {FOLDERS.get(phase, phase) for phase in phases} == {module.partition("/")[0]}, module


def test_every_requirement_kills_a_mutant() -> None:
    tested = {row.id for row in load().values() if row.level in KILL and not row.excluded}
    killing = {mutant.killed_by for mutant in MUTANTS}
    killing |= {mutant.killed_by for mutant in (*OF_RELEASES, *IMAGE_MUTANTS)}

    assert killing == tested
    assert all(places_of(requirement) for requirement in tested)


def test_faulty_releases_have_names_and_origins_as_faulty_lifecycles_have() -> None:
    names = [mutant.name for mutant in OF_RELEASES]

    assert len(set(names) | {mutant.name for mutant in MUTANTS}) == len(names) + len(MUTANTS)
    assert {mutant.origin for mutant in OF_RELEASES} <= set(ORIGINS)
    assert {load()[mutant.killed_by].subject for mutant in OF_RELEASES} == {"release"}


def test_no_killer_is_known_of_a_mutant_that_is_gone() -> None:
    assert set(killers.known()) <= {mutant.name for mutant in MUTANTS}


def test_killers_that_were_found_take_the_place_of_others(tmp_path: Path) -> None:
    name = MUTANTS[0].name

    killers.renew(
        [(name, "suites/test_it.py::test_it[SETTING]"), ("gone", "suites/test_it.py::test_it[SETTING]")], tmp_path / "k"
    )

    known = json.loads((tmp_path / "k").read_text())
    assert known == {**killers.known(), name: "suites/test_it.py::test_it[SETTING]"}


def test_names_are_unique() -> None:
    names = Counter(mutant.name for mutant in (*MUTANTS, *LEFT_OPEN))

    assert [name for name, count in names.items() if count > 1] == []


def test_stale_mutant_is_named() -> None:
    stale = Mutant("stale", "index-os", "main.py", "this stands nowhere", "nor does this")

    with pytest.raises(StaleMutant, match=r"stale: main\.py holds this 0 times.*\nthis stands nowhere"):
        stale.changed(text_of(stale.file))
