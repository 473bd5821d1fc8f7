"""What the analyzer records of the run image: the fitting child, by a digest that exists, and the name given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.images import ImageSpec
from fixtures.lifecycle.phases import Lifecycle
from fixtures.platforms import Platform
from fixtures.registry.namespace import Registry
from fixtures.verdicts import holds, positive_control, same
from fixtures.worlds import DISTRO, run_image
from suites import requirement
from suites.observe import recorded
from suites.shapes import ABSENT_SHAPES, SHAPES, WAYS, Make, Shape, named, previous_images, run_images


@requirement("analyzer-run-index")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("way", WAYS)
def test_fitting_child_is_recorded(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, shape: Shape, way: str
) -> None:
    index = shape.index(run_images(shape.flavour), build_platform)
    child = index.child(build_platform)
    pushed = registry.shared(index, "run")

    run = lifecycle.analyze(registry.absent("app"), run_image=named(pushed, way, child))

    run.succeeded()
    recorded(run, child)


@requirement("analyzer-run-index")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_fitting_child_of_the_run_image_on_offer(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, shape: Shape
) -> None:
    """The run image comes from run.toml, or from stack.toml, as no flag names one."""
    index = shape.index(run_images(shape.flavour), build_platform)
    space = lifecycle.workspace()
    space.offer_run_images(registry.shared(index, "run").reference)

    run = lifecycle.analyze(registry.absent("app"), workspace=space)

    run.succeeded()
    recorded(run, index.child(build_platform))


@requirement("analyzer-references-resolve")
@pytest.mark.parametrize("run_kind", ["single", "index", "index-without-fitting-child"])
@pytest.mark.parametrize("previous_kind", ["single", "index", "index-without-fitting-child", "none"])
def test_recorded_digests_exist(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, run_kind: str, previous_kind: str
) -> None:
    shape = ABSENT_SHAPES[0]
    make_run, make_previous = run_images(), previous_images(lifecycle.api)
    kinds = {"single": lambda make, fitting: make(fitting), "index": shape.index}
    run_spec = kinds.get(run_kind, shape.without)(make_run, build_platform)
    previous_spec = kinds.get(previous_kind, shape.without)(make_previous, build_platform)
    plain = registry.shared(make_run(build_platform), "run")
    lifecycle.analyze(registry.absent("app"), run_image=plain).control()
    previous = None if previous_kind == "none" else registry.shared(previous_spec, "app")

    run = lifecycle.analyze(registry.absent("app"), run_image=registry.shared(run_spec, "run"), previous=previous)

    # Where nothing fits a refusal is as good: whatever was recorded has to be there.
    references = run.analyzed.references if run.status == 0 else ()
    dangling = [reference for reference in references if "@" in reference and not registry.resolves(reference)]
    holds(not dangling, "every digest in analyzed.toml to be in the registry", f"not there: {', '.join(dangling)}")
    if run_kind != "index-without-fitting-child":
        run.succeeded()


@requirement("analyzer-run-target")
@pytest.mark.parametrize("shape", [*SHAPES, None], ids=lambda shape: str(shape) if shape else "single")
@pytest.mark.parametrize("variant", ["variant", "no-variant"])
def test_target_is_the_recorded_childs(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, shape: Shape | None, variant: str
) -> None:
    stated = build_platform.normal_variant if variant == "variant" else ""
    platform = replace(build_platform, variant=stated)
    child = run_image(platform)
    spec = shape.index(other_distros_beside(child), platform) if shape else child

    run = lifecycle.analyze(registry.absent("app"), run_image=registry.shared(spec, "run"))

    run.succeeded()
    with positive_control():
        recorded(run, child)
    told = {"os": platform.os, "arch": platform.architecture, "variant": platform.variant}
    same("[run-image.target]", run.analyzed.target, {**told, "distro.name": DISTRO[0], "distro.version": DISTRO[1]})


def other_distros_beside(child: ImageSpec) -> Make:
    """Give what makes run images of another distribution than this child, and the child for its own platform."""
    return lambda platform: child if platform == child.platform else run_image(platform, distro=("alpine", "3.20"))


@requirement("analyzer-run-image-name")
@pytest.mark.parametrize("way", ["tag", "index-digest", "child-digest"])
@pytest.mark.parametrize("kind", ["index", "single"])
def test_name_is_the_one_given(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, kind: str, way: str
) -> None:
    child = run_image(build_platform)
    spec = SHAPES[1].index(run_images(), build_platform) if kind == "index" else child
    given = named(registry.shared(spec, "run"), way, child)

    run = lifecycle.analyze(registry.absent("app"), run_image=given)

    run.succeeded()
    same("[run-image].image", run.analyzed.run_image_name, given)
