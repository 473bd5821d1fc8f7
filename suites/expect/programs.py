"""What the programs of an app image ought to say when they are started."""

from __future__ import annotations

from collections.abc import Mapping

from fixtures.observers.run_program import Start
from fixtures.oci.platforms import Platform
from fixtures.oci.programs import STATUS, ProbeProgram
from fixtures.storage.stored_image import StoredImage
from suites.expect.outcomes import holds, same


def starts(start: Start, image: StoredImage, platform: Platform, probes: Mapping[str, ProbeProgram]) -> None:
    """Raise NonConforming unless the image says that it is for this architecture, and its programs say so when started.

    `probes` holds, by path in the image, the program that is to be there.
    """
    for place, started in zip(probes.items(), start(image, platform, list(probes)), strict=True):
        path, probe = place
        expected = f"the image's program {path}, started, to write {probe.line!r} and to exit with status {STATUS}"
        holds(started.says(probe), expected, f"{started}; the image's config says {image.platform}")
    same("the architecture in the image's config", image.platform.architecture, platform.architecture)
