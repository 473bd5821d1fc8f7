"""What the analyzer records of the run image: the fitting child, by a digest that exists, and the name given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.images import Entry, ImageSpec
from fixtures.oci.labels import DISTRO_NAME, DISTRO_VERSION
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import index_of, run_image
from fixtures.storage.base import Naming, Ref
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.index_shapes import (
    ABSENT_SHAPES,
    SHAPES,
    VALID_VARIATIONS,
    Make,
    MakeIndex,
    Shape,
    id_of,
    others_than,
    previous_images,
    run_images,
    share_run_index,
)


@requirement("analyzer-run-index")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("naming", Naming)
def test_fitting_child_is_recorded(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, shape: Shape, naming: Naming
) -> None:
    placed, child = share_run_index(storage, shape, build_platform)

    run = lifecycle.analyze(storage.unused("app"), run_image=placed.named(naming, child))

    expect.succeeded(run)
    expect.recorded(run, child)


@requirement("analyzer-run-index")
@pytest.mark.parametrize("make_index", VALID_VARIATIONS, ids=id_of)
def test_fitting_child_of_a_less_usual_index(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, make_index: MakeIndex
) -> None:
    index = make_index(run_images(), build_platform)

    run = lifecycle.analyze(storage.unused("app"), run_image=storage.share(index, "run"))

    expect.succeeded(run)
    expect.recorded(run, index.child(build_platform))


@requirement("analyzer-run-index")
def test_run_image_of_an_earlier_analysis_is_forgotten(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """Platforms use a volume of layers again, and the tag of the run image has moved since."""
    index, older = SHAPES[1].index(run_images(), build_platform), run_image(build_platform, generation=0)
    earlier = storage.place(older, "run")
    placed = storage.place(index, "run")
    space = lifecycle.workspace()
    space.write_analyzed(run_image=earlier.pinned, name=placed.ref if lifecycle.has_targets else "")

    run = lifecycle.analyze(storage.unused("app"), run_image=placed, workspace=space, anew=False)

    expect.succeeded(run)
    expect.recorded(run, index.child(build_platform))


@requirement("analyzer-run-index")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_fitting_child_of_the_run_image_on_offer(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, shape: Shape
) -> None:
    """The run image comes from run.toml, or from stack.toml, as no flag names one."""
    index = shape.index(run_images(shape.media_types), build_platform)
    space = lifecycle.workspace()
    space.offer_run_images(storage.share(index, "run").ref)

    run = lifecycle.analyze(storage.unused("app"), workspace=space)

    expect.succeeded(run)
    expect.recorded(run, index.child(build_platform))


@requirement("analyzer-references-resolve")
@pytest.mark.parametrize("run_kind", ["single", "index", "index-without-fitting-child"])
@pytest.mark.parametrize("previous_kind", ["single", "index", "index-without-fitting-child", "none"])
def test_recorded_digests_exist(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, run_kind: str, previous_kind: str
) -> None:
    shape = ABSENT_SHAPES[0]
    make_run, make_previous = run_images(), previous_images(lifecycle.api)
    kinds = {"single": lambda make, fitting: make(fitting), "index": shape.index}
    run_spec = kinds.get(run_kind, shape.without)(make_run, build_platform)
    previous_spec = kinds.get(previous_kind, shape.without)(make_previous, build_platform)
    plain = storage.share(make_run(build_platform), "run")
    expect.control(lifecycle.analyze(storage.unused("app"), run_image=plain))
    previous = None if previous_kind == "none" else storage.share(previous_spec, "app")

    run = lifecycle.analyze(storage.unused("app"), run_image=storage.share(run_spec, "run"), previous=previous)

    # Where nothing fits a refusal is as good: whatever was recorded has to be there.
    references = run.analyzed.references if run.status == 0 else ()
    expect.lead_somewhere(storage, [each for each in references if "@" in each], "every digest in analyzed.toml")
    if run_kind != "index-without-fitting-child":
        expect.succeeded(run)


@requirement("analyzer-references-resolve")
@pytest.mark.parametrize("kind", ["single", "index"])
def test_recorded_digests_are_of_the_bytes_that_the_registry_has(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, kind: str
) -> None:
    """Docker indents the manifests and lists that it pushes: written anew in another way, they have other digests."""
    make_run, make_previous = run_images(MediaTypes.DOCKER), previous_images(lifecycle.api, MediaTypes.DOCKER)
    run_spec, previous_spec = (
        make(build_platform) if kind == "single" else SHAPES[3].index(make, build_platform)
        for make in (make_run, make_previous)
    )

    run = lifecycle.analyze(
        storage.unused("app"),
        run_image=storage.share(run_spec, "run"),
        previous=storage.share(previous_spec, "earlier"),
    )

    expect.succeeded(run)
    expect.lead_somewhere(storage, run.analyzed.references, "every reference in analyzed.toml")


@requirement("analyzer-run-target")
@pytest.mark.parametrize("shape", [*SHAPES, None], ids=lambda shape: str(shape) if shape else "single")
@pytest.mark.parametrize("variant", ["variant", "no-variant"])
def test_target_is_the_recorded_childs(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, shape: Shape | None, variant: str
) -> None:
    stated = build_platform.normal_variant if variant == "variant" else ""
    child = run_image(replace(build_platform, variant=stated))
    spec = shape.index(other_distros_beside(child), child.platform) if shape else child

    run = lifecycle.analyze(storage.unused("app"), run_image=storage.share(spec, "run"))

    check_target(lifecycle, run, child)


@requirement("analyzer-run-target")
@pytest.mark.parametrize("said_by", ["config", "descriptor"])
def test_target_is_what_the_config_says_not_the_descriptor(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, said_by: str
) -> None:
    """Only one of them states the variant: both leave no doubt that the child fits."""
    bare, stated = build_platform.without_variant(), replace(build_platform, variant=build_platform.normal_variant)
    child = run_image(stated if said_by == "config" else bare)
    entry = Entry(child, bare if said_by == "config" else stated)
    index = index_of(*(run_image(other) for other in others_than(build_platform)[:2]), entry)

    run = lifecycle.analyze(storage.unused("app"), run_image=storage.share(index, "run"))

    check_target(lifecycle, run, child)


@requirement("analyzer-run-target")
@pytest.mark.parametrize("kind", ["single", "index"])
@pytest.mark.parametrize("release", ["no-os-release", "os-release"])
def test_distribution_that_no_label_names(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, kind: str, release: str
) -> None:
    """Neither is the distribution of another child its own."""
    files = {"etc/os-release": OS_RELEASE} if release == "os-release" else None
    child = run_image(build_platform, distro=None, files=files)
    spec = SHAPES[1].index(other_distros_beside(child), build_platform) if kind == "index" else child

    run = lifecycle.analyze(storage.unused("app"), run_image=storage.share(spec, "run"))

    check_target(lifecycle, run, child)


@requirement("analyzer-run-target")
def test_distribution_without_a_version(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform) -> None:
    """Rolling distributions have none; each of the two labels is for itself "if specified"."""
    child = run_image(build_platform, distro=None, labels={DISTRO_NAME: "archlinux"})

    run = lifecycle.analyze(storage.unused("app"), run_image=storage.share(child, "run"))

    check_target(lifecycle, run, child)


@requirement("analyzer-run-target")
@pytest.mark.parametrize("part", [DISTRO_NAME, DISTRO_VERSION], ids=["name", "version"])
def test_distribution_of_a_label_outranks_the_os_release(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, part: str
) -> None:
    """The file is only asked for what is missing."""
    stated = {DISTRO_NAME: "debian", DISTRO_VERSION: "13"}
    child = run_image(build_platform, distro=None, labels={part: stated[part]}, files={"etc/os-release": OS_RELEASE})

    run = lifecycle.analyze(storage.unused("app"), run_image=storage.share(child, "run"))

    check_target(lifecycle, run, child)


@requirement("analyzer-run-target")
def test_target_is_what_the_config_says_not_the_index(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """The entry of the index states a variant that the config leaves out: both mean the same machine."""
    child = run_image(build_platform.without_variant())
    stated = replace(build_platform, variant=build_platform.normal_variant)

    run = lifecycle.analyze(storage.unused("app"), run_image=storage.share(index_of(Entry(child, stated)), "run"))

    check_target(lifecycle, run, child)


def check_target(lifecycle: Lifecycle, run: PhaseRun, child: ImageSpec) -> None:
    """Raise NonConforming unless the target data recorded are those of this child's config."""
    expect.succeeded(run)
    with expect.positive_control():
        expect.recorded(run, child)
    found = dict(run.analyzed.target)
    distribution = found.pop("distro.name"), found.pop("distro.version")
    platform = child.platform
    expected = {"os": platform.os, "arch": platform.architecture, "variant": platform.variant}
    expect.same("[run-image.target]", found, expected)
    expect.distribution("[run-image.target.distro]", distribution, child, lifecycle.distribution_here)


