"""The rebaser: the same app image on the run image's new layers, for the architecture that the app image is for.

Source: platform.md, "rebaser"; buildpacks/lifecycle issue 435. The architecture rules hold at every Platform API.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from . import build_platform, console, images, labels, run_images, selection
from .build_platform import BuildPlatform
from .errors import RefusedError
from .files import RunImageNames
from .images import Image, Json
from .inputs import Inputs
from .platforms import fits
from .publish import CREATED, NewImage, format_of, history_after, history_of, in_format, publish
from .references import Reference, parse, parse_tags, same_name
from .registry import Registry

TARGET_KEYS = ("os", "architecture", "variant", "os.version", "os.features")
DISTRO_LABELS = (labels.DISTRO_NAME, labels.DISTRO_VERSION)
TARGETS_SINCE = (0, 12)
"""The Platform API that brought target data, `-force`, `io.buildpacks.rebasable` and the names that must match."""


class Rebase(NamedTuple):
    """One rebase: the app image with its metadata, the run image to put it on, and the name that was given by."""

    app: Image
    metadata: Json
    run_image: Image
    run_image_name: str
    inputs: Inputs

    @property
    def force(self) -> bool:
        """Whether the platform allows a rebase that is not known to be safe."""
        return self.inputs.switch("force")

    @property
    def has_targets(self) -> bool:
        """Whether the Platform API in force knows target data."""
        return self.inputs.api >= TARGETS_SINCE


def run(inputs: Inputs) -> None:
    """Rebase, and write the image and the report once everything has been checked. Raises LifecycleError."""
    tags = parse_tags(inputs.images)
    source = parse(inputs.value("previous-image")) if inputs.value("previous-image") else tags[0]
    registry = Registry(inputs.environ, inputs.repeated("insecure-registry"))

    _check_alone(registry, source)
    app = selection.find_any(registry, source, BuildPlatform(build_platform.runtime()))
    metadata = labels.read_metadata(app)
    if metadata is None:
        raise RefusedError(f"{source} has no {labels.METADATA} label that can be read: it is no app image")
    given = inputs.value("run-image") or inputs.value("image")
    name = given or _resolve(registry, metadata, source.repository.registry, inputs)
    wanted = BuildPlatform(app.platform)
    find = selection.find_any if inputs.switch("force") else selection.find
    rebase = Rebase(app, metadata, find(registry, parse(name), wanted), name, inputs)
    check(rebase)
    publish(registry, tags, _rebased(rebase), inputs)


def _check_alone(registry: Registry, source: Reference) -> None:
    """Refuse an index of several images: the tag would lead to one of them alone, and nobody asked to lose the others.

    Raises LifecycleError.
    """
    document = registry.read_manifest(source)
    if images.is_index(document) and sum(entry.platform is not None for entry in images.entries(document)) > 1:
        raise RefusedError(f"{source} is an index of several images, and only one can be rebased")


def _resolve(registry: Registry, metadata: Json, app_registry: str, inputs: Inputs) -> str:
    names = labels.run_image_names(metadata) if inputs.api >= TARGETS_SINCE else RunImageNames()
    names = names if names.image else labels.stack_run_image_names(metadata)
    return run_images.resolve(registry, names, app_registry, inputs.api)


def check(rebase: Rebase) -> None:
    """Refuse what is not allowed, or say what is done only because it was forced. Raises RefusedError."""
    if not rebase.run_image.layers:
        raise RefusedError(f"{rebase.run_image_name} has no layers")
    problems = _target_problems(rebase) if rebase.has_targets else _stack_problems(rebase)
    for problem in problems:
        if not rebase.force:
            raise RefusedError(f"{problem}{'; -force overrides this' if rebase.has_targets else ''}")
        console.warning(f"{problem}; going on, since -force is given")


def _target_problems(rebase: Rebase) -> list[str]:
    app, run_image, problems = rebase.app, rebase.run_image, []
    if app.labels.get(labels.REBASABLE) == "false":
        problems.append(f"the app image is labeled {labels.REBASABLE}=false")
    variants = {app.platform.variant, run_image.platform.variant} - {""}
    if not fits(app.platform, run_image.platform) or len(variants) > 1:
        problems.append(f"the run image is for {run_image.platform}, the app image for {app.platform}")
    for label in DISTRO_LABELS:
        stated = {image.labels.get(label, "") for image in (app, run_image)} - {""}
        if len(stated) > 1:
            problems.append(f"{label} differs: {' and '.join(sorted(stated))}")
    if not _is_known(rebase):
        problems.append(f"the app image does not name {rebase.run_image_name} as its run image or a mirror of it")
    return problems


def _stack_problems(rebase: Rebase) -> list[str]:
    """Compare stacks, which was what made a rebase safe before there was target data; images without one pass."""
    app, run_image = rebase.app.labels, rebase.run_image.labels
    ids = {each[labels.STACK_ID] for each in (app, run_image) if each.get(labels.STACK_ID)}
    if len(ids) > 1:
        return [f"the stacks differ: {' and '.join(sorted(ids))}"]
    missing = sorted(_mixins(app.get(labels.STACK_MIXINS)) - _mixins(run_image.get(labels.STACK_MIXINS)))
    return [f"the run image lacks the mixins {', '.join(missing)}"] if missing else []


def _mixins(label: str | None) -> set[str]:
    try:
        value = json.loads(label or "[]")
    except (ValueError, RecursionError):
        return set()
    names = [name for name in value if isinstance(name, str)] if isinstance(value, list) else []
    return {name.removeprefix("run:") for name in names if not name.startswith("build:")}


def _is_known(rebase: Rebase) -> bool:
    names = (*labels.run_image_names(rebase.metadata).all, *labels.stack_run_image_names(rebase.metadata).all)
    return any(same_name(name, rebase.run_image_name) for name in names)


def _rebased(rebase: Rebase) -> NewImage:
    """Derive the new image: what no rule names stays as it was."""
    app, run_image = rebase.app, rebase.run_image
    removed = _run_image_layers(app, rebase.metadata)
    config = {**app.config, "created": CREATED, "config": {**app.run_config, "Labels": _labels(rebase)}}
    if rebase.force:
        config = {key: value for key, value in config.items() if key not in TARGET_KEYS}
        config |= {key: run_image.config[key] for key in TARGET_KEYS if key in run_image.config}
    history = history_of(run_image.config, len(run_image.layers)) + history_after(app.config, len(app.layers), removed)
    layers = (*run_image.layers, *app.layers[removed:])
    media_type = format_of(layers, app.media_type)
    manifest = app.manifest if media_type == app.media_type else {**app.manifest, "mediaType": media_type}
    return NewImage(media_type, manifest, config, in_format(layers, media_type), tuple(history))


def _run_image_layers(app: Image, metadata: Json) -> int:
    """Count the app image's layers up to and including the recorded top layer of its run image.

    A run image may hold the same layer twice, and so may app and run image together: the top layer is the last one of
    that diff ID below the first layer that the metadata says the lifecycle put there.
    """
    recorded = metadata.get("runImage")
    top = recorded.get("topLayer") if isinstance(recorded, dict) else None
    own = _own_layers(metadata) - {top}
    lowest_own = next((place for place, diff_id in enumerate(app.diff_ids) if diff_id in own), len(app.layers))
    places = [place for place, diff_id in enumerate(app.diff_ids[:lowest_own]) if diff_id == top]
    if not places:
        raise RefusedError(f"the top layer of the run image that the app image records ({top}) is not in the app image")
    return places[-1] + 1


def _own_layers(metadata: Any) -> set[Any]:
    """Collect every `sha` of the metadata: the diff IDs of the layers that are not the run image's."""
    if isinstance(metadata, list):
        return set().union(*(_own_layers(item) for item in metadata))
    if not isinstance(metadata, dict):
        return set()
    inner = (_own_layers(value) for key, value in metadata.items() if key != "data")
    own = {metadata["sha"]} if isinstance(metadata.get("sha"), str) else set()
    return own.union(*inner)


