"""Images that can be started: the run image and the app each hold a program that says what it was run as."""

from __future__ import annotations

from fixtures.oci.images import ImageSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.programs import ProbeProgram
from fixtures.oci.samples import run_image

RUN_PROGRAM = "run/program"
APP_PROGRAM = "workspace/program"
"""Where an app image made by hand has the app's program; a lifecycle puts it where the app directory is."""


def of_run_image(platform: Platform, generation: int) -> ProbeProgram:
    """Give the program of the run image of a generation."""
    return ProbeProgram(platform.architecture, f"run image, generation {generation}")


def of_app(platform: Platform) -> ProbeProgram:
    """Give the program of the app."""
    return ProbeProgram(platform.architecture, "app")


def old_base(platform: Platform) -> ImageSpec:
    """Give the run image that an app is built on, with its program."""
    return run_image(platform, generation=1, files={RUN_PROGRAM: of_run_image(platform, 1).program})


def new_base(platform: Platform) -> ImageSpec:
    """Give the run image that an app is rebased onto, with its program."""
    return run_image(platform, generation=2, layers=4, files={RUN_PROGRAM: of_run_image(platform, 2).program})
