"""A phase that refuses says so with an exit status of its own range, or of the generic one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import metadata_of, run_image
from fixtures.storage.base import Ref
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.calls.phase_calls import ON_RUN_IMAGES, PhaseCall
from suites.inputs.app_on_run_image import app_on_base, new_base, old_base
from suites.inputs.index_shapes import ABSENT_SHAPES, others_than, previous_images, run_images
from suites.inputs.malformed_images import MALFORMED, MakeMalformed

REFUSED: dict[str, MakeMalformed] = {
    "foreign": lambda image: run_image(others_than(image.platform)[0], generation=2),
    "absent": lambda image: ABSENT_SHAPES[0].without(run_images(generation=2), image.platform),
    **{name: MALFORMED[name] for name in ("empty-index", "config-is-not-json", "no-rootfs")},
}
"""What a phase may refuse in the place of an image that fits."""


@requirement("phase-exit-range")
@pytest.mark.parametrize("call", ON_RUN_IMAGES, ids=lambda call: call.name)
@pytest.mark.parametrize("make", REFUSED.values(), ids=list(REFUSED))
def test_refusing_a_run_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, call: PhaseCall, make: MakeMalformed
) -> None:
    call.control(lifecycle, storage)

    run = call.run(lifecycle, storage, make(call.fitting(build_platform)), "app")

    expect.not_judged_if_accepted(run)
    expect.proper_exit_status(run)


def export_after(lifecycle: Lifecycle, storage: StorageScope, platform: Platform) -> PhaseRun:
    """Export after a previous image of this platform."""
    earlier = previous_images(lifecycle.api)(platform)
    base = storage.share(run_image(lifecycle.platform), "run")
    return lifecycle.export_onto(
        base.pinned,
        storage.unused(f"app-after-{platform.slug}"),
        name=base.ref,
        previous=storage.share(earlier, "earlier").pinned,
        metadata=metadata_of(earlier),
    )


@requirement("phase-exit-range")
def test_refusing_a_previous_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, foreign: Platform
) -> None:
    expect.control(export_after(lifecycle, storage, build_platform))

    run = export_after(lifecycle, storage, foreign)

    expect.not_judged_if_accepted(run)
    expect.proper_exit_status(run)


@requirement("phase-exit-range")
def test_refusing_another_distribution(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform) -> None:
    base = old_base(build_platform, ("debian", "12"))
    expect.control(
        app_on_base(lifecycle, storage, base, new_base(build_platform, ("debian", "12")), name="control").rebase()
    )
    scenario = app_on_base(lifecycle, storage, base, new_base(build_platform, ("debian", "13")))

    run = scenario.rebase()

    expect.not_judged_if_accepted(run)
    expect.proper_exit_status(run)


def analyze_a_malformed_name(lifecycle: Lifecycle, storage: StorageScope) -> PhaseRun:
    """Analyze for an image whose name is no reference."""
    base = storage.share(run_image(lifecycle.platform), "run")
    return lifecycle.analyze(Ref("Not A Reference!"), run_image=base)


def export_onto_nothing(lifecycle: Lifecycle, storage: StorageScope) -> PhaseRun:
    """Export onto a run image that is not there."""
    base = storage.share(run_image(lifecycle.platform), "run")
    return lifecycle.export_onto(base.dangling, storage.unused("app"), name=base.ref)


def export_without_build_metadata(lifecycle: Lifecycle, storage: StorageScope) -> PhaseRun:
    """Export from a layers directory whose metadata.toml is not TOML."""
    base = storage.share(run_image(lifecycle.platform), "run")
    space = lifecycle.workspace()
    space.offer_run_images(base.ref)
    space.write_analyzed(run_image=base.pinned)
    space.write(space.layers / "config" / "metadata.toml", "this = is = not TOML\n")
    return lifecycle.export(storage.unused("app"), workspace=space)


def rebase_nothing(lifecycle: Lifecycle, storage: StorageScope) -> PhaseRun:
    """Rebase an app image that is not there."""
    return lifecycle.rebase(storage.unused("app"), run_image=storage.share(new_base(lifecycle.platform), "run"))


def rebase_onto_nothing(lifecycle: Lifecycle, storage: StorageScope) -> PhaseRun:
    """Rebase onto a run image that is not there."""
    scenario = app_on_base(
        lifecycle, storage, old_base(lifecycle.platform), new_base(lifecycle.platform), name="rebased"
    )
    return lifecycle.rebase(scenario.app, run_image=scenario.run.dangling)


HOPELESS = {
    "analyzer-malformed-name": (ON_RUN_IMAGES[0], analyze_a_malformed_name),
    "rebaser-missing-run-image": (ON_RUN_IMAGES[2], rebase_onto_nothing),
    "exporter-missing-run-image": (ON_RUN_IMAGES[1], export_onto_nothing),
    "exporter-malformed-metadata": (ON_RUN_IMAGES[1], export_without_build_metadata),
    "rebaser-missing-app-image": (ON_RUN_IMAGES[2], rebase_nothing),
}
"""Inputs with which no phase can succeed, each with the plain run of the same phase."""


@requirement("phase-exit-range")
@pytest.mark.parametrize("hopeless", HOPELESS.values(), ids=list(HOPELESS))
def test_refusing_hopeless_input(
    lifecycle: Lifecycle,
    storage: StorageScope,
    hopeless: tuple[PhaseCall, Callable[[Lifecycle, StorageScope], PhaseRun]],
) -> None:
    call, attempt = hopeless
    call.control(lifecycle, storage)

    run = attempt(lifecycle, storage)

    expect.holds(run.status != 0, f"{run.phase} to refuse", run.ending)
    expect.proper_exit_status(run)


@requirement("phase-exit-range")
def test_refusing_to_analyze_for_a_missing_run_image(lifecycle: Lifecycle, storage: StorageScope) -> None:
    """It may as well be left to the exporter."""
    ON_RUN_IMAGES[0].control(lifecycle, storage)

    run = lifecycle.analyze(storage.unused("app"), run_image=storage.unused("run"))

    expect.not_judged_if_accepted(run)
    expect.proper_exit_status(run)
