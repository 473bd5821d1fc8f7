"""The tags that a rebase is given: each gets the same image, and none changes where it is refused."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.platforms import AMD64, ARM64
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.app_on_run_image import app_on_base, new_base, old_base


@requirement("rebaser-every-tag")
@pytest.mark.parametrize("others", [(("app", "v2"), ("app", "v3")), (("copies/app", "v1"), ("other", "latest"))])
def test_every_tag_gets_the_same_image(
    lifecycle: Lifecycle, storage: StorageScope, others: tuple[tuple[str, str], ...]
) -> None:
    scenario = app_on_base(lifecycle, storage, old_base(ARM64), new_base(ARM64))
    tags = [scenario.app.ref, *(storage.unused(name, tag) for name, tag in others)]

    run = lifecycle.rebase(*tags, run_image=scenario.run)

    expect.succeeded(run)
    expect.only_its_tags_written(run)
    for tag in tags:
        expect.same(f"the image of {tag}", storage.read(tag).digest, storage.read(tags[0]).digest)
        expect.reports_digest(storage, run, tag)
        expect.layers_are_whole(storage.read(tag))


@requirement("rebaser-every-tag")
def test_every_tag_is_written_where_the_app_is_on_that_run_image_already(
    lifecycle: Lifecycle, storage: StorageScope
) -> None:
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), old_base(AMD64))
    tags = [scenario.app.ref, storage.unused("copies/app", "v1")]

    run = lifecycle.rebase(*tags, run_image=scenario.run)

    expect.exited_with_0(run)
    first = expect.written(storage, run).digest
    for tag in tags:
        image = expect.written(storage, run, tag)
        expect.same(f"the image of {tag}", image.digest, first)
        expect.reports_digest(storage, run, tag)
        expect.built_on(image, old_base(AMD64))


@requirement("rebaser-every-tag")
@pytest.mark.parametrize("kind", ["existing", "new"])
def test_no_tag_changes_where_the_rebase_is_refused(lifecycle: Lifecycle, storage: StorageScope, kind: str) -> None:
    control = app_on_base(lifecycle, storage, old_base(ARM64), new_base(ARM64), name="control")
    expect.control(control.rebase())
    scenario = app_on_base(lifecycle, storage, old_base(ARM64), new_base(AMD64))
    other = storage.place(new_base(ARM64), "other").ref if kind == "existing" else storage.unused("other")

    run = lifecycle.rebase(scenario.app, other, run_image=scenario.run)

    expect.not_judged_if_accepted(run)
    expect.nothing_changed(run)
