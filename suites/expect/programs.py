"""What the programs of an app image ought to say when they are started."""

from __future__ import annotations

from collections.abc import Mapping

from fixtures.observers.run_program import Start
from fixtures.oci.platforms import Platform
from fixtures.oci.programs import STATUS, Speaker
from fixtures.storage.stored_image import StoredImage
from suites.expect.outcomes import holds, same


def starts(start: Start, image: StoredImage, platform: Platform, speakers: Mapping[str, Speaker]) -> None:
    """Raise NonConforming unless the image says that it is for this architecture, and its programs say so when started.

    `speakers` holds, by path in the image, the program that is to be there.
    """
    for place, started in zip(speakers.items(), start(image, platform, list(speakers)), strict=True):
        path, speaker = place
        expected = f"the image's program {path}, started, to write {speaker.line!r} and to exit with status {STATUS}"
        holds(started.says(speaker), expected, f"{started}; the image's config says {image.platform}")
    same("the architecture in the image's config", image.platform.architecture, platform.architecture)
