"""The catalogue as it is shipped, and what is said about a catalogue that is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.lifecycle.phases import PHASES
from suites import Needs, requirement
from suites.requirements.catalogue import DIRECTORY, LEVELS, CatalogueError, check_tests, load
from suites.requirements.page import render
from suites.requirements.sections import SECTIONS
from suites.requirements.table import OUTCOMES

ROW = """\
[[requirement]]
id = "{id}"
phase = "rebaser"
authority = "house"
level = "MUST"
since = "0.9"
statement = "It holds."
source = {{ document = "House rules", version = "1", heading = "Doors" }}
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give the directory of a catalogue of two rows."""
    directory = tmp_path / "requirements"
    directory.mkdir()
    (directory / "house.toml").write_text(ROW.format(id="door-shut") + ROW.format(id="door-open"))
    return directory


def test_the_shipped_catalogue_can_be_read() -> None:
    catalogue = load()
    assert len(catalogue) == 151
    assert set(catalogue.authorities) == {"issue-435", "platform", "oci", "robustness"}
    assert {row.phase for row in catalogue.values()} <= set(SECTIONS)
    assert {row.level for row in catalogue.values()} <= set(LEVELS)


def test_every_shipped_row_keeps_the_house_rules() -> None:
    for row in load().values():
        assert row.id.startswith(f"{row.phase}-"), row.id
        assert row.statement.endswith("."), row.id
        of_no_api = row.authority != "platform" or row.subject == "release"
        assert of_no_api or row.since, f"{row.id}: of the specification, but without a Platform API"
        assert row.excluded is None, row.id
        assert bool(row.applies_to) == (row.phase == "source"), row.id


def test_the_page_is_up_to_date() -> None:
    page = DIRECTORY.parent.parent / "docs" / "requirements.md"
    assert page.read_text(encoding="utf-8") == render(load()), (
        "run: python -m suites.requirements.page > docs/requirements.md"
    )


def test_sections_are_about_phases_that_there_are() -> None:
    assert {phase for section in SECTIONS.values() for phase in section.phases} <= set(PHASES)


@pytest.mark.parametrize(
    ("line", "needs"),
    [
        ('since = "0.10"\nuntil = "0.11"', Needs(since="0.10", until="0.11")),
        ('applies-to = "flag"', Needs(since="0.9", platform_source="flag")),
        ('storages = ["registry"]', Needs(since="0.9", storages=frozenset({"registry"}))),
        ('features = ["index", "faults"]', Needs(since="0.9", features=frozenset({"index", "faults"}))),
        ('capabilities = ["force"]', Needs(since="0.9", capabilities=frozenset({"force"}))),
        ('programs = ["restorer"]', Needs(since="0.9", programs=frozenset({"restorer"}))),
        (
            'subject = "release"\nplaces = ["checkout"]',
            Needs(since="0.9", subject="release", places=frozenset({"checkout"})),
        ),
        ('excluded = "not yet"', Needs(since="0.9", excluded="not yet")),
    ],
)
def test_a_row_says_what_it_needs(house: Path, tmp_path: Path, line: str, needs: Needs) -> None:
    overrides = tmp_path / "mine.toml"
    overrides.write_text(f'[[requirement]]\nid = "door-shut"\n{line}\n')
    assert load(house, overrides)["door-shut"].needs == replace(needs, phases=frozenset({"rebaser"}))


def test_rows_by_phase(house: Path) -> None:
    catalogue = load(house)
    assert list(catalogue) == ["door-shut", "door-open"]
    assert catalogue.by_phase("rebaser") == tuple(catalogue.values())
    assert catalogue.by_phase("build") == ()
    assert catalogue["door-shut"].cited == "House rules 1: Doors"


def test_an_rfc_author_adds_and_overrides(tmp_path: Path) -> None:
    overrides = tmp_path / "rfc.toml"
    overrides.write_text(
        """\
[[requirement]]
id = "source-flag-required"
level = "SHOULD"
excluded = ""

