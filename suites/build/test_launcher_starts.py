"""An app image is started as it is, by its entrypoint: the lifecycle's own launcher runs the app's process."""

from __future__ import annotations

from fixtures.lifecycle.build_outputs import BuildOutputs, Process
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.observers.run_entrypoint import StartApp
from fixtures.oci.platforms import Platform
from fixtures.storage.base import Ref
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.build.probe_programs import new_base, of_app, old_base
from suites.inputs.exports import built_app
from suites.inputs.index_shapes import SHAPES

INDEX = SHAPES[1]
"""The fitting child stands in the middle: neither the first nor the last will do."""

WEB = Process("web", ("./program",))
"""The app's program, by its name in the app directory: the launcher starts a process there."""


def exported(lifecycle: Lifecycle, storage: StorageScope) -> Ref:
    """Export an app whose default process is its own program, with the launcher of the lifecycle; give its tag."""
    outputs = BuildOutputs((Process("other", ("./nothing",)), WEB), default="web")
    export = built_app(lifecycle, storage, old_base(lifecycle.platform), outputs)
    export.space.write_program(of_app(lifecycle.platform).program)
    launcher = lifecycle.installations[lifecycle.platform].launcher
    return expect.succeeded(export.run(flags={"-launcher": launcher})).outputs[0]


@requirement("build-launcher-starts")
def test_app_starts_by_its_launcher(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, start_app: StartApp
) -> None:
    app = exported(lifecycle, storage)

    expect.starts_by_itself(start_app, storage.read(app), build_platform, of_app(build_platform))


@requirement("build-launcher-starts")
def test_app_starts_by_its_launcher_after_a_rebase(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, start_app: StartApp
) -> None:
    app = exported(lifecycle, storage)
    renewed = storage.place(INDEX.index(new_base, build_platform), "run")

    # It is not the run image that the app names, and which one may be taken is another requirement's matter.
    expect.not_judged_if_refused(lifecycle.rebase(app, run_image=renewed, force=lifecycle.has_targets))

    expect.starts_by_itself(start_app, storage.read(app), build_platform, of_app(build_platform))
