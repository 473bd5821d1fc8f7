"""What a phase makes of a registry that wants a credential, and of one that gives other bytes than a digest's."""

from __future__ import annotations

import base64
import json

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.digests import digest_of
from fixtures.oci.images import Blob, Entry, ImageSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import index_of, run_image
from fixtures.storage.base import Ref
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.calls.index_consumers import (
    IndexConsumer,
    MakesImage,
    every_consumer,
    makers_of_images,
    others,
    takes,
    takes_in_control,
)

CREDENTIAL = f"Basic {base64.b64encode(b'somebody:with a password').decode()}"
FAULTS = Needs(features=frozenset({"faults"}))


def showing(lifecycle: Lifecycle, image: Ref) -> Lifecycle:
    """Give the lifecycle with a credential for the registry of an image (platform.md, "Registry Authentication")."""
    host = image.place.partition("/")[0]
    return lifecycle.with_inputs({"CNB_REGISTRY_AUTH": json.dumps({host: CREDENTIAL})})


@requirement("phase-registry-auth", needs=FAULTS)
@every_consumer
def test_credential_is_shown_for_all_that_is_read_and_written(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer
) -> None:
    """For the index, its child, the child's config and layers, and the app image."""
    fitting, other = consumer.make(build_platform), others(consumer, build_platform, 1)[0]
    index = index_of(other, fitting)
    takes_in_control(consumer, lifecycle, storage, index, fitting)
    asked = showing(lifecycle, storage.share(index, "run").ref)
    storage.faults.demand(CREDENTIAL)

    run = consumer.read(asked, storage, index, build_platform)

    takes(storage, consumer, run, {"the fitting one": fitting, "another": other}, "the fitting one")


@requirement("phase-registry-auth", needs=Needs(features=frozenset({"faults", "alias"})))
def test_credential_is_shown_to_no_other_registry(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    app, base = storage.unused("app"), storage.share(run_image(build_platform), "run")
    elsewhere = storage.elsewhere(base)
    expect.control(lifecycle.analyze(app, run_image=elsewhere))
    shown = storage.faults.demand(CREDENTIAL)

    run = showing(lifecycle, app).analyze(app, run_image=elsewhere)

    expect.succeeded(run)
    expect.holds(not shown, "the credential of one registry to be shown to no other", ", ".join(shown[:3]))


def false_content(fitting: ImageSpec, impostor: ImageSpec, kind: str) -> dict[str, Blob]:
    """Give what is served under digests of the fitting image: parts of the other, of the kind that is false."""
    own = {blob.digest: blob for blob in (impostor.config_blob, *impostor.layer_blobs)}
    false = {
        "manifest": {fitting.digest: impostor.root},
        "config": {fitting.config_blob.digest: impostor.config_blob},
        "layer": {fitting.layer_digests[0]: impostor.layer_blobs[0]},
    }
    return {**own, **false[kind]}


@requirement("phase-verifies-content", needs=FAULTS)
@makers_of_images
@pytest.mark.parametrize("kind", ["manifest", "config", "layer"])
def test_content_of_another_digest_is_not_used(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer, kind: str
) -> None:
    """To refuse it, or to do without reading it, as where a layer is mounted, are both right."""
    fitting, impostor = consumer.make(build_platform), consumer.make(build_platform, 7)
    index = index_of(*others(consumer, build_platform, 1), fitting)
    takes_in_control(consumer, lifecycle, storage, index, fitting)
    placed = storage.share(index, "run")
    for digest, blob in false_content(fitting, impostor, kind).items():
        storage.faults.give_instead(placed, digest, blob)

    run = consumer.read(lifecycle, storage, index, build_platform)

    expect.no_crash(run)
    if run.status == 0:
        expect.nothing_of(expect.written(storage, run), impostor)


@requirement("phase-verifies-content", needs=FAULTS)
@makers_of_images
def test_manifest_of_another_sha512_digest_is_not_used(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: MakesImage
) -> None:
    """Who does not know the algorithm refuses the child that is named by it, which is right too."""
    fitting, impostor = consumer.make(build_platform), consumer.make(build_platform, 7)
    other, digest = others(consumer, build_platform, 1)[0], digest_of(fitting.root.body, "sha512:")
    takes_in_control(consumer, lifecycle, storage, index_of(other, fitting), fitting)
    placed = storage.lend(index_of(other, Entry(fitting, fields=(("digest", digest),))), "run")
    for name, blob in {**false_content(fitting, impostor, "manifest"), digest: impostor.root}.items():
        storage.faults.give_instead(placed, name, blob)

    run = consumer.onto(lifecycle, storage, placed, build_platform)

    expect.no_crash(run)
    if run.status == 0:
        expect.nothing_of(expect.written(storage, run), impostor)
