"""Whatever index the analyzer is given: it records the child that fits, or none."""

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
from suites.properties.one_child import recorded_previous_image, recorded_run_image
from suites.properties.pool import earlier_images, run_images


@requirement("analyzer-any-index")
def test_child_that_fits_is_the_run_image(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, examples: Examples
) -> None:
    pool, space = run_images(), lifecycle.workspace()

    def analyze(index: IndexSpec) -> None:
        run = registry.serve(index, "run")
        analyzed = lifecycle.analyze(registry.absent("app"), run_image=run, workspace=space)
        recorded_run_image(analyzed, run, answer(index, build_platform))

    with positive_control():
        analyze(index_of(pool.image(build_platform)))

    examples.judge(indexes(pool, build_platform), analyze, pool.code_of)


@requirement("analyzer-any-index")
def test_child_that_fits_is_the_previous_image(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, examples: Examples
) -> None:
    pool, space, base = earlier_images(), lifecycle.workspace(), run_image(build_platform, generation=0)

    def analyze(index: IndexSpec) -> None:
        run, previous = registry.shared(base, "run"), registry.serve(index, "earlier")
        analyzed = lifecycle.analyze(registry.absent("app"), run_image=run, previous=previous, workspace=space)
        recorded_previous_image(analyzed, index, answer(index, build_platform))

    with positive_control():
        analyze(index_of(pool.image(build_platform)))

    examples.judge(indexes(pool, build_platform), analyze, pool.code_of)
