"""Which of several names of a run image the analyzer goes by: run.toml, or stack.toml before 0.12, offers them."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.platforms import Platform
from fixtures.storage.base import Ref
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.run_image_names import UNREADABLE, candidates

ALIAS = Needs(features=frozenset({"alias", "faults"}))


def analyze(lifecycle: Lifecycle, app: Ref, *names: Ref | str) -> PhaseRun:
    """Analyze for an app image where the run image has these names, its own and those of mirrors."""
    space = lifecycle.workspace()
    image, *mirrors = names
    space.offer_run_images(image, [str(mirror) for mirror in mirrors])
    return lifecycle.analyze(app, workspace=space)


@requirement("run-resolution-same-registry", needs=ALIAS)
@pytest.mark.parametrize("order", ["near-first", "near-last"])
@pytest.mark.parametrize("app_at", ["one-name", "other-name"])
def test_name_on_the_registry_of_the_app(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, order: str, app_at: str
) -> None:
    """Two names of one host are two registries."""
    near, far = candidates(storage, build_platform)
    names, app = (near.ref, storage.elsewhere(far)), storage.unused("app")
    if app_at == "other-name":
        names, app = (storage.elsewhere(near), far.ref), storage.elsewhere(app)

    run = analyze(lifecycle, app, *(names if order == "near-first" else names[::-1]))

    expect.succeeded(run)
    expect.recorded(run, near.image)


@requirement("run-resolution-same-registry")
def test_name_on_the_registry_of_the_app_beside_one_without_a_port(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """As the names of most registries are."""
    near, _ = candidates(storage, build_platform)
    app = storage.unused("app")
    with expect.positive_control():
        expect.succeeded(analyze(lifecycle, app, near.ref))

    run = analyze(lifecycle, app, "registry.example/base/run:latest", near.ref)

    expect.succeeded(run)
    expect.recorded(run, near.image)


@requirement("run-resolution-first-readable", needs=ALIAS)
@pytest.mark.parametrize("why", UNREADABLE)
def test_name_that_can_not_be_read_is_passed_over(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, why: str
) -> None:
    """None is on the registry of the app."""
    good, other = candidates(storage, build_platform)
    hidden = UNREADABLE[why](storage, other.image)
    names = [storage.elsewhere(each) for each in (hidden, good.ref, other.ref)]
    expect.control(analyze(lifecycle, storage.unused("app"), *names[1:]))

    run = analyze(lifecycle, storage.unused("app"), *names)

    expect.succeeded(run)
    expect.recorded(run, good.image)


@requirement("run-resolution-first-readable", needs=ALIAS)
@pytest.mark.parametrize("first", [0, 1], ids=["one-first", "other-first"])
def test_first_name_of_those_that_can_be_read(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, first: int
) -> None:
    """None is on the registry of the app."""
    images = candidates(storage, build_platform)
    names = [storage.elsewhere(each) for each in (images[first], images[1 - first])]

    run = analyze(lifecycle, storage.unused("app"), *names)

    expect.succeeded(run)
    expect.recorded(run, images[first].image)
