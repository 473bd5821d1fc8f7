"""The analyzer: finds the previous image and the run image for the build platform, and records both.

Source: platform.md, "analyzer"; buildpacks/lifecycle issue 435.
"""

from __future__ import annotations

from . import bills, build_platform, console, files, labels, run_images, selection
from .build_platform import BuildPlatform
from .errors import ImageMissingError, InvalidInputError, MalformedImageError, PlatformMismatchError
from .files import RunImageNames, Table
from .images import Image
from .inputs import Inputs
from .references import Reference, parse, parse_tags
from .registry import Registry


def run(inputs: Inputs) -> None:
    """Analyze, and write analyzed.toml once everything has been read and checked. Raises LifecycleError."""
    if len(inputs.images) != 1:
        raise InvalidInputError(f"exactly one <image> must be given, not {len(inputs.images)}")
    tags = parse_tags((*inputs.images, *inputs.repeated("tag")))
    previous = parse(inputs.value("previous-image") or inputs.images[0])
    wanted = build_platform.find(inputs)
    owner = inputs.owner
    registry = Registry(inputs.environ, inputs.repeated("insecure-registry"))

    name = inputs.value("run-image") or _resolve_run_image(registry, inputs, tags[0])
    run_image = selection.find(registry, parse(name), wanted)
    analyzed = {**_previous_image(registry, previous, wanted), "run-image": _describe(run_image, name, inputs)}
    _check_access(registry, inputs, tags)
    _restore_bills(registry, analyzed, wanted, inputs)
    files.write_toml(inputs.value("analyzed"), analyzed, owner)
    console.info(f"run image: {run_image.reference} for {run_image.platform}")


def _resolve_run_image(registry: Registry, inputs: Inputs, app: Reference) -> str:
    if inputs.api < (0, 12):
        names = files.read_stack(inputs.value("stack"))
    else:
        names = next(iter(files.read_run_images(inputs.value("run"))), RunImageNames())
    return run_images.resolve(registry, names, app.repository.registry, inputs.api)


def _previous_image(registry: Registry, reference: Reference, wanted: BuildPlatform) -> Table:
    """Describe the previous image; one that can't be built upon is as good as none, and no reason to fail."""
    try:
        image = selection.find(registry, reference, wanted)
    except ImageMissingError:
        console.info(f"previous image: {reference} does not exist")
        return {}
    except (PlatformMismatchError, MalformedImageError) as error:
        console.warning(f"the previous image is not used: {error}")
        return {}
    console.info(f"previous image: {image.reference}")
    metadata = labels.read_metadata(image)
    described: Table = {"image": {"reference": image.reference}}
    return described if metadata is None else {**described, "metadata": labels.as_toml(metadata)}


def _restore_bills(registry: Registry, analyzed: Table, wanted: BuildPlatform, inputs: Inputs) -> None:
    bills_layer = analyzed.get("metadata", {}).get("sbom")
    if inputs.api < (0, 8) or inputs.switch("skip-layers") or not isinstance(bills_layer, dict):
        return
    image = selection.find(registry, parse(analyzed["image"]["reference"]), wanted)
    bills.restore(registry, image, str(bills_layer.get("sha")), inputs.value("layers"), inputs.owner)


def _describe(image: Image, name: str, inputs: Inputs) -> Table:
    """Give the run-image table: the child that was chosen, and from 0.12 on the name it was given by and its target."""
    if inputs.api < (0, 12):
        return {"reference": image.reference}
    platform = image.platform
    target: Table = {"os": platform.os, "arch": platform.architecture}
    if platform.variant:
        target["variant"] = platform.variant
    distro = {"name": image.labels.get(labels.DISTRO_NAME), "version": image.labels.get(labels.DISTRO_VERSION)}
    if any(distro.values()):
        target["distro"] = distro
    return {"reference": image.reference, "image": name, "target": target}


def _check_access(registry: Registry, inputs: Inputs, tags: tuple[Reference, ...]) -> None:
    """Make sure that the exporter will be let to write: found out now, that costs less than after the build."""
    cache = inputs.value("cache-image")
    written = [*tags, *([parse(cache)] if cache else [])]
    for repository in dict.fromkeys(reference.repository for reference in written):
        registry.check_write_access(repository)
