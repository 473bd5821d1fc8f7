"""Two builds of two architectures at once, under one tag: as matrix jobs that nobody gave tags of their own."""

from __future__ import annotations

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.samples import run_image
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.exports import Export, built_app

BEHIND = 0.5
"""Seconds that the first of two manifests is late, so that the other one is written meanwhile."""
AT_MOST = 15.0
"""Seconds that it is late where one of the builds takes longer than the other by itself, as under an emulator."""


def builds_of_two(lifecycle: Lifecycle, storage: StorageScope) -> list[Export]:
    """Give an app for each of two platforms that the lifecycle is run as here, or two for the only one."""
    platforms = [lifecycle.platform, *lifecycle.other_platforms, lifecycle.platform][:2]
    numbered = [(lifecycle.running_as(platform), number) for number, platform in enumerate(platforms, start=1)]
    return [built_app(each, storage, run_image(each.platform, generation=number)) for each, number in numbered]


@requirement("build-parallel-architectures", needs=Needs(features=frozenset({"faults"})))
def test_two_exports_at_once_to_one_tag(lifecycle: Lifecycle, storage: StorageScope) -> None:
    builds, app = builds_of_two(lifecycle, storage), storage.unused("app")
    alone = [expect.control(build.run(storage.unused(f"alone-{build.base.image.digest[-8:]}"))) for build in builds]
    took = [run.completed.seconds for run in alone]
    storage.faults.hold_manifest(min(BEHIND + max(took) - min(took), AT_MOST))

    runs = lifecycle.run_at_once([build.lifecycle.ready_to_export(app, build.space) for build in builds])

    images = [expect.image_reported(storage, expect.succeeded(run)) for run in runs]
    for build, image in zip(builds, images, strict=True):
        base = build.base.image
        expect.built_on(image, base)
        expect.layers_are_whole(image)
        fits = image.platform.same_architecture(base.platform)
        expect.holds(fits, f"an image for {base.platform}", f"one for {image.platform}")
    one_of_both = storage.read(app).digest in [image.digest for image in images]
    expect.holds(one_of_both, f"{app} to lead to one of the two images", "it leads to another")
