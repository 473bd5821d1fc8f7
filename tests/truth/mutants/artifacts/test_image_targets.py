"""Makefiles whose images are at fault are killed where a Docker engine answers, and leave nothing in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.artifacts import reference
from fixtures.artifacts.engine_images import EngineImages
from tests.support.engine import HERE, images_named, needed_engine
from tests.support.runs import run_suite
from tests.support.sampled import but_few
from tests.truth.mutants.artifacts.makefile import IMAGE_MUTANTS
from tests.truth.mutants.artifacts.mutant import ReleaseMutant


@pytest.mark.parametrize("mutant", but_few(IMAGE_MUTANTS, 0))
def test_faulty_image_target_is_killed(mutant: ReleaseMutant, tmp_path: Path) -> None:
    needed_engine()
    before = _images()
    reference.make(tmp_path / "release")
    mutant.change(tmp_path / "release")

    run = run_suite(
        tmp_path / "run",
        f"--artifacts=checkout:{tmp_path / 'release' / reference.CHECKOUT}",
        f"--only={mutant.killed_by}",
        places=["suites/artifacts/test_checkout_images.py"],
        environment=HERE,
    )

    assert "fail" in {case.verdict for case in run.cases}, run.output
    assert _images() == before


def _images() -> list[str]:
    """Give what the engine has while no run of the suite makes images."""
    with EngineImages("of nobody").alone():
        return images_named("lifecycle")
