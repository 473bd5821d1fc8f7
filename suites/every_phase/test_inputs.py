"""A phase leaves its input images alone, and does the same with them each time."""

from __future__ import annotations

import time

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.base import Identity
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.calls.phase_calls import ON_RUN_IMAGES, PhaseCall
from suites.inputs.app_on_run_image import app_on_base, new_base, old_base
from suites.inputs.index_shapes import SHAPES, previous_images, run_images


@requirement("phase-inputs-untouched")
@pytest.mark.parametrize("kind", ["single", "index"])
@pytest.mark.parametrize("call", ON_RUN_IMAGES, ids=lambda call: call.name)
def test_run_and_previous_image_stay(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, call: PhaseCall, kind: str
) -> None:
    fitting = call.fitting(build_platform)
    spec = fitting if kind == "single" else SHAPES[0].index(run_images(generation=2), build_platform)

    run = call.run(lifecycle, storage, spec, "app")

    with expect.positive_control():
        expect.succeeded(run)
    expect.inputs_untouched(run)


@requirement("phase-inputs-untouched")
@pytest.mark.parametrize("kind", ["single", "index"])
def test_build_leaves_run_and_previous_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, kind: str
) -> None:
    make, earlier = run_images(), previous_images(lifecycle.api)
    base = storage.place(make(build_platform) if kind == "single" else SHAPES[1].index(make, build_platform), "run")
    previous = storage.place(
        earlier(build_platform) if kind == "single" else SHAPES[2].index(earlier, build_platform), "earlier"
    )

    build = expect.control(lifecycle.build(storage.unused("app"), run_image=base, previous=previous))

    expect.inputs_untouched(build)


@requirement("phase-inputs-untouched", since="0.11", needs=Needs(capabilities=frozenset({"previous-image"})))
def test_rebase_leaves_the_previous_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    scenario = app_on_base(lifecycle, storage, old_base(build_platform), new_base(build_platform))

    run = expect.control(lifecycle.rebase(storage.unused("rebased"), run_image=scenario.run, previous=scenario.app))

    expect.inputs_untouched(run)


@requirement("phase-deterministic")
def test_analyzing_twice(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform) -> None:
    base = storage.share(SHAPES[1].index(run_images(), build_platform), "run")
    previous = storage.share(SHAPES[2].index(previous_images(lifecycle.api), build_platform), "earlier")
    space = lifecycle.workspace()

    first, second = (
        expect.succeeded(
            lifecycle.analyze(storage.unused("app"), run_image=base, previous=previous, workspace=space)
        ).analyzed
        for _ in range(2)
    )

    expect.same("what analyzed.toml says", second, first)


def wait_for_the_next_second() -> None:
    """Let what is written from now on have another time: archives know whole seconds."""
    time.sleep(1 - time.time() % 1)


@requirement("phase-deterministic")
def test_exporting_twice(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform) -> None:
    base = storage.share(run_image(build_platform), "run")
    space = lifecycle.workspace()
    space.offer_run_images(base.ref, [f"registry.example/mirror{number}/run" for number in range(5)])
    space.write_analyzed(run_image=base.pinned, name=base.ref if lifecycle.has_targets else "")
    app = storage.unused("app")

    def export(hour: int) -> Identity | None:
        # The same files, written at another time: times of modification are to be constant ("Build Reproducibility").
        space.date_files(hour * 3600)
        expect.succeeded(lifecycle.export(app, workspace=space))
        return storage.head(app)

    first = export(1)
    storage.remove(app)
    wait_for_the_next_second()
    second = export(2)

    expect.same("digest of the second export", second, first)


@requirement("phase-deterministic")
def test_rebasing_twice(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform) -> None:
    space = lifecycle.workspace()

    def rebase() -> Identity | None:
        scenario = app_on_base(lifecycle, storage, old_base(build_platform), SHAPES[1].index(new_base, build_platform))
        expect.succeeded(scenario.rebase(workspace=space))
        return storage.head(scenario.app.ref)

    first, second = rebase(), rebase()

    expect.same("digest of the second rebase", second, first)
