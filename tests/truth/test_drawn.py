"""What hypothesis draws for properties and histories: of every kind, and printed as code that makes it again."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from fixtures.oci import images, options, platforms
from fixtures.oci import samples as worlds
from fixtures.oci.images import Entry, IndexSpec
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.options import MALFORMED, OPTIONS, VALID, with_option
from fixtures.oci.platforms import AMD64, ARM64, ARM64_V8, WINDOWS_AMD64, Platform
from suites.expect.choice import allowed_choices
from suites.expect.soundness import Soundness, soundness_of_index
from suites.generated import history as model
from suites.generated.examples import Examples
from suites.generated.fields import ODD_ENTRIES, ODD_FIELDS, VALID_ENTRIES
from suites.generated.history import Step
from suites.generated.indexes import DEPTH, ENTRIES, indexes
from suites.generated.pool import Pool, earlier_images, run_images
from suites.generated.test_one_tag import code_of, histories
from tests.support.sampled import but_few

PLATFORMS = (AMD64, ARM64_V8, WINDOWS_AMD64)


def drawn(directory: Path, pool: Pool, wanted: Platform, count: int = 400) -> list[IndexSpec]:
    """Give the indexes that are drawn for a platform."""
    found: list[IndexSpec] = []
    Examples(count, 0, "test", lambda: None, directory).judge(indexes(pool, wanted), found.append, pool.code_of)
    return found


def made_by(code: str) -> Any:
    """Run code as a test would that has imported the builders."""
    names = {**vars(platforms), **vars(images), **vars(options), **vars(worlds), **vars(model)}
    return eval(code, names)  # noqa: S307 - that it can be run is what is asked


def depth(index: IndexSpec) -> int:
    """Count the indexes inside each other below this one."""
    inner = [entry.child for entry in index.entries if isinstance(entry.child, IndexSpec)]
    return max((1 + depth(index) for index in inner), default=0)


@pytest.mark.parametrize("wanted", but_few(PLATFORMS, ids=[platform.slug for platform in PLATFORMS]))
def test_every_answer_is_asked_for(tmp_path: Path, wanted: Platform) -> None:
    answers = [allowed_choices(index, wanted) for index in drawn(tmp_path, run_images(), wanted)]

    kinds = Counter((len(found.images[:2]), found.may_refuse) for found in answers)
    for kind in ((0, True), (1, False), (2, False), (2, True)):
        assert kinds[kind] > len(answers) / 10, kinds


@pytest.mark.long
def test_shapes_of_every_kind(tmp_path: Path) -> None:
    found = drawn(tmp_path, run_images(), AMD64, 1000)
    entries = [entry for index in found for entry in index.entries]

    sizes = {len(index.entries) for index in found}
    assert {0, 1, ENTRIES} <= sizes <= set(range(ENTRIES + 1))
    assert len(sizes) > ENTRIES * 3 / 4
    assert {depth(index) for index in found} == set(range(DEPTH + 1))
    assert {index.media_types for index in found} == set(MediaTypes)
    assert any(len({child.media_types for child in index.children}) > 1 for index in found)
    assert {type(entry.platform).__name__ for entry in entries} >= {"Platform", "NoneType", "dict"}
    assert any(not entry.is_there for entry in entries)
    assert {key for entry in entries for key, _ in entry.fields} >= {"urls", "data", "size", "digest", "artifactType"}
    assert {key for index in found for key, _ in index.fields} >= {"annotations", "subject", "schemaVersion"}
    assert {soundness_of_index(index) for index in found} == set(Soundness)


@pytest.mark.long
def test_every_option_is_drawn(tmp_path: Path) -> None:
    pool = run_images()

    drawn(tmp_path, pool, AMD64, 1000)

    assert {name for name in OPTIONS if any(f'"{name}")' in code for code in pool.codes)} == set(OPTIONS)


@pytest.mark.parametrize("name", VALID)
@pytest.mark.parametrize("platform", [AMD64, ARM64_V8], ids=lambda platform: platform.slug)
def test_what_is_right_stays_sure(name: str, platform: Platform) -> None:
    found = allowed_choices(worlds.index_of(with_option(worlds.run_image(platform), name)), platform)

    assert (len(found.images), found.may_refuse, found.can_be_read) == (1, False, True)


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_odd_is_open(name: str) -> None:
    found = allowed_choices(worlds.index_of(with_option(worlds.run_image(AMD64), name)), AMD64)

    assert (len(found.images), found.may_refuse) == (1, True)


@pytest.mark.parametrize("make", VALID_ENTRIES)
def test_entry_that_says_more_stays_sure(make: Any) -> None:
    found = allowed_choices(worlds.index_of(make(worlds.run_image(AMD64))), AMD64)

    assert (len(found.images), found.may_refuse) == (1, False)


@pytest.mark.parametrize("make", ODD_ENTRIES)
def test_odd_entry_is_open(make: Any) -> None:
    assert allowed_choices(worlds.index_of(make(worlds.run_image(AMD64)), worlds.run_image(AMD64)), AMD64).may_refuse


@pytest.mark.parametrize("fields", ODD_FIELDS)
def test_odd_index_is_open(fields: Any) -> None:
    assert allowed_choices(worlds.index_of(worlds.run_image(AMD64), fields=fields), AMD64).may_refuse


@pytest.mark.parametrize("wanted", but_few(PLATFORMS, ids=[platform.slug for platform in PLATFORMS]))
@pytest.mark.parametrize("make", [run_images, earlier_images], ids=["run-images", "earlier-images"])
def test_code_of_an_index_makes_it_again(tmp_path: Path, make: Any, wanted: Platform) -> None:
    pool = make()

    for index in drawn(tmp_path, pool, wanted, 100):
        assert made_by(pool.code_of(index)).digest == index.digest


def test_code_is_short() -> None:
    pool = run_images()
    index = images.IndexSpec((Entry(pool.image(AMD64), None), Entry(pool.image(ARM64_V8, 2))))

    assert pool.code_of(index).splitlines() == [
        "index_of(",
        "    Entry(run_image(AMD64), None),",
        "    run_image(ARM64_V8, generation=2),",
        "    media_types=MediaTypes.OCI,",
        ")",
    ]


def test_code_of_a_history_makes_it_again(tmp_path: Path) -> None:
    found: list[list[Step]] = []
    some = st.sampled_from([(AMD64,), (AMD64, ARM64), (ARM64,)])

    Examples(100, 0, "test", lambda: None, tmp_path).judge(histories(some, [AMD64, ARM64]), found.append, code_of)

    assert all(made_by(code_of(history)) == history for history in found)
    assert {type(step).__name__ for history in found for step in history} == {
        "Build",
        "PutApp",
        "Rebase",
        "UpdateRunImage",
    }


def test_drawing_does_not_depend_on_chance(tmp_path: Path) -> None:
    first = [index.digest for index in drawn(tmp_path, run_images(), AMD64, 50)]
    random.seed(7)

    assert [index.digest for index in drawn(tmp_path, run_images(), AMD64, 50)] == first
