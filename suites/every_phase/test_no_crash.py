"""No phase crashes, whatever images it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import ImageSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import index_of
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.calls.phase_calls import PHASE_CALLS, PhaseCall
from suites.inputs.malformed_images import MALFORMED, MakeMalformed

LOST: dict[str, Callable[[ImageSpec], str]] = {
    "manifest-of-a-child": lambda image: image.digest,
    "config": lambda image: image.config_blob.digest,
    "first-layer": lambda image: image.layer_digests[0],
    "last-layer": lambda image: image.layer_digests[-1],
}
"""What a registry may have lost of an image that an index still names."""


@requirement("phase-no-crash", needs=Needs(features=frozenset({"faults"})))
@pytest.mark.parametrize("call", PHASE_CALLS, ids=lambda call: call.name)
@pytest.mark.parametrize("lost", LOST.values(), ids=list(LOST))
def test_image_of_which_something_is_lost(
    lifecycle: Lifecycle,
    storage: StorageScope,
    build_platform: Platform,
    call: PhaseCall,
    lost: Callable[[ImageSpec], str],
) -> None:
    fitting = call.fitting(build_platform)
    call.control(lifecycle, storage)
    index = index_of(replace(fitting, platform=Platform("linux", "mips64le")), fitting)

    run = call.run(lifecycle, storage, index, "app", lost=lost(fitting))

    expect.no_crash(run)


@requirement("phase-no-crash")
@pytest.mark.parametrize("call", PHASE_CALLS, ids=lambda call: call.name)
@pytest.mark.parametrize("malformed", MALFORMED.values(), ids=list(MALFORMED))
def test_odd_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, call: PhaseCall, malformed: MakeMalformed
) -> None:
    fitting = call.fitting(build_platform)
    call.control(lifecycle, storage)

    run = call.run(lifecycle, storage, malformed(fitting), "app")

    expect.no_crash(run)
