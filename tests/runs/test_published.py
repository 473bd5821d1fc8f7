"""Whole runs on images and tags where releases are published: a registry, the engine, an OCI archive."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.artifacts import reference
from fixtures.artifacts.reference_images import write_layout
from fixtures.docker import client as sdk
from fixtures.oci.images import ImageSpec
from fixtures.oci.media_types import canonical
from fixtures.oci.platforms import AMD64
from fixtures.oci.tar import add_file
from fixtures.registry.client import Client
from fixtures.registry.stores.base import RegistryUnavailable, Store
from fixtures.registry.stores.choose import KINDS
from tests.support import engine
from tests.support.runs import NO_ENGINE, Run, run_suite

REPOSITORY = "some/lifecycle"
PLACES = ("suites/artifacts",)


@pytest.fixture(params=["embedded", "process"])
def registry(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A registry that has the reference's release."""
    store = KINDS[request.param]()
    try:
        store.start()
    except RegistryUnavailable as reason:
        pytest.skip(str(reason))
    with Client(store.address) as client:
        for name, artifact in reference.tags().items():
            client.push(artifact, REPOSITORY, name)
    yield store
    store.stop()


def said(run: Run) -> dict[str, str]:
    """Give what did not hold, by case."""
    return {case.id: case.message for case in run.cases if case.verdict not in ("pass", "not-run", "not-applicable")}


def test_a_repository_of_a_registry_is_judged(registry: Store, tmp_path: Path) -> None:
    place = f"{registry.address}/{REPOSITORY}"

    run = run_suite(tmp_path / "all", f"--artifacts=registry:{place}", places=PLACES, environment=NO_ENGINE)
    assert (said(run), run.status) == ({}, 0)
    assert "of 7 digests of" in run.output

    run = run_suite(tmp_path / "one", f"--artifacts=registry:{place}:1.2.2", places=PLACES, environment=NO_ENGINE)
    assert (said(run), run.status) == ({}, 0)

    run = run_suite(tmp_path / "image", f"--artifacts=image:{place}:1.2.3", places=PLACES, environment=NO_ENGINE)
    assert (said(run), run.status) == ({}, 0)
    assert {case.requirement.partition("-")[0] for case in run.cases} == {"image"}


def test_a_fault_in_a_registry_is_found(registry: Store, tmp_path: Path) -> None:
    tags = reference.tags()
    with Client(registry.address) as client:
        client.push(tags["1.2.2-linux-arm64"], REPOSITORY, "latest-linux-arm64")

    place = f"registry:{registry.address}/{REPOSITORY}"
    run = run_suite(tmp_path, f"--artifacts={place}", "--only=tag-arch", places=PLACES, environment=NO_ENGINE)

    assert run.status == 1
    assert "1.2.3-linux-arm64" not in "".join(said(run))
    assert "[arm64-latest]" in "".join(said(run))


@pytest.mark.parametrize(
    "place", ["registry:{}/nobody/here", "image:{}/some/lifecycle:0.0.0", "registry:127.0.0.1:1/x"]
)
def test_what_is_not_there_is_wrong_usage(registry: Store, place: str, tmp_path: Path) -> None:
    named = place.format(registry.address)

    run = run_suite(tmp_path, f"--artifacts={named}", places=PLACES, environment=NO_ENGINE)

    assert run.status == 4
    assert "--artifacts" in run.output


def test_an_oci_archive_is_judged(tmp_path: Path) -> None:
    write_layout(tmp_path / "layout", {"1.2.3": reference.tags()["1.2.3"]})
    with tarfile.open(tmp_path / "lifecycle.tar", "w") as archive:
        archive.add(tmp_path / "layout", ".")

    run = run_suite(tmp_path / "run", f"--artifacts={tmp_path / 'lifecycle.tar'}", places=PLACES, environment=NO_ENGINE)

    assert (said(run), run.status) == ({}, 0)


def test_an_image_of_the_engine_is_judged_as_far_as_it_is_there(tmp_path: Path) -> None:
    engine.needed_engine()
    name = "lifecycle-arch-conformance/published:1.2.3"
    image = reference.tags()["1.2.3-linux-x86-64"]
    assert isinstance(image, ImageSpec)
    client = sdk.connected()
    client.images.load(saved(image, name))
    try:
        run = run_suite(tmp_path, f"--artifacts=image:{name}", places=PLACES, environment=engine.HERE)
    finally:
        client.images.remove(name)
        client.close()

    assert said(run) == {}
    assert run.verdict == "incomplete"
    passed = {case.requirement for case in run.cases if case.verdict == "pass"}
    assert passed >= {"image-entry", "image-architecture", "image-complete", "image-labels", "image-base"}
    assert str(AMD64) in run.output


def saved(image: ImageSpec, name: str) -> bytes:
    """Give an image as `docker save` writes it."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for number, layer in enumerate(image.layers):
            add_file(archive, f"{number}/layer.tar", layer.tar)
        add_file(archive, "config.json", image.config_blob.body)
        layers = [f"{number}/layer.tar" for number, _ in enumerate(image.layers)]
        add_file(archive, "manifest.json", canonical([{"Config": "config.json", "Layers": layers, "RepoTags": [name]}]))
    return written.getvalue()
