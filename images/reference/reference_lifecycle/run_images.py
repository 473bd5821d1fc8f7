"""Which run image is meant where the platform names several: one on the app image's registry, if it can be read.

Source: platform.md, "Run Image Resolution", which before 0.12 does not ask whether an image can be read.
"""

from __future__ import annotations

from collections.abc import Sequence

from .errors import InvalidInputError
from .files import RunImageNames
from .inputs import Api
from .references import parse, same_name
from .registry import Registry


def resolve(registry: Registry, names: RunImageNames, app_registry: str, api: Api) -> str:
    """Choose one name of the run image for an app image on a registry. Raises InvalidInputError."""
    if not names.image:
        raise InvalidInputError("no run image is given, and nothing else names one")
    near = [name for name in names.all if parse(name).repository.registry == app_registry]
    if api < (0, 12):
        return next(iter(near), names.image)
    readable = (name for name in (*near, *names.all) if registry.can_read(parse(name)))
    return next(readable, "") or _nothing_readable(names)


def describe(images: Sequence[RunImageNames], run_image: str) -> RunImageNames:
    """Choose the names to record for a run image: those that hold its name, else the first."""
    for names in images:
        if any(same_name(name, run_image) for name in names.all):
            return names
    return next(iter(images), RunImageNames())


def _nothing_readable(names: RunImageNames) -> str:
    raise InvalidInputError(f"none of {', '.join(names.all)} can be read")
