"""Whatever index the analyzer is given: it records the child that fits, or none."""

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
from suites.generated.pool import earlier_images, run_images


@requirement("analyzer-any-index")
def test_child_that_fits_is_the_run_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, examples: Examples
) -> None:
    pool, space = run_images(), lifecycle.workspace()

    def analyze(index: IndexSpec) -> None:
        run = storage.lend(index, "run")
        analyzed = lifecycle.analyze(storage.unused("app"), run_image=run, workspace=space)
        expect.recorded_run_image(storage, analyzed, run, allowed_choices(index, build_platform))

    with expect.positive_control():
        analyze(index_of(pool.image(build_platform)))

    examples.judge(indexes(pool, build_platform), analyze, pool.code_of)


@requirement("analyzer-any-index")
def test_child_that_fits_is_the_previous_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, examples: Examples
) -> None:
    pool, space, base = earlier_images(), lifecycle.workspace(), run_image(build_platform, generation=0)

    def analyze(index: IndexSpec) -> None:
        run, previous = storage.share(base, "run"), storage.lend(index, "earlier")
        analyzed = lifecycle.analyze(storage.unused("app"), run_image=run, previous=previous, workspace=space)
        expect.recorded_previous_image(analyzed, index, allowed_choices(index, build_platform))

    with expect.positive_control():
        analyze(index_of(pool.image(build_platform)))

    examples.judge(indexes(pool, build_platform), analyze, pool.code_of)
