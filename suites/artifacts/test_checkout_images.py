"""What the targets for images give the Docker engine; what they give is taken away again."""

from __future__ import annotations

import pytest

from fixtures.artifacts.engine_images import EngineImages
from fixtures.artifacts.release import Release
from suites import requirement
from suites.expect import checkouts as expect


@pytest.fixture
def engine(release: Release) -> EngineImages:
    """The engine's images."""
    images = EngineImages(release.checkout.mark)
    assert images.socket
    return images


@requirement("checkout-image")
def test_image_is_for_its_platform(release: Release, engine: EngineImages) -> None:
    checkout = release.checkout
    with expect.control():
        expect.every_member(checkout)

    own, *gifts = checkout.images(engine, release.engine_images)

    expect.reachable_base(own.made)
    for gift in gifts:
        expect.given(gift.made, gift.images, gift.platform)


@requirement("checkout-image")
def test_images_of_all_platforms_have_tags_of_their_own(release: Release, engine: EngineImages) -> None:
    own, *gifts = release.checkout.images(engine, release.engine_images)
    expect.reachable_base(own.made)
    with expect.control():
        expect.all_given([gift.made for gift in gifts], own.left)

    expect.tags_of_their_own(own.left, release.engine_images)
