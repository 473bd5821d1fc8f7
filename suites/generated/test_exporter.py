"""Whatever index the exporter is given for a run image: the app image is of the child that fits, or there is none."""

from __future__ import annotations

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import IndexSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import index_of, run_image
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.expect.choice import allowed_choices
from suites.generated.examples import Examples
from suites.generated.indexes import indexes
from suites.generated.pool import run_images


@requirement("exporter-any-index")
def test_app_image_is_of_the_child_that_fits(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, examples: Examples
) -> None:
    pool, space, earlier = run_images(), lifecycle.workspace(), run_image(build_platform, generation=0)

    def export(index: IndexSpec) -> None:
        run, app = storage.lend(index, "run"), storage.place(earlier, "app")
        exported = lifecycle.export_onto(run.pinned, app, name=run.ref, workspace=space)
        expect.made_of_one_child(storage, exported, allowed_choices(index, build_platform))

    with expect.positive_control():
        export(index_of(pool.image(build_platform)))

    examples.judge(indexes(pool, build_platform), export, pool.code_of)
