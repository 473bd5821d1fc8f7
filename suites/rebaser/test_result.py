"""What a rebased image is: the new run image's layers below, everything else as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import ImageSpec, Layer
from fixtures.oci.labels import LIFECYCLE_METADATA
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.platforms import AMD64, ARM64, ARM64_V8, Platform
from fixtures.oci.samples import app_image
from fixtures.storage.base import Naming
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.app_on_run_image import Scenario, app_on_base, new_base, old_base
from suites.inputs.index_shapes import SHAPES

APPS = (AMD64, ARM64, ARM64_V8)

FURTHER: dict[str, Any] = {
    "config": (
        ("Entrypoint", ["/cnb/process/web"]),
        ("WorkingDir", "/workspace"),
        ("User", "1001:1000"),
        ("ExposedPorts", {"8080/tcp": {}}),
        ("StopSignal", "SIGTERM"),
        ("Volumes", {"/data": {}}),
    ),
    "config_fields": (("author", "the app's own author"),),
    "labels": {"EMPTY": "", "io.buildpacks.baseline": "the app's own", "LETTERS": "Größe 世界"},
}
"""Fields of an app image that a rebase has no business with."""


def an_empty_layer_twice(base: ImageSpec) -> ImageSpec:
    """Give a run image in which one layer stands twice."""
    empty = Layer(())
    return replace(base, layers=(empty, *base.layers, empty, Layer.of({"run/top.txt": f"top of {base.platform}\n"})))


@requirement("rebaser-layers")
@pytest.mark.parametrize("app_platform", APPS, ids=lambda platform: platform.slug)
@pytest.mark.parametrize("size", [3, 4, 7])
@pytest.mark.parametrize("media_types", list(MediaTypes), ids=lambda media_types: media_types.name.lower())
def test_run_image_layers_are_replaced(
    lifecycle: Lifecycle, storage: StorageScope, app_platform: Platform, size: int, media_types: MediaTypes
) -> None:
    fresh = replace(new_base(app_platform, media_types=media_types), layers=new_layers(app_platform, size))
    scenario = app_on_base(lifecycle, storage, replace(old_base(app_platform), media_types=media_types), fresh)

    expect.succeeded(scenario.rebase())

    check_layers(scenario, fresh)
    expect.history_fits(storage.read(scenario.app))


@requirement("rebaser-layers")
@pytest.mark.parametrize("repeated", ["old", "new", "both"])
def test_layers_that_stand_twice(lifecycle: Lifecycle, storage: StorageScope, repeated: str) -> None:
    old, fresh = old_base(AMD64), new_base(AMD64)
    old = an_empty_layer_twice(old) if repeated in ("old", "both") else old
    fresh = an_empty_layer_twice(fresh) if repeated in ("new", "both") else fresh
    scenario = app_on_base(lifecycle, storage, old, fresh)

    expect.succeeded(scenario.rebase())

    check_layers(scenario, fresh)


@requirement("rebaser-layers")
@pytest.mark.parametrize("without_history", ["app", "run-image", "both"])
def test_images_without_history(lifecycle: Lifecycle, storage: StorageScope, without_history: str) -> None:
    """History is optional (config.md, "history"), and no layer may be lost with it."""
    bare = (("history", None),)
    fresh = replace(new_base(AMD64), config_fields=bare if without_history != "app" else ())
    changes: dict[str, Any] = {"config_fields": bare} if without_history != "run-image" else {}
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), fresh, **changes)

    expect.succeeded(scenario.rebase())

    check_layers(scenario, fresh)


@requirement("rebaser-layers")
@pytest.mark.parametrize("naming", [Naming.TAG, Naming.INDEX_DIGEST])
def test_metadata_names_the_child_that_the_app_is_on(
    lifecycle: Lifecycle, storage: StorageScope, naming: Naming
) -> None:
    """The old one may have been elsewhere."""
    index, base = SHAPES[1].index(new_base, AMD64), old_base(AMD64)
    scenario = app_on_base(lifecycle, storage, base, index, run_image_digest=f"registry.example/old/run@{base.digest}")

    expect.succeeded(scenario.rebase(naming=naming))

    check_layers(scenario, index.child(AMD64))


@requirement("rebaser-layers")
def test_run_image_that_has_a_layer_of_the_app(lifecycle: Lifecycle, storage: StorageScope) -> None:
    """What comes above that layer in the run image may hide it: where the app had it, it stays."""
    fresh = new_base(AMD64)
    dependency = app_image(old_base(AMD64), api=str(lifecycle.api), run_image="registry.example/run:latest").layers[-4]
    fresh = replace(fresh, layers=(fresh.layers[0], dependency, *fresh.layers[1:]))
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), fresh)
    assert dependency in scenario.app.image.layers[-4:]

    expect.succeeded(scenario.rebase())

    check_layers(scenario, fresh)


@requirement("rebaser-layers")
@pytest.mark.parametrize("without_layers", ["app", "run-image", "both"])
def test_history_with_entries_that_stand_for_no_layer(
    lifecycle: Lifecycle, storage: StorageScope, without_layers: str
) -> None:
    fresh = new_base(AMD64)
    if without_layers != "app":
        fresh = replace(fresh, config_fields=(("history", history_with_settings(len(fresh.layers))),))
    count = len(old_base(AMD64).layers)
    history = [*history_with_settings(count), *({"created_by": f"layer {number} of the app"} for number in range(4))]
    changes: dict[str, Any] = {"config_fields": (("history", history),)} if without_layers != "run-image" else {}
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), fresh, **changes)

    expect.succeeded(scenario.rebase())

    check_layers(scenario, fresh)
    expect.history_fits(storage.read(scenario.app))


def history_with_settings(count: int) -> list[dict[str, Any]]:
    """Give the history of so many layers as a Dockerfile leaves it, with an entry for each setting between them."""
    return [
        entry
        for number in range(count)
        for entry in ({"created_by": f"ENV A={number}", "empty_layer": True}, {"created_by": f"COPY {number}"})
    ]


@requirement("rebaser-layers", since="0.11", needs=Needs(capabilities=frozenset({"previous-image"})))
@pytest.mark.parametrize("output", ["new", "existing"])
def test_previous_image_is_what_is_rebased(lifecycle: Lifecycle, storage: StorageScope, output: str) -> None:
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), new_base(AMD64))
    named = scenario.app.image
    other = app_image(old_base(AMD64), api=str(lifecycle.api), run_image=str(scenario.run.ref), said="another app")
    target = storage.unused("rebased") if output == "new" else storage.place(other, "rebased").ref

    run = lifecycle.rebase(target, run_image=scenario.run, previous=scenario.app)

    expect.succeeded(run)
    image = storage.read(target)
    expect.built_on(image, new_base(AMD64))
    expect.same("diff IDs of the layers above the base", image.diff_ids[-4:], named.diff_ids[-4:])


def new_layers(platform: Platform, size: int) -> tuple[Layer, ...]:
    """Give this many layers of a new run image."""
    return tuple(
        Layer.of({f"run/{number}.txt": f"new layer {number} of {size}: {platform}\n"}) for number in range(size)
    )


def check_layers(scenario: Scenario, fresh: ImageSpec) -> None:
    """Raise NonConforming unless the app is on this run image, whole, and says so."""
    image = scenario.storage.read(scenario.app)
    expect.built_on(image, fresh)
    expect.layers_are_whole(image)
    app_layers = scenario.app.image.diff_ids[-4:]
    expect.same("diff IDs of the layers above the base", image.diff_ids[len(fresh.layers) :], app_layers)
    expect.same("runImage.topLayer", image.run_image.get("topLayer"), fresh.diff_ids[-1])
    expect.names_run_image(scenario.storage, image, fresh)


@requirement("rebaser-identical-otherwise")
@pytest.mark.parametrize("app_platform", APPS, ids=lambda platform: platform.slug)
@pytest.mark.parametrize("media_types", list(MediaTypes), ids=lambda media_types: media_types.name.lower())
def test_the_rest_is_what_it_was(
    lifecycle: Lifecycle, storage: StorageScope, app_platform: Platform, media_types: MediaTypes
) -> None:
    base = replace(old_base(app_platform), media_types=media_types)
    scenario = app_on_base(lifecycle, storage, base, new_base(app_platform, media_types=media_types), **FURTHER)
    before = storage.read(scenario.app)

    expect.succeeded(scenario.rebase())

    after = storage.read(scenario.app)
    count, added = len(base.layers), len(new_base(app_platform).layers)
    expect.same("layers of the app", after.layers[added:], before.layers[count:])
    expect.same("diff IDs of the app", after.diff_ids[added:], before.diff_ids[count:])
    expect.same("labels", kept_labels(after.labels), kept_labels(before.labels))
    expect.same("environment", after.env, before.env)
    expect.same("runtime config", without(after.runtime, "Labels", "Env"), without(before.runtime, "Labels", "Env"))
    rebased = ("config", "rootfs", "history", "created", "os", "architecture", "variant", "os.version", "os.features")
    expect.same("other fields of the config", without(after.config, *rebased), without(before.config, *rebased))


@requirement("rebaser-identical-otherwise")
def test_runtime_config_of_the_new_run_image_stays_out(lifecycle: Lifecycle, storage: StorageScope) -> None:
    further = {
        **dict(FURTHER["config"]),
        "Cmd": ["/bin/sh"],
        "User": "0:0",
        "Env": ["PATH=/run", "ADDED=by the run image"],
    }
    fresh = replace(new_base(AMD64), config=tuple(further.items()), config_fields=(("author", "the run image's"),))
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), fresh)
    before = storage.read(scenario.app)

    expect.succeeded(scenario.rebase())

    after = storage.read(scenario.app)
    expect.same("environment", after.env, before.env)
    expect.same("runtime config", without(after.runtime, "Labels", "Env"), without(before.runtime, "Labels", "Env"))
    expect.same("author", after.config.get("author"), before.config.get("author"))


@requirement("rebaser-identical-otherwise")
def test_environment_says_at_which_platform_api_the_app_was_built(lifecycle: Lifecycle, storage: StorageScope) -> None:
    built_at = next(api for api in ("0.11", "0.10") if api != str(lifecycle.api))
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), new_base(AMD64), built_at=built_at)
    before = storage.read(scenario.app)

    expect.not_judged_if_refused(scenario.rebase())

    expect.same("environment", storage.read(scenario.app).env, before.env)


@requirement("rebaser-identical-otherwise")
def test_layer_that_the_app_has_twice(lifecycle: Lifecycle, storage: StorageScope) -> None:
    base, fresh = old_base(AMD64), new_base(AMD64)
    own = app_image(base, api=str(lifecycle.api), run_image="registry.example/run:latest").layers
    scenario = app_on_base(lifecycle, storage, base, fresh, layers=(*own, Layer(()), own[-1], Layer(())))
    before = storage.read(scenario.app)

    expect.succeeded(scenario.rebase())

    after = storage.read(scenario.app)
    expect.same("diff IDs of the app", after.diff_ids[len(fresh.layers) :], before.diff_ids[len(base.layers) :])


@requirement("rebaser-identical-otherwise")
def test_layer_that_nothing_is_recorded_of(lifecycle: Lifecycle, storage: StorageScope) -> None:
    """It lies between the recorded top layer and those of the app, as a layer does that somebody added by hand."""
    base, fresh = old_base(AMD64), new_base(AMD64)
    own = app_image(base, api=str(lifecycle.api), run_image="registry.example/run:latest").layers[len(base.layers) :]
    added = Layer.of({"opt/added.txt": "added by hand\n"})
    scenario = app_on_base(lifecycle, storage, base, fresh, layers=(*base.layers, added, *own))

    expect.succeeded(scenario.rebase())

    after = storage.read(scenario.app).diff_ids
    expect.same("diff IDs above the base", after[len(fresh.layers) :], (added.diff_id, *(each.diff_id for each in own)))


@requirement("rebaser-identical-otherwise")
def test_layer_metadata_of_the_app_is_kept(lifecycle: Lifecycle, storage: StorageScope) -> None:
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), new_base(AMD64))
    before = storage.read(scenario.app).metadata

    expect.succeeded(scenario.rebase())

    after = storage.read(scenario.app).metadata
    for key in ("app", "buildpacks", "config", "launcher"):
        expect.same(f"{key} in the metadata label", json.dumps(after.get(key), sort_keys=True), as_json(before[key]))


def as_json(value: Any) -> str:
    """Give a value as one JSON text."""
    return json.dumps(value, sort_keys=True)


def kept_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Give the labels that a rebase leaves alone."""
    replaced = ("io.buildpacks.base.", "io.buildpacks.stack.", LIFECYCLE_METADATA)
    return {name: value for name, value in labels.items() if not name.startswith(replaced)}


def without(document: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Give a document without some keys, and without those that hold nothing: to leave those out is the same."""
    return {key: value for key, value in document.items() if key not in keys and value not in (None, "", [], {}, False)}
