"""The analyzer finds out whether the build will be let to read and to write, before anybody has built."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.index_shapes import SHAPES, previous_images, run_images

FAULTS = Needs(features=frozenset({"faults"}))


@requirement("analyzer-access", needs=FAULTS)
@pytest.mark.parametrize("denied", ["image", "tag"])
def test_no_right_to_write(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, denied: str) -> None:
    app, further = storage.unused("app"), storage.unused("copies/app", "v2")
    base = storage.share(run_image(build_platform), "run")
    expect.control(lifecycle.analyze(app, run_image=base, tags=[further]))
    storage.faults.deny_writes(app if denied == "image" else further)

    run = lifecycle.analyze(app, run_image=base, tags=[further])

    expect.refused(run)


@requirement("analyzer-access", needs=FAULTS)
def test_no_right_to_write_the_cache(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform) -> None:
    cache, base = storage.unused("cache"), storage.share(run_image(build_platform), "run")
    caching = lifecycle.with_inputs({}, "-cache-image", str(cache))
    expect.control(caching.analyze(storage.unused("app"), run_image=base))
    storage.faults.deny_writes(cache)

    run = caching.analyze(storage.unused("app"), run_image=base)

    expect.refused(run)


@requirement("analyzer-access", needs=FAULTS)
@pytest.mark.parametrize("kind", ["single", "child"])
def test_no_right_to_read_the_run_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, kind: str
) -> None:
    """Of an index, the child may be denied alone: so registries are left by those who copy a part."""
    make = run_images()
    spec = make(build_platform) if kind == "single" else SHAPES[0].index(make, build_platform)
    placed = storage.place(spec, "run")
    expect.control(lifecycle.analyze(storage.unused("app"), run_image=placed))
    storage.faults.deny_reads(placed.ref, make(build_platform).digest if kind == "child" else "")

    run = lifecycle.analyze(storage.unused("app"), run_image=placed)

    expect.refused(run)


@requirement("analyzer-access", needs=FAULTS)
def test_no_right_to_read_the_previous_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    base = storage.share(run_image(build_platform), "run")
    previous = storage.place(previous_images(lifecycle.api)(build_platform), "earlier")
    expect.control(lifecycle.analyze(storage.unused("app"), run_image=base, previous=previous))
    storage.faults.deny_reads(previous.ref)

    run = lifecycle.analyze(storage.unused("app"), run_image=base, previous=previous)

    expect.refused(run)
