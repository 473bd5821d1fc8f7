"""What the targets for images give the Docker engine, which is taken away again, and what the one for all leaves."""

from __future__ import annotations

import pytest

from fixtures.artifacts.engine_images import EngineImages
from fixtures.artifacts.release import Release
from suites import requirement
from suites.expect import checkouts as expect
from suites.expect.checkout_index import one_index


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

    own, *gifts = checkout.images(engine, release.images_made)

    expect.reachable_base(own.made)
    for gift in gifts:
        expect.given(gift.made, gift.images, gift.platform)


@requirement("checkout-image")
def test_images_of_all_platforms_have_tags_of_their_own(release: Release, engine: EngineImages) -> None:
    own, *gifts = release.checkout.images(engine, release.images_made)
    expect.reachable_base(own.made)
    with expect.control():
        expect.all_given([gift.made for gift in gifts], own.left)

    expect.tags_of_their_own(own.left, release.images_made)


@requirement("checkout-image-index")
def test_images_of_all_platforms_are_one_index(release: Release) -> None:
    with expect.control():
        expect.every_member(release.checkout)

    made = release.checkout.index

    one_index(made, release.images_made)
