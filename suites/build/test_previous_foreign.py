"""A previous image of another architecture lends nothing to a build, and does not stop it."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.index_shapes import previous_images


@requirement("build-previous-foreign")
@pytest.mark.parametrize("how", ["flag", "tag-to-be-written"])
@pytest.mark.parametrize("buildpack", ["makes-its-layer", "keeps-its-layer-where-it-is-told-of-one"])
def test_no_layer_of_it_is_in_the_app_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, foreign: Platform, how: str, buildpack: str
) -> None:
    earlier = previous_images(lifecycle.api)(foreign)
    previous = storage.place(earlier, "earlier")
    app = storage.unused("app") if how == "flag" else previous.ref
    base = storage.share(run_image(build_platform), "run")
    space = lifecycle.workspace()
    space.offer_run_images(base.ref)

    given = previous if how == "flag" else None
    expect.succeeded(lifecycle.analyze(app, run_image=base, previous=given, workspace=space))
    if buildpack != "makes-its-layer":
        space.keep_layer_if_analyzed()
    exported = expect.succeeded(lifecycle.export(app, workspace=space))

    expect.nothing_taken(storage, exported, earlier)
