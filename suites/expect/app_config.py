"""What the config of an app image ought to say of how the app is started."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from fixtures.oci.dates import instant
from fixtures.storage.stored_image import StoredImage
from suites.expect.outcomes import holds, same


def values_of(image: StoredImage, name: str) -> list[str]:
    """Give the values that the environment of an image states for a variable: none, or one for each time it does."""
    pairs = (entry.partition("=") for entry in image.runtime.get("Env") or ())
    return [value for found, _, value in pairs if found == name]


def variable(image: StoredImage, name: str, value: str) -> None:
    """Raise NonConforming unless the environment states a variable, and never another value than this for it."""
    found = values_of(image, name)
    holds(set(found) == {value}, f"{name}={value} in the environment", _told(name, found))


def path_begins(image: StoredImage, first: str, kept: str) -> None:
    """Raise NonConforming unless PATH begins with a directory, and ends in what it was in the run image."""
    found = values_of(image, "PATH")
    for path in found or [""]:
        holds(path.split(":")[0] == first, f"PATH to begin with {first}", _told("PATH", found))
        holds(path.endswith(f":{kept}" if kept else ""), f"PATH to end in {kept}", _told("PATH", found))


def entrypoint(image: StoredImage, program: str) -> None:
    """Raise NonConforming unless the image is started by this program alone."""
    found = image.runtime.get("Entrypoint") or ()
    same("the entrypoint", list(found) if isinstance(found, Sequence) else found, [program])


def created(image: StoredImage, seconds: int) -> None:
    """Raise NonConforming unless the image says that it was created so many seconds after 1970 began (UTC)."""
    found, expected = image.config.get("created"), datetime.fromtimestamp(seconds, UTC)
    holds(instant(found) == expected, f"created = {expected.isoformat()}", f"created = {found}")


def _told(name: str, values: Sequence[str]) -> str:
    return " and ".join(f"{name}={value}" for value in values) or f"no {name}"
