"""A Platform API that nobody knows is answered with exit status 11, before anything is touched."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.phases import UNSUPPORTED_API, Kind
from fixtures.lifecycle.platform_api import UNKNOWN_TO_ALL, PlatformApi
from fixtures.oci.platforms import Platform
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.calls.phase_calls import ON_RUN_IMAGES, PhaseCall


@requirement("phase-api-negotiation")
@pytest.mark.parametrize("call", ON_RUN_IMAGES, ids=lambda call: call.name)
@pytest.mark.parametrize("unknown", UNKNOWN_TO_ALL, ids=str)
def test_unknown_platform_api(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, call: PhaseCall, unknown: PlatformApi
) -> None:
    call.control(lifecycle, storage)

    run = call.run(lifecycle.at_api(unknown), storage, call.fitting(build_platform), "app")

    expect.same("exit status", run.status, UNSUPPORTED_API)
    expect.nothing_changed(run)
    if Kind.ANALYZED in run.phase.writes:
        expect.holds(not run.left.analyzed_toml.exists, "no analyzed.toml", "one was written")


@requirement("phase-api-negotiation")
@pytest.mark.parametrize("call", ON_RUN_IMAGES, ids=lambda call: call.name)
@pytest.mark.parametrize("text", ["abc", "0.15.", "99"])
def test_platform_api_that_is_none(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, call: PhaseCall, text: str
) -> None:
    call.control(lifecycle, storage)
    asked = lifecycle.at_api(UNKNOWN_TO_ALL[0]).with_inputs({"CNB_PLATFORM_API": text})

    run = call.run(asked, storage, call.fitting(build_platform), "app")

    expect.same("exit status", run.status, UNSUPPORTED_API)
    expect.nothing_changed(run)


@requirement("phase-api-first")
@pytest.mark.parametrize("call", ON_RUN_IMAGES, ids=lambda call: call.name)
def test_unknown_platform_api_comes_before_an_unknown_flag(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, call: PhaseCall
) -> None:
    """Flags are those of a Platform API: without it nobody knows which there are."""
    call.control(lifecycle, storage)
    asked = lifecycle.at_api(UNKNOWN_TO_ALL[0]).with_inputs({}, "-no-such-flag", "value")

    run = call.run(asked, storage, call.fitting(build_platform), "app")

    expect.same("exit status", run.status, UNSUPPORTED_API)
    expect.nothing_changed(run)
