"""What an exported app image has of its run image: layers, diff IDs, platform, labels and environment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.images import Artifact, Entry, ImageSpec, Layer
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import STACK, app_image, index_of, metadata_of, run_image
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.index_shapes import Make, id_of, of_uncompressed_layers, of_zstd_layers


def plain(platform: Platform) -> ImageSpec:
    """Give a run image like any other."""
    return run_image(platform)


def of_docker_types(platform: Platform) -> ImageSpec:
    """Give a run image whose manifest and layers are of Docker's media types."""
    return run_image(platform, media_types=MediaTypes.DOCKER)


def of_many_layers(platform: Platform) -> ImageSpec:
    """Give a run image of seven layers."""
    return run_image(platform, layers=7)


def with_a_layer_twice(platform: Platform) -> ImageSpec:
    """Give a run image in which one layer stands twice, as empty layers often do."""
    image = run_image(platform)
    empty = Layer(())
    return replace(image, layers=(empty, *image.layers, empty, Layer.of({"run/top.txt": f"top of {platform}\n"})))


def without_history(platform: Platform) -> ImageSpec:
    """Give a run image whose config has no history (config.md: it is optional)."""
    return replace(run_image(platform), config_fields=(("history", None),))


def with_empty_history(platform: Platform) -> ImageSpec:
    """Give a run image whose history has entries that stand for no layer."""
    image = run_image(platform)
    entries: list[dict[str, object]] = [{"created_by": "ENV A=b", "empty_layer": True}]
    for number, _ in enumerate(image.layers):
        entries += [{"created_by": f"COPY {number}"}, {"created_by": "LABEL c=d", "empty_layer": True}]
    return replace(image, config_fields=(("history", entries),))


def built_by_a_lifecycle(platform: Platform) -> ImageSpec:
    """Give a run image that is an app image itself, and so has metadata of its own."""
    return app_image(run_image(platform, generation=0), api="0.12", run_image="registry.example/run:latest")


BASES = (
    plain,
    of_docker_types,
    of_many_layers,
    with_a_layer_twice,
    without_history,
    with_empty_history,
    built_by_a_lifecycle,
)


def export(lifecycle: Lifecycle, storage: StorageScope, base: Artifact, **more: Any) -> PhaseRun:
    """Export onto a run image, given by its digest."""
    placed = storage.share(base, "run")
    return lifecycle.export_onto(placed.pinned, storage.unused("app"), name=placed.ref, **more)


@requirement("exporter-base-layers")
@pytest.mark.parametrize("make", BASES, ids=id_of)
def test_base_layers_are_the_run_images(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, make: Make
) -> None:
    base = make(build_platform)

    run = export(lifecycle, storage, base)

    expect.succeeded(run)
    image = expect.written(storage, run)
    expect.built_on(image, base)
    expect.layers_are_whole(image)
    if make is not without_history:
        expect.history_fits(image)
    expect.same("runImage.topLayer", image.run_image.get("topLayer"), base.diff_ids[-1])


