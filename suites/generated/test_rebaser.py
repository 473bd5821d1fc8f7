"""Whatever app image and index the rebaser is given: the app is put onto the child that fits it, or stays as it is."""

from __future__ import annotations

from functools import cache

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import ImageSpec, IndexSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import app_image, index_of, run_image
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.expect.choice import allowed_choices
from suites.generated.examples import Examples
from suites.generated.hypothesis_import import strategies as st
from suites.generated.indexes import indexes
from suites.generated.pool import code_of_platform, run_images
from suites.inputs.index_shapes import APP_PLATFORMS


@requirement("rebaser-any-index")
@pytest.mark.parametrize("whose", ["own-architecture", "any-architecture"])
def test_app_is_put_onto_the_child_that_fits_it(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, examples: Examples, whose: str
) -> None:
    pool, space = run_images(), lifecycle.workspace()
    apps = [build_platform] if whose == "own-architecture" else [build_platform, *APP_PLATFORMS]
    generated = {platform: st.tuples(st.just(platform), indexes(pool, platform)) for platform in apps}

    @cache
    def app_on(name: str, platform: Platform) -> ImageSpec:
        return app_image(run_image(platform, generation=0), api=str(lifecycle.api), run_image=name)

    def rebase(history: tuple[Platform, IndexSpec]) -> None:
        platform, index = history
        run = storage.lend(index, "run")
        app = storage.place(app_on(str(run.ref), platform), "app")
        rebased = lifecycle.rebase(app, run_image=run, workspace=space)
        expect.made_of_one_child(storage, rebased, allowed_choices(index, platform))

    def code_of(history: tuple[Platform, IndexSpec]) -> str:
        return f"# an app image for {code_of_platform(history[0])} is rebased onto\n{pool.code_of(history[1])}"

    with expect.positive_control():
        rebase((build_platform, index_of(pool.image(build_platform))))

    examples.judge(st.sampled_from(apps).flatmap(generated.__getitem__), rebase, code_of)
