"""Every store behaves alike where a lifecycle's verdict hangs on it, asked directly and through a gateway."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from fixtures.oci.digests import digest_of
from fixtures.oci.media_types import ALL_TYPES, MediaTypes
from fixtures.registry.client import Client, NotFound, RegistryError
from fixtures.registry.gateway import Gateway
from fixtures.registry.stores.base import Store

from .artifacts import Artifact, Document, image, index, repositories_of

ACCEPT = {"Accept": ", ".join(ALL_TYPES)}


@pytest.fixture(params=["direct", "gateway"])
def address(request: pytest.FixtureRequest, store: Store) -> Iterator[str]:
    """The store's own address, then a gateway's."""
    if request.param == "direct":
        yield store.address
        return
    with Gateway(store.address) as gateway:
        yield gateway.address


@pytest.fixture
def base(address: str) -> str:
    """The address as a URL."""
    return f"http://{address}"


@pytest.mark.parametrize("media_type", [MediaTypes.OCI.manifest, MediaTypes.DOCKER.manifest])
def test_an_image_comes_back_as_it_was_pushed(address: str, here: str, media_type: str) -> None:
    wanted = image("one", media_type)
    with Client(address) as client:
        assert client.push(wanted, here, "latest") == wanted.root.digest

        for reference in ("latest", wanted.root.digest):
            stored = client.manifest(here, reference)
            assert (stored.body, stored.media_type, stored.digest) == (wanted.root.body, media_type, wanted.root.digest)
        assert {digest: client.blob(here, digest) for digest in wanted.blobs} == wanted.blobs
        assert client.tags(here) == ["latest"]
        assert client.head(here, "latest") == wanted.root.digest


@pytest.mark.parametrize("media_type", [MediaTypes.OCI.index, MediaTypes.DOCKER.index])
def test_an_index_comes_back_with_its_children(address: str, here: str, media_type: str) -> None:
    wanted = index(image("first"), image("second", MediaTypes.DOCKER.manifest), media_type=media_type)
    with Client(address) as client:
        client.push(wanted, here, "latest")

        assert client.manifest(here, "latest").media_type == media_type
        assert [client.manifest(here, m.digest).body for m in wanted.manifests] == [m.body for m in wanted.manifests]


def test_what_is_wrong_inside_is_kept(address: str, here: str) -> None:
    nested = index(index(image("leaf")))
    odd = image("odd", config=b"this is no JSON")
    with Client(address) as client:
        client.push(nested, here, "nested")
        client.push(odd, here, "odd")

        assert client.manifest(here, "nested").body == nested.root.body
        assert client.blob(here, digest_of(b"this is no JSON")) == b"this is no JSON"


def test_pushed_by_digest_only(address: str, here: str) -> None:
    with Client(address) as client:
        digest = client.push(image("untagged"), here)

        assert client.manifest(here, digest).digest == digest
        assert client.tags(here) == []


def test_a_tag_moves(address: str, here: str) -> None:
    with Client(address) as client:
        old, new = (client.push(image(name), here, "latest") for name in ("old", "new"))

        assert client.head(here, "latest") == new
        assert client.head(here, old) == old


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("manifests/latest", "MANIFEST_UNKNOWN"),
        (f"manifests/{digest_of(b'nothing')}", "MANIFEST_UNKNOWN"),
        (f"blobs/{digest_of(b'nothing')}", "BLOB_UNKNOWN"),
        ("tags/list", "NAME_UNKNOWN"),
        ("blobs/uploads/6b3c1c3e-0a52-4a4e-8d3e-3f9c0c5d3f10", "BLOB_UPLOAD"),
    ],
)
def test_not_found_says_so_in_the_words_of_the_specification(base: str, here: str, path: str, code: str) -> None:
    answer = requests.get(f"{base}/v2/{here}/{path}", headers=ACCEPT, timeout=10)

    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"].startswith(code)  # distribution says BLOB_UPLOAD_INVALID, not …_UNKNOWN


def test_a_head_of_nothing_is_a_404_without_a_body(base: str, here: str) -> None:
    answer = requests.head(f"{base}/v2/{here}/manifests/latest", headers=ACCEPT, timeout=10)

    assert (answer.status_code, answer.content) == (404, b"")


def test_a_manifest_with_a_missing_layer_is_refused(address: str, here: str) -> None:
    wanted = image("half")
    lacking = Artifact({digest: body for digest, body in wanted.blobs.items() if body == b"{}"}, wanted.manifests)
    with Client(address) as client, pytest.raises(RegistryError, match=r"400 .*MANIFEST_BLOB_UNKNOWN"):
        client.push(lacking, here, "latest")


def test_an_index_with_a_missing_child_is_refused(address: str, here: str) -> None:
    wanted = index(image("child"))
    with Client(address) as client, pytest.raises(RegistryError, match=r"400 .*MANIFEST_BLOB_UNKNOWN"):
        client.push(Artifact(wanted.blobs, (wanted.root,)), here, "latest")


def test_children_of_another_repository_are_missing_here(address: str, here: str) -> None:
    wanted = index(image("elsewhere"))
    with Client(address) as client:
        client.push(wanted, f"{here}/a", "latest")
        with pytest.raises(RegistryError, match="MANIFEST_BLOB_UNKNOWN"):
            client.push(Artifact(wanted.blobs, (wanted.root,)), f"{here}/b", "latest")


def test_a_foreign_layer_need_not_be_there(address: str, here: str) -> None:
    wanted = image("foreign")
    document = json.loads(wanted.root.body)
    document["layers"][0]["urls"] = ["https://example.com/layer"]
    document["layers"][0]["mediaType"] = "application/vnd.oci.image.layer.nondistributable.v1.tar"
    lacking = Artifact({digest_of(b"{}"): b"{}"}, (Document(json.dumps(document).encode(), MediaTypes.OCI.manifest),))
    with Client(address) as client:
        assert client.push(lacking, here, "latest") == lacking.root.digest


def test_wrong_digests_are_refused(base: str, address: str, here: str) -> None:
    with Client(address) as client:
        client.push(image("right"), here, "latest")
        body = client.manifest(here, "latest").body
    wrong = digest_of(b"something else")
    manifest = requests.put(
        f"{base}/v2/{here}/manifests/{wrong}", data=body, headers={"Content-Type": MediaTypes.OCI.manifest}, timeout=10
    )
    upload = requests.post(f"{base}/v2/{here}/blobs/uploads/", timeout=10).headers["Location"]
    blob = requests.put(requests.compat.urljoin(base, upload), params={"digest": wrong}, data=b"bytes", timeout=10)

    lines = [(answer.status_code, answer.json()["errors"][0]["code"]) for answer in (manifest, blob)]
    assert lines == [(400, "DIGEST_INVALID"), (400, "DIGEST_INVALID")]


def test_a_blob_is_mounted_from_where_it_is(address: str, here: str) -> None:
    digest = digest_of(b"to be mounted")
    with Client(address) as client:
        client.push_blob(f"{here}/a", digest, b"to be mounted")
        mount = requests.post(
            f"http://{address}/v2/{here}/b/blobs/uploads/", params={"mount": digest, "from": f"{here}/a"}, timeout=10
        )
        absent = requests.post(
            f"http://{address}/v2/{here}/c/blobs/uploads/", params={"mount": digest, "from": f"{here}/x"}, timeout=10
        )

        assert (mount.status_code, absent.status_code) == (201, 202)
        assert client.blob(f"{here}/b", digest) == b"to be mounted"
        assert not client.blob_exists(f"{here}/c", digest)


def test_an_upload_in_chunks(base: str, here: str) -> None:
    digest = digest_of(b"first second")
    place = requests.post(f"{base}/v2/{here}/blobs/uploads/", timeout=10).headers["Location"]
    for chunk, span in ((b"first ", "0-5"), (b"second", "6-11")):
        answer = requests.patch(
            requests.compat.urljoin(base, place),
            data=chunk,
            headers={"Content-Type": "application/octet-stream", "Content-Range": span},
            timeout=10,
        )
        assert (answer.status_code, answer.headers["Range"]) == (202, f"0-{span.partition('-')[2]}")
        place = answer.headers["Location"]
    assert requests.get(requests.compat.urljoin(base, place), timeout=10).status_code == 204
    done = requests.put(requests.compat.urljoin(base, place), params={"digest": digest}, timeout=10)

    assert (done.status_code, done.headers["Docker-Content-Digest"]) == (201, digest)
    assert requests.get(f"{base}/v2/{here}/blobs/{digest}", timeout=10).content == b"first second"


def test_an_upload_is_cancelled(base: str, here: str) -> None:
    place = requests.post(f"{base}/v2/{here}/blobs/uploads/", timeout=10).headers["Location"]

    assert requests.delete(requests.compat.urljoin(base, place), timeout=10).status_code == 204
    assert requests.get(requests.compat.urljoin(base, place), timeout=10).status_code == 404


def test_a_body_without_a_length(address: str, here: str) -> None:
    digest = digest_of(b"chunked transfer")
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("POST", f"/v2/{here}/blobs/uploads/")
    place = urlsplit(connection.getresponse().headers["Location"])
    connection.close()
    target = place.path + "?" + "&".join(filter(None, (place.query, f"digest={digest}")))
    connection.request("PUT", target, iter([b"chunked ", b"transfer"]), encode_chunked=True)
    status = connection.getresponse().status
    connection.close()

    assert status == 201
    with Client(address) as client:
        assert client.blob(here, digest) == b"chunked transfer"


@pytest.mark.parametrize(("span", "part"), [("0-3", b"0123"), ("4-", b"456789"), ("-2", b"89"), ("8-99", b"89")])
def test_a_part_of_a_blob(address: str, here: str, span: str, part: bytes) -> None:
    digest = digest_of(b"0123456789")
    with Client(address) as client:
        client.push_blob(here, digest, b"0123456789")
    answer = requests.get(f"http://{address}/v2/{here}/blobs/{digest}", headers={"Range": f"bytes={span}"}, timeout=10)

    assert (answer.status_code, answer.content) == (206, part)


def test_deleting(address: str, here: str) -> None:
    child, keeper = image("child"), index(image("child"))
    with Client(address) as client:
        client.push(keeper, here, "index")
        client.push(child, here, "child")
        client.delete_manifest(here, child.root.digest)
        layer = digest_of(b"layer of child")
        assert requests.delete(f"http://{address}/v2/{here}/blobs/{layer}", timeout=10).status_code == 202

        assert client.head(here, child.root.digest) is None
        assert client.tags(here) == ["index"]
        assert not client.blob_exists(here, layer)
        assert client.manifest(here, "index").body == keeper.root.body
        with pytest.raises(NotFound):
            client.delete_manifest(here, child.root.digest)
    with Client(address) as another:
        another.push(child, here, "again")
        assert another.blob(here, layer) == b"layer of child"


def test_a_tag_is_not_deleted_by_name(base: str, address: str, here: str) -> None:
    with Client(address) as client:
        digest = client.push(image("kept"), here, "latest")
        answer = requests.delete(f"{base}/v2/{here}/manifests/latest", timeout=10)

        assert answer.status_code == 400
        assert client.head(here, "latest") == digest


def test_the_catalogue(address: str, here: str) -> None:
    with Client(address) as client:
        client.push(image("listed"), here, "latest")

        assert here in repositories_of(address)


INDEX_TYPES = ((MediaTypes.DOCKER.index, "docker"), (MediaTypes.OCI.index, "oci"))


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/*;q=0.5, text/plain", f"{MediaTypes.OCI.index},{MediaTypes.DOCKER.index}"]
)
def test_the_gateway_serves_an_index_to_those_who_take_one(
    client: Client, gateway: Gateway, here: str, accept: str
) -> None:
    for media_type, tag in INDEX_TYPES:
        client.push(index(image("any"), media_type=media_type), here, tag)
        url = f"http://{gateway.address}/v2/{here}/manifests/{tag}"
        answer = requests.get(url, headers={"Accept": accept}, timeout=10)

        assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)


@pytest.mark.parametrize(
    "accept", [MediaTypes.OCI.manifest, f"{MediaTypes.DOCKER.manifest}, {MediaTypes.OCI.manifest}", "application/json"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_gateway_has_no_index_for_those_who_take_none(
    client: Client, gateway: Gateway, here: str, method: str, accept: str
) -> None:
    for media_type, tag in INDEX_TYPES:
        client.push(index(image("any"), media_type=media_type), here, tag)
        url = f"http://{gateway.address}/v2/{here}/manifests/{tag}"

        assert requests.request(method, url, headers={"Accept": accept}, timeout=10).status_code == 404
