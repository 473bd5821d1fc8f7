"""A previous image of another architecture, or an index without a fitting child, is analyzed as absent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.images import Artifact, ImageSpec
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import attestation, index_of, metadata_of, run_image
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.index_shapes import ABSENT_SHAPES, Shape, look_alikes, others_than, previous_images

NAMED = ("flag", "tag-to-be-written")

OUTCOMES: Mapping[str, Callable[..., None]] = {
    "as-absent": expect.analyzed_as_absent,
    "refused": lambda run, *_: expect.refused(run),
}
"""What the requirements may ask for where nothing of the previous image fits."""


def analyze(lifecycle: Lifecycle, storage: StorageScope, previous: Artifact, how: str) -> PhaseRun:
    """Run the analyzer with a previous image that is named by the flag, or is what the new image will replace."""
    base = storage.share(run_image(lifecycle.platform), "run")
    if how == "flag":
        return lifecycle.analyze(storage.unused("new"), run_image=base, previous=storage.share(previous, "app"))
    return lifecycle.analyze(storage.place(previous, "app"), run_image=base)


def control(lifecycle: Lifecycle, storage: StorageScope, fitting: ImageSpec, how: str) -> PhaseRun:
    """Run the analyzer with a previous image that fits: it has to be analyzed."""
    run = analyze(lifecycle, storage, fitting, how)
    with expect.positive_control():
        expect.succeeded(run)
        expect.analyzed(run, fitting)
    return run


@requirement("analyzer-previous-foreign")
@pytest.mark.parametrize("how", NAMED)
def test_foreign_image_is_analyzed_as_absent(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, foreign: Platform, how: str, outcome: str
) -> None:
    make = previous_images(lifecycle.api)
    control(lifecycle, storage, make(build_platform), how)

    run = analyze(lifecycle, storage, make(foreign), how)

    OUTCOMES[outcome](run, make(foreign))


@requirement("analyzer-previous-foreign")
def test_foreign_image_of_docker_types_by_digest(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, foreign: Platform, outcome: str
) -> None:
    make = previous_images(lifecycle.api, MediaTypes.DOCKER)
    control(lifecycle, storage, make(build_platform), "flag")
    previous = storage.share(make(foreign), "app")
    base = storage.share(run_image(build_platform), "run")

    run = lifecycle.analyze(storage.unused("new"), run_image=base, previous=previous.pinned)

    OUTCOMES[outcome](run, make(foreign))


@requirement("analyzer-previous-foreign")
def test_foreign_image_where_an_earlier_analysis_is_still_there(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, outcome: str
) -> None:
    """Platforms use a volume of layers again: what the analyzer leaves is of this build alone."""
    make, foreign = previous_images(lifecycle.api), others_than(build_platform)[0]
    control(lifecycle, storage, make(build_platform), "flag")
    base, earlier = storage.share(run_image(build_platform), "run"), storage.share(make(build_platform), "app")
    space = lifecycle.workspace()
    space.write_analyzed(
        run_image=base.pinned,
        name=base.ref if lifecycle.has_targets else "",
        previous=earlier.pinned,
        metadata=metadata_of(make(build_platform)),
    )

    run = lifecycle.analyze(
        storage.unused("new"),
        run_image=base,
        previous=storage.share(make(foreign), "app"),
        workspace=space,
        anew=False,
    )

    OUTCOMES[outcome](run, make(foreign), make(build_platform))


@requirement("analyzer-previous-foreign")
def test_image_to_be_replaced_does_not_stand_in(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, outcome: str
) -> None:
    """The previous image is named, and is foreign; what the tag to be written holds is another app's."""
    make, foreign = previous_images(lifecycle.api), others_than(build_platform)[0]
    control(lifecycle, storage, make(build_platform), "tag-to-be-written")
    base, replaced = storage.share(run_image(build_platform), "run"), storage.place(make(build_platform), "app")

    run = lifecycle.analyze(replaced, run_image=base, previous=storage.share(make(foreign), "app"))

    OUTCOMES[outcome](run, make(foreign), make(build_platform))


