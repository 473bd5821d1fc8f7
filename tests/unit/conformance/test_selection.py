"""What applies in which setting, said in one place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.selection import Selection
from conformance.setting import Setting
from fixtures.lifecycle.platform_api import PlatformApi
from fixtures.oci.platforms import AMD64, ARM64, ARM64_V8
from suites import Needs, requirement
from suites.requirements.catalogue import load
from tools.check_repository import judged_in_tests

OLD, NEW = Setting(AMD64, PlatformApi.parse("0.9")), Setting(AMD64, PlatformApi.parse("0.12"))
PART = replace(NEW, phases=frozenset({"rebaser"}), capabilities=frozenset({"report"}))
"""That of a target that does the rebaser's job, and can't force."""


@pytest.fixture
def selection() -> Selection:
    """Give the selection of a run at two Platform APIs."""
    return Selection(load(), [OLD, NEW], lambda phase, _: "the target has no restorer" if phase == "restorer" else "")


@pytest.mark.parametrize(
    ("needs", "setting", "reason"),
    [
        (Needs(), OLD, ""),
        (Needs(since="0.9", until="0.9"), OLD, ""),
        (Needs(since="0.10"), OLD, "holds from Platform API 0.10"),
        (Needs(until="0.11"), NEW, "holds up to Platform API 0.11"),
        (Needs(platform_source="runtime"), OLD, ""),
        (
            Needs(platform_source="flag"),
            OLD,
            "holds for the platform source flag, and this lifecycle's is runtime",
        ),
        (Needs(platform_source="flag"), replace(OLD, platform_source="flag"), ""),
        (Needs(platform="linux/amd64"), OLD, ""),
        (Needs(platform="linux/arm64/v8"), OLD, "is about linux/arm64/v8, and the lifecycle runs as linux/amd64"),
        (Needs(platform="linux/arm64/v8"), replace(OLD, platform=ARM64), ""),
        (Needs(storages=frozenset({"registry"}), features=frozenset({"index", "faults"})), OLD, ""),
        (Needs(programs=frozenset({"rebaser"})), OLD, ""),
        (Needs(programs=frozenset({"restorer", "rebaser"})), OLD, "the target has no restorer"),
        (Needs(phases=frozenset({"analyzer"}), capabilities=frozenset({"force"})), OLD, ""),
        (Needs(phases=frozenset({"rebaser"}), capabilities=frozenset({"report"})), PART, ""),
        (
            Needs(phases=frozenset({"analyzer", "exporter"})),
            PART,
            "is about the analyzer and exporter, and this target does the job of the rebaser alone",
        ),
        (Needs(capabilities=frozenset({"report", "force"})), PART, "takes a target that can do force"),
        (Needs(subject="release"), OLD, "no release was given"),
        (Needs(excluded="not driven yet", since="0.10"), OLD, "not driven yet"),
    ],
)
def test_why_something_does_not_apply(selection: Selection, needs: Needs, setting: Setting, reason: str) -> None:
    assert selection.reason_not(needs, setting) == reason


def test_a_storage_that_lacks_something_is_no_place_for_what_needs_it(
    selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conformance.selection.CAN", {"shelf": frozenset({"index"})})
    shelf = replace(OLD, storage="shelf")

    needs_faults = selection.reason_not(Needs(features=frozenset({"index", "faults"})), shelf)
    needs_registry = selection.reason_not(Needs(storages=frozenset({"registry"})), shelf)

    assert needs_faults == "takes a storage that can do faults"
    assert needs_registry == "holds for images in registry, and these are in shelf"


def test_a_test_has_the_settings_in_which_all_its_needs_are_met(selection: Selection) -> None:
    assert selection.settings([Needs(since="0.3"), Needs()]) == (OLD, NEW)
    assert selection.settings([Needs(since="0.3"), Needs(since="0.11")]) == (NEW,)
    assert selection.settings([Needs(since="0.13")]) == (OLD,), "one is kept, to say why"


def test_a_requirement_applies_where_one_setting_will_do(selection: Selection) -> None:
    row = load()["rebaser-layers"]
    text = "holds from Platform API 0.10; holds up to Platform API 0.11"

    assert selection.reason_nowhere(replace(row, since="0.10", until=None)) == ""
    assert selection.reason_nowhere(replace(row, since="0.10", until="0.11")) == text


def test_a_setting_is_part_of_a_name() -> None:
    assert str(Setting(ARM64_V8, PlatformApi.parse("0.15"))) == "arm64-v8-0.15"
    assert str(Setting(AMD64, PlatformApi.parse("0.15"), "layout")) == "amd64-0.15-layout"


def test_the_decorator_narrows_needs() -> None:
    mark = requirement("x", since="0.11", needs=Needs(platform="linux/arm64")).mark
    assert mark.args == ("x",)
    assert mark.kwargs == {"needs": Needs(since="0.11", platform="linux/arm64")}


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"since": "twelve"}, "not a Platform API"),
        ({"storages": frozenset({"attic"})}, "storages: expected some of registry, found attic"),
        ({"features": frozenset({"wings"})}, "features: .* found wings"),
        ({"programs": frozenset({"linker"})}, "programs: .* found linker"),
        ({"subject": "weather"}, "subject: .* found weather"),
        ({"platform_source": "guess"}, "platform_source: .* found guess"),
    ],
)
def test_needs_that_nothing_can_meet_are_refused(wrong: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Needs(**wrong)


def test_no_test_body_decides_whether_it_applies(tmp_path: Path) -> None:
    suite = tmp_path / "test_x.py"
    suite.write_text(
        "def test_x():\n    raise NotApplicable('not here')\n\ndef test_y():\n    raise outcomes.NotApplicable\n"
    )

    text = list(judged_in_tests([suite]))

    assert [line.partition(": ")[0] for line in text] == [f"{suite}:2", f"{suite}:5"]
