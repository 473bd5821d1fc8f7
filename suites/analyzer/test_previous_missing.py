"""A previous image that does not exist is no error."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.base import Placed
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.index_shapes import previous_images


@requirement("analyzer-previous-missing")
@pytest.mark.parametrize("missing", ["repository", "tag", "digest", "tag-to-be-written"])
def test_missing_previous_image_is_accepted(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, missing: str
) -> None:
    base = storage.share(run_image(build_platform), "run")
    there = storage.place(previous_images(lifecycle.api)(build_platform), "app")
    previous = {
        "repository": storage.unused("nowhere"),
        "tag": storage.unused("app", "older"),
        "digest": there.dangling,
        "tag-to-be-written": None,
    }[missing]

    run = lifecycle.analyze(storage.unused("new"), run_image=base, previous=previous)

    expect.analyzed_as_absent(run)
    expect.nothing_changed(run)


def another_app(lifecycle: Lifecycle, storage: StorageScope, base: Placed, tag: str = "latest") -> Placed:
    """Push an app image that is analyzed where its tag is the one to be written: that is the control."""
    app = storage.place(previous_images(lifecycle.api)(lifecycle.platform), "new", tag)
    with expect.positive_control():
        expect.analyzed(expect.succeeded(lifecycle.analyze(app, run_image=base)), app.image)
    return app


@requirement("analyzer-previous-missing")
def test_image_to_be_replaced_does_not_stand_in(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """The previous image is named, and is not there; what the tag to be written holds is another app's."""
    base = storage.share(run_image(build_platform), "run")
    replaced = another_app(lifecycle, storage, base)

    run = lifecycle.analyze(replaced, run_image=base, previous=storage.unused("nowhere"))

    expect.analyzed_as_absent(run, replaced.image)


@requirement("analyzer-previous-missing")
def test_image_under_a_further_tag_does_not_stand_in(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """The previous image is what the first name holds: nothing yet."""
    base = storage.share(run_image(build_platform), "run")
    further = another_app(lifecycle, storage, base, "v1")

    run = lifecycle.analyze(storage.unused("new"), run_image=base, tags=[further])

    expect.analyzed_as_absent(run, further.image)
