"""The app image is built on the run image that was analyzed, wherever its tag points by now."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import Artifact
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.index_shapes import SHAPES, others_than, run_images


@requirement("exporter-run-recorded")
@pytest.mark.parametrize("moved_to", ["next-generation", "other-architecture", "index", "nothing-moved"])
@pytest.mark.parametrize("recorded", ["single", "child-of-index"])
def test_recorded_run_image_is_used(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, moved_to: str, recorded: str
) -> None:
    base = run_image(build_platform)
    spec: Artifact = base if recorded == "single" else SHAPES[1].index(run_images(), build_platform)
    placed = storage.place(spec, "run")
    later: dict[str, Artifact] = {
        "next-generation": run_image(build_platform, generation=2),
        "other-architecture": run_image(others_than(build_platform)[0], generation=2),
        "index": SHAPES[0].index(run_images(generation=2), build_platform),
        "nothing-moved": spec,
    }
    storage.place(later[moved_to], "run")
    app = storage.unused("app")

    run = lifecycle.export_onto(placed.at(base.digest), app, name=placed.ref)

    expect.succeeded(run)
    expect.built_on(storage.read(app), base)


@requirement("exporter-run-recorded", needs=Needs(features=frozenset({"faults"})))
def test_no_other_run_image_stands_in(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform) -> None:
    """The registry has lost what was analyzed, and its tag has a later image, which nobody has analyzed."""
    placed = storage.place(run_image(build_platform), "run")
    storage.place(run_image(build_platform, generation=2), "run")
    expect.control(lifecycle.export_onto(placed.pinned, storage.unused("control"), name=placed.ref))
    storage.faults.lose(placed, placed.digest)

    run = lifecycle.export_onto(placed.pinned, storage.unused("app"), name=placed.ref)

    expect.refused(run)
