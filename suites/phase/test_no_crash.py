"""No phase crashes, whatever images it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from fixtures.images import Artifact, Entry, Flavour, ImageSpec
from fixtures.lifecycle.phases import Lifecycle
from fixtures.platforms import Platform
from fixtures.registry.namespace import Registry
from fixtures.worlds import attestation, index_of
from suites import requirement
from suites.phase.actions import ACTIONS, Action

Odd = Callable[[ImageSpec], Artifact]

ODD: dict[str, Odd] = {
    "empty-index": lambda image: index_of(flavour=image.flavour),
    "empty-docker-list": lambda _: index_of(flavour=Flavour.DOCKER),
    "index-of-attestations": lambda image: index_of(attestation(image)),
    "entry-without-platform": lambda image: index_of(Entry(image, None)),
    "entry-with-half-a-platform": lambda image: index_of(Entry(image, {"os": image.platform.os})),
    "entry-with-empty-platform": lambda image: index_of(Entry(image, {"os": "", "architecture": ""})),
    "descriptor-and-config-disagree": lambda image: index_of(
        Entry(replace(image, platform=Platform("linux", "mips64le")), image.platform)
    ),
    "unknown-media-type-in-index": lambda image: index_of(
        Entry(image, fields=(("mediaType", "application/vnd.example.unknown+json"),)), image
    ),
    "index-in-index-without-platform": lambda image: index_of(Entry(index_of(image), None)),
    "no-platform-in-config": lambda image: with_config(image, os=None, architecture=None),
    "empty-platform-in-config": lambda image: with_config(image, os="", architecture=""),
    "unknown-platform-in-config": lambda image: with_config(image, os="plan9", architecture="pdp11"),
    "no-runtime-config": lambda image: with_config(image, config=None),
    "null-labels": lambda image: replace(image, config=(*image.config, ("Labels", None), ("Env", None))),
    "no-rootfs": lambda image: with_config(image, rootfs=None),
    "fewer-diff-ids-than-layers": lambda image: with_config(
        image, rootfs={"type": "layers", "diff_ids": list(image.diff_ids[:1])}
    ),
    "no-layers": lambda image: replace(image, layers=(), history=()),
}
"""Images that are odd, or plainly wrong, made from one that is right."""


def with_config(image: ImageSpec, **fields: object) -> ImageSpec:
    """Give the image with fields of its config replaced; None takes one away."""
    return replace(image, config_fields=(*image.config_fields, *fields.items()))


@requirement("phase-no-crash")
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
def test_odd_image(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, action: Action, odd: Odd
) -> None:
    fitting = action.fitting(build_platform)
    assert isinstance(fitting, ImageSpec)
    action.run(lifecycle, registry, fitting, "control").control()

    run = action.run(lifecycle, registry, odd(fitting), "app")

    run.check_no_crash()
