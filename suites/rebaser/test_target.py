"""Target data at a rebase: kept without force, in conflict refused, and the new run image's with force."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import ImageSpec
from fixtures.oci.platforms import AMD64, ARM64, ARM64_V8, ARM_V6, ARM_V7, S390X, WINDOWS_AMD64, Platform
from fixtures.oci.samples import DISTRO, index_of
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.app_on_run_image import app_on_base, new_base, old_base

ARM64_V9 = Platform("linux", "arm64", "v9")
AMD64_V2, AMD64_V3 = Platform("linux", "amd64", "v2"), Platform("linux", "amd64", "v3")

KEPT = (AMD64, ARM64, S390X, ARM64_V8, ARM_V6, ARM_V7)

CONFLICTS = {
    "os": (new_base(AMD64, None), new_base(WINDOWS_AMD64, None)),
    "architecture": (new_base(AMD64), new_base(ARM64)),
    "arm-variant": (new_base(ARM_V7), new_base(ARM_V6)),
    "arm64-variant": (new_base(ARM64_V8), new_base(ARM64_V9)),
    "distro-name": (new_base(AMD64, ("debian", "12")), new_base(AMD64, ("alpine", "12"))),
    "distro-version": (new_base(AMD64, ("debian", "12")), new_base(AMD64, ("debian", "13"))),
    "distro-version-in-part": (new_base(AMD64, ("ubuntu", "22.04")), new_base(AMD64, ("ubuntu", "22.10"))),
    "amd64-variant": (new_base(AMD64_V3), new_base(AMD64_V2)),
    "distro-of-arm64": (new_base(ARM64, ("debian", "12")), new_base(ARM64, ("debian", "13"))),
}
"""A run image that fits an app image, and one that conflicts with it in one thing."""

UNSTATED = {
    "app-states-v8": (ARM64_V8, ARM64),
    "run-image-states-v8": (ARM64, ARM64_V8),
    "app-states-v7": (ARM_V7, ARM_V7.without_variant()),
    "run-image-states-v7": (ARM_V7.without_variant(), ARM_V7),
    "app-states-v2": (AMD64_V2, AMD64),
    "run-image-states-v2": (AMD64, AMD64_V2),
}


def distro_of(image: ImageSpec) -> tuple[str, str] | None:
    """Give the distribution that an image says it is of."""
    target = expect.target_of(image)
    return (target["distro.name"], target["distro.version"]) if target["distro.name"] else None


@requirement("rebaser-target-kept")
@pytest.mark.parametrize("platform", KEPT, ids=lambda platform: platform.slug)
def test_target_is_what_it_was(lifecycle: Lifecycle, storage: StorageScope, platform: Platform) -> None:
    scenario = app_on_base(lifecycle, storage, old_base(platform), new_base(platform))

    run = scenario.rebase()

    expect.succeeded(run)
    expect.same("target data", expect.target_of(storage.read(scenario.app)), expect.target_of(old_base(platform)))


@requirement("rebaser-target-kept")
@pytest.mark.parametrize("platforms", UNSTATED.values(), ids=list(UNSTATED))
def test_variant_is_kept_where_only_one_side_states_it(
    lifecycle: Lifecycle, storage: StorageScope, platforms: tuple[Platform, Platform]
) -> None:
    app_platform, run_platform = platforms
    scenario = app_on_base(lifecycle, storage, old_base(app_platform), new_base(run_platform))
    expect.control(
        app_on_base(lifecycle, storage, old_base(app_platform), new_base(app_platform), name="control").rebase()
    )

    run = scenario.rebase()

    if run.status:
        expect.refused(run)  # that it should succeed is rebaser-variant-unstated
        return
    expect.same("target data", expect.target_of(storage.read(scenario.app)), expect.target_of(old_base(app_platform)))


@requirement("rebaser-target-conflict")
@pytest.mark.parametrize("run_images", CONFLICTS.values(), ids=list(CONFLICTS))
def test_conflicting_run_image_is_refused(
    lifecycle: Lifecycle, storage: StorageScope, run_images: tuple[ImageSpec, ImageSpec]
) -> None:
    fitting, conflicting = run_images
    base = old_base(fitting.platform, distro_of(fitting))
    expect.control(app_on_base(lifecycle, storage, base, fitting, name="control").rebase())
    scenario = app_on_base(lifecycle, storage, base, conflicting)

    run = scenario.rebase()

    expect.refused(run)


@requirement("rebaser-variant-unstated")
@pytest.mark.parametrize("platforms", UNSTATED.values(), ids=list(UNSTATED))
def test_variant_stated_on_one_side_only_is_no_conflict(
    lifecycle: Lifecycle, storage: StorageScope, platforms: tuple[Platform, Platform]
) -> None:
    app_platform, run_platform = platforms
    scenario = app_on_base(lifecycle, storage, old_base(app_platform), new_base(run_platform))

    run = scenario.rebase()

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), new_base(run_platform))


@requirement("rebaser-variant-unstated")
@pytest.mark.parametrize("empty", ["app", "run-image"])
def test_variant_stated_as_nothing_is_unstated(lifecycle: Lifecycle, storage: StorageScope, empty: str) -> None:
    nothing = (("variant", ""),)
    app_platform, run_platform = (ARM64, ARM64_V8) if empty == "app" else (ARM64_V8, ARM64)
    fresh = replace(new_base(run_platform), config_fields=nothing if empty == "run-image" else ())
    scenario = app_on_base(
        lifecycle, storage, old_base(app_platform), fresh, config_fields=nothing if empty == "app" else ()
    )

    run = scenario.rebase()

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), fresh)


@requirement("rebaser-force-derived")
@pytest.mark.parametrize("run_images", CONFLICTS.values(), ids=list(CONFLICTS))
def test_target_is_the_new_run_images_with_force(
    lifecycle: Lifecycle, storage: StorageScope, run_images: tuple[ImageSpec, ImageSpec]
) -> None:
    fitting, conflicting = run_images
    scenario = app_on_base(lifecycle, storage, old_base(fitting.platform, distro_of(fitting)), conflicting)

    run = scenario.rebase(force=True)

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), conflicting)
    expect.same("target data", expect.target_of(storage.read(scenario.app)), expect.target_of(conflicting))


@requirement("rebaser-force-derived")
def test_variant_of_another_architecture_does_not_stay(lifecycle: Lifecycle, storage: StorageScope) -> None:
    scenario = app_on_base(lifecycle, storage, old_base(ARM_V7), new_base(AMD64, DISTRO))

    run = scenario.rebase(force=True)

    expect.succeeded(run)
    expect.same("target data", expect.target_of(storage.read(scenario.app)), expect.target_of(new_base(AMD64)))


@requirement("rebaser-force-index")
@pytest.mark.parametrize("app_platform", [AMD64, ARM64, ARM_V7, S390X], ids=lambda platform: platform.slug)
@pytest.mark.parametrize("order", ["first", "last"])
def test_child_for_the_app_is_used_with_force_too(
    lifecycle: Lifecycle, storage: StorageScope, app_platform: Platform, order: str
) -> None:
    fitting = new_base(app_platform, ("debian", "13"))
    others = [new_base(other) for other in (AMD64, ARM64, S390X, ARM_V7) if other != app_platform]
    index = index_of(fitting, *others) if order == "first" else index_of(*others, fitting)
    scenario = app_on_base(lifecycle, storage, old_base(app_platform), index)

    run = scenario.rebase(force=True)

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), fitting)


@dataclass(frozen=True)
class Forced:
    """Whether a rebase is forced, which not every Platform API knows."""

    name: str
    needs: Needs

    def __str__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return self.name == "forced"


OS_FIELDS = {"os.version": "10.0.20348.1", "os.features": ["a-feature"]}


@requirement("rebaser-os-fields-agree")
@pytest.mark.parametrize("field", OS_FIELDS)
@pytest.mark.parametrize("forced", [Forced("as-is", Needs()), Forced("forced", Needs(since="0.12"))], ids=str)
def test_what_all_three_images_say_alike_stays(
    lifecycle: Lifecycle, storage: StorageScope, field: str, forced: Forced
) -> None:
    said = ((field, OS_FIELDS[field]),)
    base, fresh = (replace(image, config_fields=said) for image in (old_base(AMD64), new_base(AMD64)))
    scenario = app_on_base(lifecycle, storage, base, fresh, config_fields=said)
    plain = app_on_base(lifecycle, storage, old_base(AMD64), new_base(AMD64), name="control")
    expect.control(plain.rebase(force=bool(forced)))

    expect.succeeded(scenario.rebase(force=bool(forced)))

    expect.same(field, storage.read(scenario.app).config.get(field), OS_FIELDS[field])
