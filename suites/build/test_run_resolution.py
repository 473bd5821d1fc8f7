"""A mirror on the registry of the app that lacks the architecture: no app of another one comes of that."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import BuildRun
from fixtures.oci.images import Artifact
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import index_of, run_image
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.index_shapes import others_than


def build(lifecycle: Lifecycle, storage: StorageScope, whole: Artifact, near: Artifact) -> BuildRun:
    """Build an app whose run image is whole elsewhere, and has a mirror on the app's registry."""
    space, app = lifecycle.workspace(), storage.unused(f"app-{near.root.digest[-8:]}")
    mirror = str(storage.share(near, "near/run").ref)
    space.offer_run_images(storage.elsewhere(storage.share(whole, "far/run")), [mirror])
    analyzed = lifecycle.analyze(app, workspace=space)
    return BuildRun(analyzed, None if analyzed.status else lifecycle.export(app, workspace=space))


@requirement("run-resolution-unfit-mirror", needs=Needs(features=frozenset({"alias"})))
@pytest.mark.parametrize("kind", ["single", "index"])
def test_mirror_that_lacks_the_architecture(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, kind: str
) -> None:
    fitting, (other, another) = run_image(build_platform), map(run_image, others_than(build_platform)[:2])
    whole = index_of(other, fitting, another)
    expect.control(build(lifecycle, storage, whole, whole))

    found = build(lifecycle, storage, whole, other if kind == "single" else index_of(other, another))

    if found.runs[-1].status:
        expect.refused(found)
        return
    expect.succeeded(found)
    expect.built_on(expect.written(storage, found.runs[-1]), fitting)


@requirement("run-resolution-unfit-mirror", needs=Needs(features=frozenset({"alias"})))
def test_no_digest_of_nothing_is_recorded(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    other, another = map(run_image, others_than(build_platform)[:2])
    whole = index_of(other, run_image(build_platform), another)
    expect.control(build(lifecycle, storage, whole, whole))

    analyzer = build(lifecycle, storage, whole, index_of(other, another)).analyzer

    expect.proper_exit_status(analyzer)
    recorded = [] if analyzer.status else [analyzer.analyzed.run_image_reference]
    expect.lead_somewhere(storage, recorded, "the run image in analyzed.toml")
