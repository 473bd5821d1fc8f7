"""Every tag given gets the same app image, and the report says its digest."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.images import Artifact
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.base import Ref
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.index_shapes import ABSENT_SHAPES, others_than, run_images

TAGS = {
    "one-tag": (("app", "latest"),),
    "tags-of-one-repository": (("app", "latest"), ("app", "v1"), ("app", "v2")),
    "tags-of-several-repositories": (("app", "latest"), ("copies/app", "v1"), ("other", "latest")),
}


def export(lifecycle: Lifecycle, storage: StorageScope, run_spec: Artifact, tags: list[Ref]) -> PhaseRun:
    """Export onto a run image under these tags."""
    placed = storage.share(run_spec, "run")
    return lifecycle.export_onto(placed.pinned, *tags, name=placed.ref)


@requirement("exporter-every-tag")
@pytest.mark.parametrize("tags", ["tags-of-one-repository", "tags-of-several-repositories"])
def test_every_tag_gets_the_same_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, tags: str
) -> None:
    names = [storage.unused(name, tag) for name, tag in TAGS[tags]]

    run = export(lifecycle, storage, run_image(build_platform), names)

    expect.succeeded(run)
    expect.only_its_tags_written(run)
    first = storage.read(names[0]).digest
    for name in names:
        expect.same(f"the image of {name}", storage.read(name).digest, first)
        expect.layers_are_whole(storage.read(name))


@requirement("exporter-every-tag")
@pytest.mark.parametrize("tags", ["tags-of-one-repository", "tags-of-several-repositories"])
@pytest.mark.parametrize("unfit", ["foreign", "absent"])
def test_no_tag_changes_where_the_export_is_refused(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, tags: str, unfit: str
) -> None:
    make = run_images()
    there, *new = TAGS[tags]
    existing = storage.place(make(build_platform), *there).ref
    expect.control(
        export(lifecycle, storage, make(build_platform), [storage.unused("control", tag) for _, tag in TAGS[tags]])
    )
    shape = ABSENT_SHAPES[0]
    spec = make(others_than(build_platform)[0]) if unfit == "foreign" else shape.without(make, build_platform)

    run = export(lifecycle, storage, spec, [existing, *(storage.unused(name, tag) for name, tag in new)])

    expect.not_judged_if_accepted(run)
    expect.nothing_changed(run)


@requirement("exporter-report-digest")
@pytest.mark.parametrize("tags", list(TAGS))
def test_report_names_the_digest_of_the_tags(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, tags: str
) -> None:
    names = [storage.unused(name, tag) for name, tag in TAGS[tags]]

    run = export(lifecycle, storage, run_image(build_platform), names)

    expect.succeeded(run)
    for name in names:
        expect.reports_digest(storage, run, name)


@requirement("exporter-report")
@pytest.mark.parametrize("tags", ["one-tag", "tags-of-several-repositories"])
def test_report_names_the_tags(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, tags: str
) -> None:
    names = [storage.unused(name, tag) for name, tag in TAGS[tags]]

    run = export(lifecycle, storage, run_image(build_platform), names)

    expect.succeeded(run)
    expect.reports_tags(storage, run)


@requirement("exporter-report")
@pytest.mark.parametrize("layers", [3, 40], ids=["few-layers", "many-layers"])
def test_report_says_how_large_the_manifest_is(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, layers: int
) -> None:
    run = export(lifecycle, storage, run_image(build_platform, layers=layers), [storage.unused("app")])

    expect.succeeded(run)
    expect.reports_size(storage, run)


@requirement("exporter-report-digest")
def test_report_of_an_earlier_export_is_replaced(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """Platforms use a volume of layers again, with the report of the build before."""
    base, app = storage.share(run_image(build_platform), "run"), storage.unused("app")
    space = lifecycle.workspace()
    space.offer_run_images(base.ref)
    space.write_analyzed(run_image=base.pinned, name=base.ref if lifecycle.has_targets else "")
    expect.control(lifecycle.export(app, workspace=space))
    space.write_app("another app")

    run = lifecycle.export(app, workspace=space, anew=False)

    expect.succeeded(run)
    expect.reports_digest(storage, run)