OS_RELEASE = b'NAME="Inside Linux"\nID=inside\nVERSION_ID="7.1"\n'
"""What names a distribution that no machine has."""


def other_distros_beside(child: ImageSpec) -> Make:
    """Give what makes run images of another distribution than this child, and the child for its own platform."""
    released = {"etc/os-release": b"ID=sibling\nVERSION_ID=3.20\n"}
    return lambda platform: (
        child if platform == child.platform else run_image(platform, distro=("sibling", "3.20"), files=released)
    )


@requirement("analyzer-run-image-name")
@pytest.mark.parametrize("naming", Naming)
@pytest.mark.parametrize("kind", ["index", "single"])
def test_name_is_the_one_given(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, kind: str, naming: Naming
) -> None:
    child = run_image(build_platform)
    spec = SHAPES[1].index(run_images(), build_platform) if kind == "index" else child
    given = storage.share(spec, "run").named(naming, child)

    run = lifecycle.analyze(storage.unused("app"), run_image=given)

    expect.succeeded(run)
    expect.same("[run-image].image", run.analyzed.run_image_name, str(given))


@requirement("analyzer-run-image-name")
def test_name_without_a_tag_stays_without_one(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    given = Ref(storage.share(run_image(build_platform), "run").ref.place)

    run = lifecycle.analyze(storage.unused("app"), run_image=given)

    expect.succeeded(run)
    expect.same("[run-image].image", run.analyzed.run_image_name, str(given))
