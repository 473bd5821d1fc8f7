"""A phase that refuses says so with an exit status of its own range, or of the generic one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from fixtures.images import Artifact, ImageSpec, digest_of
from fixtures.lifecycle.phases import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.platforms import Platform
from fixtures.registry.namespace import Pushed, Registry
from fixtures.verdicts import holds
from fixtures.worlds import index_of, metadata_of, run_image
from suites import requirement
from suites.phase.actions import ON_RUN_IMAGES, Action
from suites.rebaser.world import new_base, old_base, world
from suites.shapes import ABSENT_SHAPES, others_than, previous_images, run_images

UNFIT: dict[str, Callable[[Platform], Artifact]] = {
    "foreign": lambda platform: run_image(others_than(platform)[0], generation=2),
    "absent": lambda platform: ABSENT_SHAPES[0].without(run_images(generation=2), platform),
}


@requirement("phase-exit-range")
@pytest.mark.parametrize("action", ON_RUN_IMAGES, ids=lambda action: action.name)
@pytest.mark.parametrize("unfit", UNFIT.values(), ids=list(UNFIT))
def test_refusing_an_architecture(
    lifecycle: Lifecycle,
    registry: Registry,
    build_platform: Platform,
    action: Action,
    unfit: Callable[[Platform], Artifact],
) -> None:
    action.control(lifecycle, registry)

    run = action.run(lifecycle, registry, unfit(build_platform), "app")

    run.not_judged_if_accepted()
    run.check_exit_status()


ODD: dict[str, Callable[[ImageSpec], Artifact]] = {
    "empty-index": lambda image: index_of(flavour=image.flavour),
    "config-is-not-json": lambda image: replace(image, raw_config=b"\x00 this is no JSON"),
    "no-diff-ids": lambda image: replace(image, config_fields=(("rootfs", None),)),
}


@requirement("phase-exit-range")
@pytest.mark.parametrize("action", ON_RUN_IMAGES, ids=lambda action: action.name)
@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
def test_refusing_what_is_no_image(
    lifecycle: Lifecycle,
    registry: Registry,
    build_platform: Platform,
    action: Action,
    odd: Callable[[ImageSpec], Artifact],
) -> None:
    fitting = action.fitting(build_platform)
    assert isinstance(fitting, ImageSpec)
    action.control(lifecycle, registry)

    run = action.run(lifecycle, registry, odd(fitting), "app")

    run.not_judged_if_accepted()
    run.check_exit_status()


def export_after(lifecycle: Lifecycle, registry: Registry, platform: Platform) -> PhaseRun:
    """Export after a previous image of this platform."""
    earlier = previous_images(lifecycle.api)(platform)
    base = registry.shared(run_image(lifecycle.platform), "run")
    return lifecycle.export_onto(
        base.by_digest,
        registry.absent(f"app-after-{platform.slug}"),
        name=base.reference,
        previous=registry.shared(earlier, "earlier").by_digest,
        metadata=metadata_of(earlier),
    )


@requirement("phase-exit-range")
def test_refusing_a_previous_image(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, foreign: Platform
) -> None:
    export_after(lifecycle, registry, build_platform).control()

    run = export_after(lifecycle, registry, foreign)

    run.not_judged_if_accepted()
    run.check_exit_status()


@requirement("phase-exit-range")
def test_refusing_another_distribution(lifecycle: Lifecycle, registry: Registry, build_platform: Platform) -> None:
    base = old_base(build_platform, ("debian", "12"))
    world(lifecycle, registry, base, new_base(build_platform, ("debian", "12")), name="control").rebase().control()
    here = world(lifecycle, registry, base, new_base(build_platform, ("debian", "13")))

    run = here.rebase()

    run.not_judged_if_accepted()
    run.check_exit_status()


def analyze_a_malformed_name(lifecycle: Lifecycle, registry: Registry) -> PhaseRun:
    """Analyze for an image whose name is no reference."""
    base = registry.shared(run_image(lifecycle.platform), "run")
    return lifecycle.analyze("Not A Reference!", run_image=base)


def nowhere_in(image: Pushed) -> str:
    """Give a reference in the repository of an image that nothing is at."""
    return f"{image.by_digest.partition('@')[0]}@{digest_of(b'nothing has this digest')}"


def export_onto_nothing(lifecycle: Lifecycle, registry: Registry) -> PhaseRun:
    """Export onto a run image that is not there."""
    base = registry.shared(run_image(lifecycle.platform), "run")
    return lifecycle.export_onto(nowhere_in(base), registry.absent("app"), name=base.reference)


def export_without_build_metadata(lifecycle: Lifecycle, registry: Registry) -> PhaseRun:
    """Export from a layers directory whose metadata.toml is not TOML."""
    base = registry.shared(run_image(lifecycle.platform), "run")
    space = lifecycle.workspace()
    space.offer_run_images(base.reference)
    space.write_analyzed(run_image=base.by_digest)
    (space.layers / "config" / "metadata.toml").write_text("this = is = not TOML\n")
    return lifecycle.export(registry.absent("app"), workspace=space)


def rebase_nothing(lifecycle: Lifecycle, registry: Registry) -> PhaseRun:
    """Rebase an app image that is not there."""
    return lifecycle.rebase(registry.absent("app"), run_image=registry.shared(new_base(lifecycle.platform), "run"))


def rebase_onto_nothing(lifecycle: Lifecycle, registry: Registry) -> PhaseRun:
    """Rebase onto a run image that is not there."""
    here = world(lifecycle, registry, old_base(lifecycle.platform), new_base(lifecycle.platform), name="rebased")
    return lifecycle.rebase(here.app, run_image=nowhere_in(here.run))


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
    registry: Registry,
    hopeless: tuple[Action, Callable[[Lifecycle, Registry], PhaseRun]],
) -> None:
    action, attempt = hopeless
    action.control(lifecycle, registry)

    run = attempt(lifecycle, registry)

    holds(run.status != 0, f"{run.phase} to refuse", run.ending)
    run.check_exit_status()


@requirement("phase-exit-range")
def test_refusing_to_analyze_for_a_missing_run_image(lifecycle: Lifecycle, registry: Registry) -> None:
    """It may as well be left to the exporter."""
    ON_RUN_IMAGES[0].control(lifecycle, registry)

    run = lifecycle.analyze(registry.absent("app"), run_image=registry.absent("run"))

    run.not_judged_if_accepted()
    run.check_exit_status()