[[requirement]]
id = "rfc-new"
phase = "source"
authority = "rfc-0999"
level = "INFO"
statement = "Something new."
source = "RFC 0999"
issues = ["buildpacks/rfcs#999"]
"""
    )
    shipped, catalogue = load(), load(overrides=overrides)
    assert list(catalogue) == [*shipped, "rfc-new"]
    assert catalogue["rfc-new"].cited == "RFC 0999"
    changed = catalogue["source-flag-required"]
    assert (changed.level, changed.excluded) == ("SHOULD", None)
    assert changed.statement == shipped["source-flag-required"].statement
    unchanged = set(shipped) - {"source-flag-required"}
    assert all(catalogue[row] == shipped[row] for row in unchanged)


CHOICE = """\
[[requirement]]
id = "exporter-previous-mismatch"
outcome = "as-absent"
"""


def test_an_outcome_is_chosen_of_those_that_the_row_has(tmp_path: Path) -> None:
    overrides = tmp_path / "rfc.toml"
    overrides.write_text(CHOICE)

    shipped, chosen = (load(overrides=path)["exporter-previous-mismatch"] for path in (None, overrides))

    assert (shipped.judged_by, chosen.judged_by) == ("refused", "as-absent")
    message = f"(Judged here by the outcome as-absent: {OUTCOMES['as-absent']}.)"
    assert chosen.statement == f"{shipped.statement} {message}"
    assert load()["index-order"].judged_by == ""


def test_a_statement_goes_with_a_chosen_outcome(tmp_path: Path) -> None:
    overrides = tmp_path / "rfc.toml"
    for text, doubted in (
        (CHOICE, True),
        (f'{CHOICE}statement = "It goes on."\n', False),
        (CHOICE.replace("as-absent", "refused"), False),
        (CHOICE.replace('outcome = "as-absent"', 'level = "SHOULD"'), False),
    ):
        overrides.write_text(text)
        catalogue = load(overrides=overrides)
        doubts = catalogue.doubts
        assert ("Judged here" in catalogue["exporter-previous-mismatch"].statement) == doubted
        assert bool(doubts) == doubted, text
        assert all("rfc.toml: exporter-previous-mismatch is judged by the outcome as-absent" in each for each in doubts)


@pytest.mark.parametrize(
    ("requirement_id", "outcome", "problem"),
    [
        ("exporter-previous-mismatch", '"ignored"', "expected one of refused, as-absent, found 'ignored'"),
        ("exporter-previous-mismatch", '"refused-by-analyzer"', "expected one of refused, as-absent, found"),
        ("index-order", '"refused"', "the tests of this row know no choice, found 'refused'"),
        ("exporter-previous-mismatch", "1", "expected text, found 1"),
    ],
)
def test_an_outcome_that_no_test_knows_is_refused(
    tmp_path: Path, requirement_id: str, outcome: str, problem: str
) -> None:
    overrides = tmp_path / "rfc.toml"
    overrides.write_text(f'[[requirement]]\nid = "{requirement_id}"\noutcome = {outcome}\n')
    with pytest.raises(
        CatalogueError, match=rf"rfc\.toml: requirement '{requirement_id}' \(row 1\): outcome: {problem}"
    ):
        load(overrides=overrides)


def test_what_tests_can_judge_by_is_not_overridden(tmp_path: Path) -> None:
    overrides = tmp_path / "rfc.toml"
    overrides.write_text('[[requirement]]\nid = "index-order"\noutcomes = ["refused", "as-absent"]\n')
    with pytest.raises(CatalogueError, match="outcomes: what tests can judge by is no matter of overrides"):
        load(overrides=overrides)


def test_a_row_states_outcomes_that_have_a_meaning(house: Path) -> None:
    for outcomes in ('["ignored"]', "[]", '"refused"'):
        (house / "house.toml").write_text(f"{ROW.format(id='door-shut')}outcomes = {outcomes}\n")
        with pytest.raises(CatalogueError, match="outcomes: expected a list of refused, as-absent"):
            load(house)


def test_tests_ask_for_the_outcome_where_there_is_a_choice(house: Path) -> None:
    (house / "house.toml").write_text(
        f'{ROW.format(id="door-shut")}outcomes = ["refused"]\n{ROW.format(id="door-open")}'
    )
    tests: dict[str, str | None] = {"a.py::one": "door-shut", "a.py::two": "door-open"}

    assert check_tests(load(house), tests, complete=True, choosing={"a.py::one"}) == []
    assert check_tests(load(house), tests, complete=True, choosing={"a.py::two"}) == [
        "a.py::one: door-shut leaves a choice of outcomes, and the test does not ask for `outcome`",
        "a.py::two: asks for `outcome`, and door-open leaves no choice of outcomes",
    ]


WRONG = [
    ('levle = "MUST"', r"unknown key 'levle' \(did you mean 'level'\?\)"),
    ('level = "must"', "level: expected one of MUST, SHOULD, INFO, found 'must'"),
    ('phase = "rebase"', "phase: expected one of .*found 'rebase'"),
    ('authority = "The House"', "authority: expected lower-case words"),
    ('applies-to = "magic"', "applies-to: expected one of runtime, flag, recorded"),
    ('since = "0.x"', "since: not a Platform API: '0.x'"),
    ('until = "twelve"', "until: not a Platform API"),
    ('since = "0.10"\nuntil = "0.9"', "until: 0.9 comes before since, 0.10"),
    ('statement = "  "', "statement: is empty"),
    ("source = []", "source: is empty"),
    ('source = ""', "source: names no document"),
    ('source = { version = "1" }', "source: names no document"),
    ('source = { document = "D", hedding = "x" }', "source: unknown key 'hedding'"),
    ('source = { document = "D", version = 1 }', "source: expected text or a table"),
    ('issues = ["435"]', "issues: expected a list of owner/repository#number"),
    ('issues = "buildpacks/lifecycle#435"', "issues: expected a list"),
    ("level = 1", "level: expected text, found 1"),
]


@pytest.mark.parametrize(("text", "problem"), WRONG)
def test_a_wrong_field_is_named_with_file_and_row(house: Path, tmp_path: Path, text: str, problem: str) -> None:
    overrides = tmp_path / "rfc.toml"
    overrides.write_text(f'[[requirement]]\nid = "door-open"\n\n[[requirement]]\nid = "door-shut"\n{text}\n')
    with pytest.raises(CatalogueError, match=rf"rfc\.toml: requirement 'door-shut' \(row 2\): {problem}"):
        load(house, overrides)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[requirement]]\nid = 5\n", "row 1: id: expected lower-case words with hyphens, found 5"),
        ("[[requirement]]\n", "row 1: id: .*found None"),
        ("[[requirements]]\n", "unknown key 'requirements'"),
        ("requirement = 5\n", r"expected \[\[requirement\]\] tables"),
        ("not toml", "can't be read"),
        ('[[requirement]]\nid = "brand-new"\n', "'brand-new'.*: phase: missing$"),
        ('[[requirement]]\nid = "door-shu"\noutcome = "refused"\n', "phase: missing .did you mean 'door-shut'."),
        ('[[requirement]]\nid = "door-open"\n' * 2, "'door-open' .row 2.: the id is taken"),
    ],
)
def test_a_wrong_file_is_named(house: Path, tmp_path: Path, text: str, problem: str) -> None:
    overrides = tmp_path / "rfc.toml"
    overrides.write_text(text)
    with pytest.raises(CatalogueError, match=rf"rfc\.toml: .*{problem}"):
        load(house, overrides)


def test_an_id_belongs_to_one_row(house: Path) -> None:
    (house / "other.toml").write_text(ROW.format(id="door-shut").replace('"house"', '"other"'))
    with pytest.raises(
        CatalogueError, match=r"other\.toml: requirement 'door-shut' .*: the id is taken by another row"
    ):
        load(house)


def test_a_row_stands_in_the_file_of_its_authority(house: Path) -> None:
    (house / "house.toml").rename(house / "garden.toml")
    with pytest.raises(CatalogueError, match=r"garden\.toml: .*belongs into house\.toml"):
        load(house)


@pytest.mark.parametrize("key", ["phase", "authority", "level", "statement", "source"])
def test_a_new_row_has_everything(house: Path, key: str) -> None:
    path = house / "house.toml"
    path.write_text(re.sub(rf"(?m)^{key} = .*\n", "", ROW.format(id="door-shut")))
    with pytest.raises(CatalogueError, match=rf"house\.toml: requirement 'door-shut' \(row 1\): {key}: missing"):
        load(house)


def test_an_empty_directory_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no requirements here"):
        load(tmp_path)


def test_a_file_that_is_not_there(house: Path, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"absent\.toml: can't be read"):
        load(house, tmp_path / "absent.toml")


def test_tests_are_checked_against_the_catalogue(house: Path, tmp_path: Path) -> None:
    overrides = tmp_path / "mine.toml"
    overrides.write_text('[[requirement]]\nid = "door-open"\nexcluded = "no hinges"\n')
    catalogue = load(house, overrides)
    good: dict[str, str | None] = {"a.py::one": "door-shut"}
    assert check_tests(catalogue, good, complete=True) == []
    assert check_tests(catalogue, {}, complete=False) == []
    problems = check_tests(
        catalogue, {"a.py::two": None, "a.py::three": "door-shot", "a.py::four": "door-open"}, complete=True
    )
    assert len(problems) == 4
    assert problems[0].startswith("a.py::two: names no requirement")
    assert problems[1] == "a.py::three: 'door-shot' is not in the catalogue (did you mean 'door-shut'?)"
    assert problems[2].startswith("a.py::four: door-open is excluded from judgment (no hinges)")
    assert problems[3].startswith("door-shut: a MUST of house without a test")


def test_the_decorator_marks_the_test() -> None:
    mark = requirement("door-shut").mark
    assert (mark.name, mark.args) == ("requirement", ("door-shut",))