def _labels(rebase: Rebase) -> dict[str, str]:
    """Take the run image's labels for those that describe it, and keep the rest of the app image's."""
    prefixes = (labels.STACK_PREFIX, labels.BASE_PREFIX) if rebase.has_targets else (labels.STACK_PREFIX,)
    app, run_image = rebase.app.labels, rebase.run_image.labels
    kept = {name: value for name, value in app.items() if not name.startswith(prefixes)}
    synced = {name: value for name, value in run_image.items() if name.startswith(prefixes)}
    if not rebase.force:
        # Without force the target stays what it was, even where the new run image leaves it unstated.
        synced |= {name: app[name] for name in DISTRO_LABELS if app.get(name)}
    return {**kept, **synced, labels.METADATA: labels.dumps(_metadata(rebase))}


def _metadata(rebase: Rebase) -> Json:
    recorded = rebase.metadata["runImage"]
    located = {"topLayer": rebase.run_image.diff_ids[-1], "reference": rebase.run_image.reference}
    if not rebase.has_targets or _is_known(rebase):
        return {**rebase.metadata, "runImage": {**recorded, **located}}
    # Forced onto a run image of another name: from now on that is the name, and the old mirrors are not its mirrors.
    names = {"image": rebase.run_image_name}
    return {**rebase.metadata, "runImage": {**located, **names}, "stack": {"runImage": names}}
