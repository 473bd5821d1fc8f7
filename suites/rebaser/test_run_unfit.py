"""A run image that does not fit the app image is refused, and the app image stays what it was."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.platforms import AMD64, ARM64, ARM_V7, Platform
from fixtures.oci.samples import index_of
from fixtures.storage.base import Naming
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.app_on_run_image import app_on_base, new_base, old_base
from suites.inputs.index_shapes import ABSENT_SHAPES, APP_PLATFORMS, Shape, look_alikes, others_than


@requirement("rebaser-run-absent")
@pytest.mark.parametrize("app_platform", APP_PLATFORMS, ids=lambda platform: platform.slug)
def test_index_without_child_for_the_app_is_refused(
    lifecycle: Lifecycle, storage: StorageScope, app_platform: Platform
) -> None:
    others = [new_base(platform) for platform in others_than(app_platform)]
    fitting = index_of(new_base(app_platform), *others)
    expect.control(app_on_base(lifecycle, storage, old_base(app_platform), fitting, name="control").rebase())
    scenario = app_on_base(lifecycle, storage, old_base(app_platform), index_of(*others))

    run = scenario.rebase()

    expect.refused(run)


@requirement("rebaser-run-absent")
@pytest.mark.parametrize("app_platform", [AMD64, ARM64], ids=lambda platform: platform.slug)
@pytest.mark.parametrize("shape", ABSENT_SHAPES, ids=str)
def test_index_of_any_shape_by_digest(
    lifecycle: Lifecycle, storage: StorageScope, app_platform: Platform, shape: Shape
) -> None:
    fitting, lacking = (make(new_base, app_platform) for make in (shape.index, shape.without))
    expect.control(
        app_on_base(lifecycle, storage, old_base(app_platform), fitting, name="control").rebase(
            naming=Naming.INDEX_DIGEST
        )
    )
    scenario = app_on_base(lifecycle, storage, old_base(app_platform), lacking)

    run = scenario.rebase(naming=Naming.INDEX_DIGEST)

    expect.refused(run)


@requirement("rebaser-run-absent")
def test_index_of_look_alikes_is_refused(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform) -> None:
    fitting, alike = new_base(build_platform), [new_base(platform) for platform in look_alikes(build_platform)]
    base = old_base(build_platform)
    expect.control(app_on_base(lifecycle, storage, base, index_of(*alike, fitting), name="control").rebase())
    scenario = app_on_base(lifecycle, storage, base, index_of(*alike))

    run = scenario.rebase()

    expect.refused(run)


@requirement("rebaser-run-absent", needs=Needs(features=frozenset({"faults"})))
@pytest.mark.parametrize("order", ["first", "last"])
def test_index_of_which_the_fitting_child_is_lost(lifecycle: Lifecycle, storage: StorageScope, order: str) -> None:
    """As a mirror leaves it that lost a child: the entry that comes next is for another machine."""
    fitting, other = new_base(AMD64), new_base(ARM64)
    index = index_of(fitting, other) if order == "first" else index_of(other, fitting)
    expect.control(app_on_base(lifecycle, storage, old_base(AMD64), index, name="control").rebase())
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), index)
    storage.faults.lose(scenario.run, fitting.digest)

    run = scenario.rebase()

    expect.refused(run)


@requirement("rebaser-run-foreign")
def test_image_for_a_related_machine_is_refused(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    machine, _ = look_alikes(build_platform)
    base = old_base(build_platform)
    expect.control(app_on_base(lifecycle, storage, base, new_base(build_platform), name="control").rebase())
    scenario = app_on_base(lifecycle, storage, base, new_base(machine))

    run = scenario.rebase()

    expect.refused(run)


@requirement("rebaser-run-foreign")
@pytest.mark.parametrize("app_platform", APP_PLATFORMS, ids=lambda platform: platform.slug)
@pytest.mark.parametrize("other", [AMD64, ARM64, ARM_V7], ids=lambda platform: f"onto-{platform.slug}")
def test_single_run_image_of_another_architecture_is_refused(
    lifecycle: Lifecycle, storage: StorageScope, app_platform: Platform, other: Platform
) -> None:
    if other.architecture == app_platform.architecture:
        other = others_than(app_platform)[-1]
    expect.control(
        app_on_base(lifecycle, storage, old_base(app_platform), new_base(app_platform), name="control").rebase()
    )
    scenario = app_on_base(lifecycle, storage, old_base(app_platform), new_base(other))

    run = scenario.rebase()

    expect.refused(run)


@requirement("rebaser-run-foreign")
@pytest.mark.parametrize("built_at", ["0.7", "0.11"])
@pytest.mark.parametrize(("app_platform", "other"), [(AMD64, ARM64), (ARM64, AMD64)], ids=["amd64-app", "arm64-app"])
def test_app_that_was_built_at_an_older_platform_api(
    lifecycle: Lifecycle, storage: StorageScope, built_at: str, app_platform: Platform, other: Platform
) -> None:
    base, fitting = old_base(app_platform), new_base(app_platform)
    expect.control(app_on_base(lifecycle, storage, base, fitting, name="control", built_at=built_at).rebase())
    scenario = app_on_base(lifecycle, storage, base, new_base(other), built_at=built_at)

    run = scenario.rebase()

    expect.refused(run)
