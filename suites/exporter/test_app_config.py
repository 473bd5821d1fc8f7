"""What the config of an exported app image says of how the app is started, and where its files are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.lifecycle.build_outputs import BuildOutputs, Process
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import ImageSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.exports import Export, built_app
from suites.inputs.index_shapes import Make, id_of

LAUNCHER = "/cnb/lifecycle/launcher"
PROCESSES = "/cnb/process"

WEB, WORKER = Process("web", ("serve",), ("--port", "8080")), Process("worker", ("work",))


def plain(platform: Platform) -> ImageSpec:
    """Give a run image like any other."""
    return run_image(platform)


def says_otherwise(platform: Platform) -> ImageSpec:
    """Give a run image that says all of it of itself already, as one that was an app image has."""
    image = run_image(platform)
    own = ("CNB_LAYERS_DIR=/base/layers", "CNB_APP_DIR=/base/app")
    return replace(image, env=(*own, *image.env), config=(("WorkingDir", "/base"), ("Entrypoint", ["/base/start"])))


def without_path(platform: Platform) -> ImageSpec:
    """Give a run image whose environment has no PATH."""
    image = run_image(platform)
    return replace(image, env=tuple(entry for entry in image.env if not entry.startswith("PATH=")))


@requirement("exporter-app-config")
@pytest.mark.parametrize("make", [plain, says_otherwise, without_path], ids=id_of)
def test_app_finds_its_files(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, make: Make) -> None:
    base = make(build_platform)
    export = built_app(lifecycle, storage, base)

    image = export.image()

    expect.variable(image, "CNB_LAYERS_DIR", str(export.space.layers))
    expect.variable(image, "CNB_APP_DIR", str(export.space.app))
    inherited = dict(entry.split("=", 1) for entry in base.env).get("PATH", "")
    expect.path_begins(image, PROCESSES, inherited)
    expect.same("the working directory", image.runtime.get("WorkingDir"), str(export.space.app))
    if expect.values_of(image, "CNB_PLATFORM_API"):
        expect.variable(image, "CNB_PLATFORM_API", str(lifecycle.api))


def with_processes(lifecycle: Lifecycle, storage: StorageScope, default: str, base: ImageSpec | None = None) -> Export:
    """Give an app of two processes that is ready to be exported; `default` is the buildpacks' default process."""
    return built_app(lifecycle, storage, base, BuildOutputs(processes=(WEB, WORKER), default=default))


STARTS = {
    "process-of-the-platform": ("web", "worker", f"{PROCESSES}/worker"),
    "process-of-the-platform-alone": ("", "web", f"{PROCESSES}/web"),
    "process-of-the-buildpacks": ("worker", "", f"{PROCESSES}/worker"),
    "neither": ("", "", LAUNCHER),
}
"""The default process of the buildpacks, that of `-process-type`, and by what the app is started then."""


@requirement("exporter-entrypoint")
@pytest.mark.parametrize(("default", "asked", "started"), STARTS.values(), ids=list(STARTS))
def test_app_is_started_by_its_default_process(
    lifecycle: Lifecycle, storage: StorageScope, default: str, asked: str, started: str
) -> None:
    export = with_processes(lifecycle, storage, default)

    image = export.image({"-process-type": asked or None})

    expect.entrypoint(image, started)


@requirement("exporter-entrypoint")
def test_process_that_there_is_not_is_refused(lifecycle: Lifecycle, storage: StorageScope) -> None:
    export = with_processes(lifecycle, storage, "web")
    expect.control(export.run(storage.unused("control"), flags={"-process-type": "worker"}))

    run = export.run(flags={"-process-type": "nobody-provides-it"})

    expect.refused(run)


@requirement("exporter-base-command")
def test_arguments_of_the_run_image_are_none_of_the_app(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """What starts a container gives Cmd to the entrypoint as its arguments."""
    said = (("Entrypoint", ["/base/start"]), ("Cmd", ["base", "arguments"]))
    export = with_processes(lifecycle, storage, "web", replace(run_image(build_platform), config=said))

    image = export.image()

    expect.same("Cmd", list(image.runtime.get("Cmd") or ()), [])


DATES = {"the-first-second": 0, "2009": 1234567890, "after-32-bits": 2**32}
"""Seconds since 1970, as SOURCE_DATE_EPOCH counts them."""


@requirement("exporter-source-date")
@pytest.mark.parametrize("seconds", DATES.values(), ids=list(DATES))
def test_app_was_created_when_the_platform_says(lifecycle: Lifecycle, storage: StorageScope, seconds: int) -> None:
    export = built_app(lifecycle, storage)
    expect.control(export.run(storage.unused("control")))
    dated = replace(export, lifecycle=lifecycle.with_inputs({"SOURCE_DATE_EPOCH": str(seconds)}))

    image = dated.image()

    expect.created(image, seconds)
