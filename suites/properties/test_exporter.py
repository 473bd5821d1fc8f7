"""Whatever index the exporter is given for a run image: the app image is of the child that fits, or there is none."""

from __future__ import annotations

from fixtures.examples import Examples
from fixtures.images import IndexSpec
from fixtures.lifecycle.phases import Lifecycle
from fixtures.oracle import answer
from fixtures.platforms import Platform
from fixtures.registry.namespace import Registry
from fixtures.verdicts import positive_control
from fixtures.worlds import index_of, run_image
from suites import requirement
from suites.properties.indexes import indexes
from suites.properties.one_child import made_of_one_child
from suites.properties.pool import run_images


@requirement("exporter-any-index")
def test_app_image_is_of_the_child_that_fits(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, examples: Examples
) -> None:
    pool, space, earlier = run_images(), lifecycle.workspace(), run_image(build_platform, generation=0)

    def export(index: IndexSpec) -> None:
        run, app = registry.serve(index, "run"), registry.push(earlier, "app")
        exported = lifecycle.export_onto(run.by_digest, app, name=run.reference, workspace=space)
        made_of_one_child(exported, answer(index, build_platform))

    with positive_control():
        export(index_of(pool.image(build_platform)))

    examples.judge(indexes(pool, build_platform), export, pool.code_of)
