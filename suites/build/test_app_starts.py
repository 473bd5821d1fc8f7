"""An app image is pulled and started: its programs say the architecture that its config says, after a rebase too."""

from __future__ import annotations

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.observers.run_program import Start
from fixtures.oci.platforms import Platform
from fixtures.storage.base import Ref
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.build.probe_programs import APP_PROGRAM, RUN_PROGRAM, new_base, of_app, of_run_image, old_base
from suites.inputs.app_on_run_image import app_on_base
from suites.inputs.index_shapes import SHAPES

INDEX = SHAPES[1]
"""The fitting child stands in the middle: neither the first nor the last will do."""


def build(lifecycle: Lifecycle, storage: StorageScope, run_image: Ref) -> tuple[Ref, str]:
    """Build an app with a program in it, and give its reference and where the image has the program."""
    space, app = lifecycle.workspace(), storage.unused("app")
    program = space.write_program(of_app(lifecycle.platform).program)
    expect.succeeded(lifecycle.build(app, run_image=run_image, workspace=space))
    return app, program


@requirement("build-app-starts")
def test_built_app_starts(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, start: Start) -> None:
    run = storage.share(INDEX.index(old_base, build_platform), "run")

    app, program = build(lifecycle, storage, run.ref)

    probes = {RUN_PROGRAM: of_run_image(build_platform, 1), program: of_app(build_platform)}
    expect.starts(start, storage.read(app), build_platform, probes)


@requirement("build-app-starts")
def test_built_app_starts_after_a_rebase(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, start: Start
) -> None:
    run = storage.place(INDEX.index(old_base, build_platform), "run")
    app, program = build(lifecycle, storage, run.ref)
    renewed = storage.place(INDEX.index(new_base, build_platform), "run")

    # An exporter that goes by the letter says of its images that they can't be rebased (io.buildpacks.rebasable).
    expect.not_judged_if_refused(lifecycle.rebase(app, run_image=renewed))

    probes = {RUN_PROGRAM: of_run_image(build_platform, 2), program: of_app(build_platform)}
    expect.starts(start, storage.read(app), build_platform, probes)


@requirement("build-app-starts")
def test_app_of_any_architecture_starts_after_a_rebase(
    lifecycle: Lifecycle, storage: StorageScope, runnable: Platform, start: Start
) -> None:
    files = {APP_PROGRAM: of_app(runnable).program}
    scenario = app_on_base(lifecycle, storage, old_base(runnable), INDEX.index(new_base, runnable), files=files)

    expect.not_judged_if_refused(scenario.rebase())

    probes = {RUN_PROGRAM: of_run_image(runnable, 2), APP_PROGRAM: of_app(runnable)}
    expect.starts(start, storage.read(scenario.app), runnable, probes)
