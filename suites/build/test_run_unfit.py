"""A build with no run image for the build platform is refused, by the analyzer or at the latest by the exporter."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import BuildRun
from fixtures.oci.images import Artifact
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import index_of
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.index_shapes import ABSENT_SHAPES, Shape, look_alikes, others_than, run_images

OUTPUTS = ("new", "existing")

OUTCOMES: dict[str, Callable[[BuildRun], object]] = {
    "refused": expect.refused,
    "refused-by-analyzer": lambda build: expect.refused_by("analyzer", build),
    "refused-by-exporter": lambda build: expect.refused_by("exporter", build),
}
"""The one that the requirement asks for: which phase it is that refuses."""


def build(lifecycle: Lifecycle, storage: StorageScope, run_spec: Artifact, output: str) -> BuildRun:
    """Build onto a run image, to a tag that is new, or to one that an earlier image has."""
    make = run_images(generation=9)
    name = f"app-on-{run_spec.root.digest[-8:]}"
    app = storage.unused(name) if output == "new" else storage.place(make(lifecycle.platform), name)
    return lifecycle.build(app, run_image=storage.share(run_spec, "run"))


@requirement("build-run-absent")
@pytest.mark.parametrize("shape", ABSENT_SHAPES, ids=str)
@pytest.mark.parametrize("output", OUTPUTS)
def test_index_without_fitting_child_is_refused(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, shape: Shape, output: str, outcome: str
) -> None:
    make = run_images(shape.media_types)
    expect.control(build(lifecycle, storage, shape.index(make, build_platform), output))

    run = build(lifecycle, storage, shape.without(make, build_platform), output)

    OUTCOMES[outcome](run)


@requirement("build-run-absent")
def test_index_of_look_alikes_is_refused(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, outcome: str
) -> None:
    """What the processor may run as well, or what goes by the architecture's name, is not what was asked for."""
    make = run_images()
    alike = [make(platform) for platform in look_alikes(build_platform)]
    expect.control(build(lifecycle, storage, index_of(*alike, make(build_platform)), "new"))

    run = build(lifecycle, storage, index_of(*alike), "new")

    OUTCOMES[outcome](run)


@requirement("build-run-absent", needs=Needs(features=frozenset({"faults"})))
@pytest.mark.parametrize("order", ["first", "last"])
def test_index_of_which_the_fitting_child_is_lost(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, order: str, outcome: str
) -> None:
    """As a mirror leaves it that lost a child: the entry that comes next is for another machine."""
    fitting, other = map(run_images(), (build_platform, others_than(build_platform)[0]))
    index = index_of(fitting, other) if order == "first" else index_of(other, fitting)
    expect.control(build(lifecycle, storage, index, "new"))
    storage.faults.lose(storage.share(index, "run"), fitting.digest)

    run = build(lifecycle, storage, index, "existing")

    OUTCOMES[outcome](run)


@requirement("build-run-foreign")
@pytest.mark.parametrize("alike", [0, 1], ids=["related-machine", "related-os"])
def test_look_alike_is_refused(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, alike: int, outcome: str
) -> None:
    make = run_images()
    expect.control(build(lifecycle, storage, make(build_platform), "new"))

    run = build(lifecycle, storage, make(look_alikes(build_platform)[alike]), "new")

    OUTCOMES[outcome](run)


@requirement("build-run-foreign")
@pytest.mark.parametrize("output", OUTPUTS)
def test_foreign_run_image_is_refused(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, foreign: Platform, output: str, outcome: str
) -> None:
    make = run_images()
    expect.control(build(lifecycle, storage, make(build_platform), output))

    run = build(lifecycle, storage, make(foreign), output)

    OUTCOMES[outcome](run)
