"""The exporter alone, told of a run image that does not fit the build platform: it refuses."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.images import Artifact
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import index_of
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.index_shapes import ABSENT_SHAPES, Shape, look_alikes, others_than, run_images


def export(lifecycle: Lifecycle, storage: StorageScope, run_spec: Artifact, naming: str) -> PhaseRun:
    """Export onto a run image that analyzed.toml names by tag or by digest."""
    placed = storage.share(run_spec, "run")
    app = storage.unused(f"app-on-{placed.digest[-8:]}")
    return lifecycle.export_onto(placed.ref if naming == "tag" else placed.pinned, app, name=placed.ref)


@requirement("exporter-run-absent")
@pytest.mark.parametrize("shape", ABSENT_SHAPES, ids=str)
@pytest.mark.parametrize("naming", ["tag", "digest"])
def test_index_without_fitting_child_is_refused(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, shape: Shape, naming: str
) -> None:
    make = run_images(shape.media_types)
    expect.control(export(lifecycle, storage, shape.index(make, build_platform), naming))

    run = export(lifecycle, storage, shape.without(make, build_platform), naming)

    expect.refused(run)


@requirement("exporter-run-absent")
def test_index_of_look_alikes_is_refused(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform) -> None:
    make = run_images()
    alike = [make(platform) for platform in look_alikes(build_platform)]
    expect.control(export(lifecycle, storage, index_of(*alike, make(build_platform)), "digest"))

    run = export(lifecycle, storage, index_of(*alike), "digest")

    expect.refused(run)


@requirement("exporter-run-absent", needs=Needs(features=frozenset({"faults"})))
@pytest.mark.parametrize("order", ["first", "last"])
def test_index_of_which_the_fitting_child_is_lost(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, order: str
) -> None:
    """As a mirror leaves it that lost a child: the entry that comes next is for another machine."""
    fitting, other = map(run_images(), (build_platform, others_than(build_platform)[0]))
    index = index_of(fitting, other) if order == "first" else index_of(other, fitting)
    expect.control(export(lifecycle, storage, index, "digest"))
    storage.faults.lose(storage.share(index, "run"), fitting.digest)

    run = export(lifecycle, storage, index, "tag")

    expect.refused(run)


@requirement("exporter-run-foreign")
@pytest.mark.parametrize("alike", [0, 1], ids=["related-machine", "related-os"])
def test_look_alike_is_refused(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, alike: int
) -> None:
    make = run_images()
    expect.control(export(lifecycle, storage, make(build_platform), "digest"))

    run = export(lifecycle, storage, make(look_alikes(build_platform)[alike]), "digest")

    expect.refused(run)


@requirement("exporter-run-foreign")
@pytest.mark.parametrize("naming", ["tag", "digest"])
def test_foreign_run_image_is_refused(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, foreign: Platform, naming: str
) -> None:
    make = run_images()
    expect.control(export(lifecycle, storage, make(build_platform), naming))

    run = export(lifecycle, storage, make(foreign), naming)

    expect.refused(run)
