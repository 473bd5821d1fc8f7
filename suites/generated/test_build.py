"""Whatever index a build is given for a run image: analyzer and exporter settle on one child, the one that fits."""

from __future__ import annotations

from dataclasses import replace

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import IndexSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.reference import digest_in
from fixtures.oci.samples import index_of
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.expect.choice import allowed_choices
from suites.generated.examples import Examples
from suites.generated.indexes import indexes
from suites.generated.pool import run_images


@requirement("build-any-index")
def test_both_phases_settle_on_the_child_that_fits(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, examples: Examples
) -> None:
    pool = run_images()

    def build(index: IndexSpec) -> None:
        run, fitting = storage.lend(index, "run"), allowed_choices(index, build_platform)
        storage.remove(app)
        both = lifecycle.build(app, run_image=run)
        if both.exporter is None:
            expect.made_of_one_child(storage, both.analyzer, fitting)
            return
        recorded = digest_in(both.analyzer.analyzed.run_image_reference)
        settled = tuple(image for image in fitting.images if image.digest == recorded)
        # Of the children that may be taken, it is for the exporter the one that the analyzer settled on.
        expect.made_of_one_child(storage, both.exporter, replace(fitting, images=settled or fitting.images))

    app = storage.unused("app")
    with expect.positive_control():
        build(index_of(pool.image(build_platform)))

    examples.judge(indexes(pool, build_platform), build, pool.code_of)