@requirement("analyzer-previous-absent")
@pytest.mark.parametrize("media_types", list(MediaTypes), ids=lambda media_types: media_types.name.lower())
def test_empty_index(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, media_types: MediaTypes, outcome: str
) -> None:
    control(lifecycle, storage, previous_images(lifecycle.api)(build_platform), "flag")

    run = analyze(lifecycle, storage, index_of(media_types=media_types), "flag")

    OUTCOMES[outcome](run)


@requirement("analyzer-previous-absent")
def test_index_of_look_alikes(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, outcome: str
) -> None:
    make = previous_images(lifecycle.api)
    control(lifecycle, storage, make(build_platform), "flag")
    index = index_of(*map(make, look_alikes(build_platform)))

    run = analyze(lifecycle, storage, index, "flag")

    OUTCOMES[outcome](run, *index.children)


@requirement("analyzer-previous-absent")
@pytest.mark.parametrize("shape", ABSENT_SHAPES, ids=str)
@pytest.mark.parametrize("how", NAMED)
def test_index_without_fitting_child_is_analyzed_as_absent(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, shape: Shape, how: str, outcome: str
) -> None:
    make = previous_images(lifecycle.api, shape.media_types)
    control(lifecycle, storage, make(build_platform), how)
    index = shape.without(make, build_platform)

    run = analyze(lifecycle, storage, index, how)

    OUTCOMES[outcome](run, *index.children)


def absent_or_refused(run: PhaseRun, *images: ImageSpec) -> None:
    """Raise NonConforming unless nothing of these images was taken over: what is lost may come back, or may not."""
    if run.status:
        expect.refused(run)
    else:
        expect.analyzed_as_absent(run, *images)


@requirement("analyzer-previous-absent", needs=Needs(features=frozenset({"faults"})))
@pytest.mark.usefixtures("outcome")  # whichever is asked for where nothing fits: here something does, and may come back
@pytest.mark.parametrize("order", ["first", "last"])
def test_index_of_which_the_fitting_child_is_lost(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, order: str
) -> None:
    """As a mirror leaves it that lost a child: the entry that comes next is for another machine."""
    fitting, other = map(previous_images(lifecycle.api), (build_platform, others_than(build_platform)[0]))
    control(lifecycle, storage, fitting, "flag")
    index = index_of(fitting, other) if order == "first" else index_of(other, fitting)
    storage.faults.lose(storage.share(index, "app"), fitting.digest)

    run = analyze(lifecycle, storage, index, "flag")

    absent_or_refused(run, *index.children)


@requirement("analyzer-previous-absent")
def test_index_of_one_foreign_image_and_its_attestation(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, foreign: Platform, outcome: str
) -> None:
    make = previous_images(lifecycle.api)
    control(lifecycle, storage, make(build_platform), "flag")
    only = make(foreign)

    run = analyze(lifecycle, storage, index_of(only, attestation(only)), "flag")

    OUTCOMES[outcome](run, only)


@requirement("analyzer-previous-warning")
@pytest.mark.parametrize(("kind", "how"), [("foreign", "flag"), ("foreign", "tag-to-be-written"), ("absent", "flag")])
def test_a_warning_is_printed(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, foreign: Platform, kind: str, how: str
) -> None:
    make = previous_images(lifecycle.api)
    quiet = control(lifecycle, storage, make(build_platform), how)
    previous = make(foreign) if kind == "foreign" else index_of(make(foreign), attestation(make(foreign)))

    run = analyze(lifecycle, storage, previous, how)

    warned_more(run, quiet)


@requirement("analyzer-previous-warning")
def test_a_warning_is_printed_of_an_index_without_images(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    make = previous_images(lifecycle.api)
    quiet = control(lifecycle, storage, make(build_platform), "flag")

    run = analyze(lifecycle, storage, index_of(attestation(make(build_platform))), "flag")

    warned_more(run, quiet)


def warned_more(run: PhaseRun, quiet: PhaseRun) -> None:
    """Raise NonConforming unless the analyzer succeeded, and with more warnings than where the image fits."""
    expect.succeeded(run)
    # Of other things it may warn each time, and a line that differs may only hold another time of day.
    text = "a line with 'warn' more than where the previous image fits"
    expect.holds(len(run.warnings) > len(quiet.warnings), text, "\n".join(run.warnings) or "no such line")