@requirement("exporter-base-layers", needs=Needs(features=frozenset({"mount", "faults"})))
def test_base_layers_where_the_registry_mounts_nothing(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """A registry may open an upload instead (OCI distribution, "Mounting a blob from another repository")."""
    base = run_image(build_platform)
    storage.faults.mount_nothing()

    run = export(lifecycle, storage, base)

    expect.succeeded(run)
    image = expect.written(storage, run)
    expect.built_on(image, base)
    expect.layers_are_whole(image)


@requirement("exporter-base-layers")
@pytest.mark.parametrize("make", [of_uncompressed_layers, of_zstd_layers], ids=id_of)
def test_base_layers_are_described_as_what_they_are(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, make: Make
) -> None:
    """Not every layer is gzip, and by its media type it is unpacked."""
    base = make(build_platform)

    run = export(lifecycle, storage, base)

    expect.not_judged_if_refused(run)
    image = expect.written(storage, run)
    expect.built_on(image, base)
    expect.compression_is_described(image)


@requirement("exporter-base-layers")
def test_base_is_not_that_of_the_previous_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    base, older = run_image(build_platform), run_image(build_platform, generation=0, layers=2)
    earlier = app_image(older, api=str(lifecycle.api), run_image=str(storage.share(base, "run").ref))
    previous = storage.share(earlier, "earlier").pinned

    run = export(lifecycle, storage, base, previous=previous, metadata=metadata_of(earlier), keep_layer=True)

    expect.succeeded(run)
    image = expect.written(storage, run)
    expect.built_on(image, base)
    expect.same("runImage.topLayer", image.run_image.get("topLayer"), base.diff_ids[-1])
    expect.names_run_image(storage, image, base)


@requirement("exporter-base-config")
@pytest.mark.parametrize("variant", ["variant", "no-variant"])
@pytest.mark.parametrize("os_version", ["os-version", "no-os-version"])
@pytest.mark.parametrize("media_types", list(MediaTypes), ids=lambda media_types: media_types.name.lower())
def test_platform_is_the_run_images(
    lifecycle: Lifecycle,
    storage: StorageScope,
    build_platform: Platform,
    variant: str,
    os_version: str,
    media_types: MediaTypes,
) -> None:
    platform = replace(
        build_platform,
        variant=build_platform.normal_variant if variant == "variant" else "",
        os_version="6.1.0" if os_version == "os-version" else "",
    )

    run = export(lifecycle, storage, run_image(platform, media_types=media_types))

    expect.succeeded(run)
    found = expect.written(storage, run).platform
    expect.same("os", found.os, platform.os)
    expect.same("architecture", found.architecture, platform.architecture)
    expect.same("variant", found.variant, platform.variant)
    expect.same("os.version", found.os_version, platform.os_version)


KEPT_OF_THE_IMAGE = {
    "author": "who made the run image",
    "os.features": ["a-feature", "another"],
}
KEPT_OF_ITS_PROGRAMS = {
    "User": "1234:5678",
    "ExposedPorts": {"8080/tcp": {}, "53/udp": {}},
    "Volumes": {"/data": {}},
    "StopSignal": "SIGINT",
    "Healthcheck": {"Test": ["CMD", "/check"], "Interval": 30_000_000_000, "Retries": 3},
    "Shell": ["/bin/ash", "-c"],
    "OnBuild": ["RUN something"],
}
"""Values of a run image's config that no rule about app images replaces: OCI's (config.md), and those of Docker."""

KEPT = {**KEPT_OF_THE_IMAGE, **KEPT_OF_ITS_PROGRAMS}


@requirement("exporter-base-config")
@pytest.mark.parametrize("name", list(KEPT))
def test_other_values_are_kept(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, name: str
) -> None:
    runtime = name in KEPT_OF_ITS_PROGRAMS
    stated = ((name, KEPT[name]),)
    base = replace(run_image(build_platform), config=stated if runtime else (), config_fields=() if runtime else stated)

    run = export(lifecycle, storage, base)

    expect.succeeded(run)
    image = expect.written(storage, run)
    expect.same(name, (image.runtime if runtime else image.config).get(name), KEPT[name])


@requirement("exporter-base-config")
def test_nothing_is_stated_that_the_run_image_leaves_out(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """Who runs the app, and what it needs of the machine, is not the exporter's to make up."""
    run = export(lifecycle, storage, run_image(build_platform))

    image = expect.written(storage, expect.succeeded(run))
    made_up = {name: value for name in KEPT_OF_ITS_PROGRAMS if (value := image.runtime.get(name))}
    made_up |= {name: value for name in ("os.features", "os.version") if (value := image.config.get(name))}
    expect.same("values that the run image does not have", made_up, {})


@requirement("exporter-base-config")
def test_platform_is_what_the_config_says_not_the_index(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """The entry of the index states a variant that the config leaves out: both mean the same machine."""
    base = run_image(build_platform.without_variant())
    stated = replace(build_platform, variant=build_platform.normal_variant)

    run = export(lifecycle, storage, index_of(Entry(base, stated)))

    expect.succeeded(run)
    expect.same("variant", expect.written(storage, run).platform.variant, "")


UNUSUAL_TEXTS = {
    "NOTHING": "",
    "OPTIONS": "-Da=b -Dc=d",
    "LETTERS": "Größe 世界",
    "MARKUP": "<a> & 'b' \"c\"",
    "NAMES": "$HOME ${HOME} %PATH%",
    "PATH_PREFIX": "/opt",
    "CNB_STACK_ID": STACK,
}
"""Labels and variables that are as right as any."""


@requirement("exporter-base-config")
@pytest.mark.parametrize("media_types", list(MediaTypes), ids=lambda media_types: media_types.name.lower())
def test_labels_and_environment_are_kept(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, media_types: MediaTypes
) -> None:
    plain = run_image(build_platform, labels={"org.example.kept": "as it is", **UNUSUAL_TEXTS}, media_types=media_types)
    base = replace(plain, env=(*plain.env, *(f"{name}={value}" for name, value in UNUSUAL_TEXTS.items())))

    run = export(lifecycle, storage, base)

    expect.succeeded(run)
    image = expect.written(storage, run)
    for name, value in base.labels:
        expect.same(f"label {name}", image.labels.get(name), value)
    (_, path), *kept = (entry.split("=", 1) for entry in base.env)
    for name, value in kept:
        expect.same(f"{name} in the environment", image.env.get(name), value)
    expect.holds(image.env.get("PATH", "").endswith(path), f"PATH to end in {path}", f"PATH={image.env.get('PATH')}")
