"""What the programs of an app image ought to say when they are started."""

from __future__ import annotations

from collections.abc import Mapping

from fixtures.observers.run_entrypoint import StartApp
from fixtures.observers.run_program import Start
from fixtures.oci.layers import files_of
from fixtures.oci.platforms import Platform
from fixtures.oci.program_headers import HEADER, UnknownProgram, platforms_in
from fixtures.oci.programs import STATUS, ProbeProgram
from fixtures.storage.stored_image import StoredImage
from suites.expect.outcomes import holds, same

LAUNCHER = "cnb/lifecycle/launcher"


def starts_by_itself(start_app: StartApp, image: StoredImage, platform: Platform, probe: ProbeProgram) -> None:
    """Raise NonConforming unless the image, started by its entrypoint, runs a program, on the architecture it names.

    Its launcher has to be for that architecture too, or a script: a machine may run programs of several.
    """
    same("the architecture in the image's config", image.platform.architecture, platform.architecture)
    launcher = files_of(image).get(LAUNCHER)
    holds(launcher, f"the image to have a launcher, /{LAUNCHER}", "it has no such file")
    made_for = _platforms_of(launcher.content if launcher else b"")
    fits = not made_for or any(platform.same_architecture(each) for each in made_for)
    holds(fits, f"a launcher for {platform}", f"/{LAUNCHER} is for {', '.join(map(str, made_for))}")
    started = start_app(image, platform)
    expected = f"the image, started by its entrypoint, to write {probe.line!r} and to exit with status {STATUS}"
    holds(started.says(probe), expected, f"{started}; the entrypoint is {image.runtime.get('Entrypoint')}")


def _platforms_of(program: bytes) -> frozenset[Platform]:
    """Give what a program is for; nothing for a script, and for what is no program that is known here."""
    try:
        return platforms_in(program[:HEADER], LAUNCHER)
    except UnknownProgram:
        return frozenset()


def starts(start: Start, image: StoredImage, platform: Platform, probes: Mapping[str, ProbeProgram]) -> None:
    """Raise NonConforming unless the image says that it is for this architecture, and its programs say so when started.

    `probes` holds, by path in the image, the program that is to be there.
    """
    for place, started in zip(probes.items(), start(image, platform, list(probes)), strict=True):
        path, probe = place
        expected = f"the image's program {path}, started, to write {probe.line!r} and to exit with status {STATUS}"
        holds(started.says(probe), expected, f"{started}; the image's config says {image.platform}")
    same("the architecture in the image's config", image.platform.architecture, platform.architecture)
