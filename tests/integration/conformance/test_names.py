"""What cases are called: the same in every setting, no two alike, and an old name is answered by the new one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import cast

import pytest

from conformance import names
from suites.requirements.catalogue import load
from tests.support.plugins import one_setting
from tests.support.runs import ROOT

NAME = re.compile(r"(?P<requirement>[a-z0-9-]+)/test_\w+(\[[\x21-\x7e ]+\])?")


SETTINGS = ("linux/amd64 0.7", "linux/amd64 0.15", "linux/arm64 0.15")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Give the names of all cases of a run, by the setting of the run."""
    file = tmp_path_factory.mktemp("names") / "names.json"
    command = [sys.executable, "-m", "pytest", "suites", "-q", "--collect-only", "-p", one_setting.__name__]
    names_of = {}
    for setting in SETTINGS:
        environment = {**os.environ, one_setting.FILE: str(file), one_setting.SETTING: setting}
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=120)
        names_of[setting] = json.loads(file.read_text())
    return names_of


def test_runs_at_two_apis_and_on_two_architectures_share_every_name(found: dict[str, list[str]]) -> None:
    first, *others = (set(cases) for cases in found.values())

    assert len(first) > 800
    assert [first ^ other for other in others] == [set()] * len(others)


def test_no_two_cases_of_a_run_share_a_name(found: dict[str, list[str]]) -> None:
    assert {setting: len(cases) - len(set(cases)) for setting, cases in found.items()} == dict.fromkeys(found, 0)


def test_a_name_says_requirement_and_test(found: dict[str, list[str]]) -> None:
    catalogue = load()
    for name in found[SETTINGS[0]]:
        match = NAME.fullmatch(name)
        assert match, name
        assert match["requirement"] in catalogue, name


class Twin:
    """As much of a case as its name is made of."""

    originalname = "test_it"

    def __init__(self, module: str, requirement: str = "rebaser-layers") -> None:
        self.nodeid = f"suites/rebaser/{module}.py::test_it"
        self._requirement = requirement

    def get_closest_marker(self, name: str) -> pytest.Mark:
        """Give the mark of the requirement."""
        return getattr(pytest.mark, name)(self._requirement).mark  # type: ignore[no-any-return]


def test_tests_of_one_requirement_that_share_a_name_are_told_of() -> None:
    twins = [Twin("test_a"), Twin("test_b"), Twin("test_c", "rebaser-labels")]

    text = list(names.shared(cast("list[pytest.Item]", twins)))

    first, second = "suites/rebaser/test_a.py::test_it", "suites/rebaser/test_b.py::test_it"
    assert text == [f"{second}: goes by the name of {first}, rebaser-layers/test_it; give its test another"]


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("suites/phase", "suites/every_phase"),
        ("suites/phase/test_inputs.py::test_it[x]", "suites/every_phase/test_inputs.py::test_it[x]"),
        ("suites/phases", ""),
        ("suites/every_phase", ""),
        (
            "suites/index/test_choice.py::test_variant[a]",
            "suites/index/test_variants.py::test_variant_for_the_build_platform[a]",
        ),
        (
            "suites/index/test_choice.py::test_variant_for_the_app",
            "suites/index/test_variants.py::test_variant_for_the_app",
        ),
        ("suites/index/test_choice.py::test_choice_does_not_depend_on_the_place", ""),
    ],
)
def test_what_was_moved_has_a_new_place(old: str, now: str) -> None:
    assert names.renamed(old, names.PLACES) == now


def test_an_old_name_keeps_its_parameters() -> None:
    table = {"rebaser-layers/test_old": "rebaser-layers/test_new"}
    assert names.renamed("rebaser-layers/test_old[a-b]", table) == "rebaser-layers/test_new[a-b]"
    assert names.renamed("rebaser-layers/test_older", table) == ""


def test_every_new_place_is_there(found: dict[str, list[str]]) -> None:
    for old, now in names.PLACES.items():
        path, _, test = now.partition("::")
        assert f"def {test}(" in (ROOT / path).read_text() if test else (ROOT / path).exists()
        assert test or not (ROOT / old).exists()
    assert {re.sub(r"\[.*", "", name) for name in found[SETTINGS[0]]} >= set(names.NAMES.values())


def test_an_old_place_on_the_command_line_is_answered_by_the_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(pytest.UsageError, match=r"^suites/phase/test_x\.py: is now suites/every_phase/test_x"):
        names.refuse_old(["suites/index", "suites/phase/test_x.py"], ROOT)


def test_names_of_shares_are_known_whatever_the_number_of_examples() -> None:
    found = list(
        names.in_any_share(
            ["a/test", "b/test[share-1-own]", "c/test[share-1]", "d/test[share-12]", "e/test[share-2-own]"]
        )
    )

    assert found[:3] == ["a/test", "b/test[share-1-own]", "b/test[share-2-own]"]
    assert {"b/test[share-6-own]", "c/test[share-6]", "d/test[share-12]", "e/test[share-2-own]"} <= set(found)
    assert len(found) == 15
