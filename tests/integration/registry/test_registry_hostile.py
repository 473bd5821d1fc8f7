"""Requests that no honest client makes are refused with a 4xx and disturb nobody; no answer shows a server's inside."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
import requests

from fixtures.oci.digests import digest_of
from fixtures.oci.media_types import MediaTypes
from fixtures.registry.client import Client
from fixtures.registry.faults import Fault
from fixtures.registry.gateway import Gateway
from fixtures.registry.http_connection import WAITING_LIMIT
from fixtures.registry.stores.embedded import EmbeddedStore

from .artifacts import image, repositories_of

DEEP = b"[" * 100_000 + b"]" * 100_000
MANY = "9" * 5000
DIGEST = digest_of(b"none")


@pytest.fixture(scope="module")
def embedded() -> Iterator[EmbeddedStore]:
    """The embedded registry, with one image."""
    with EmbeddedStore() as store, Client(store.address) as client:
        client.push(image("there"), "there", "latest")
        yield store


@pytest.fixture(params=["direct", "gateway"])
def hostile_address(request: pytest.FixtureRequest, embedded: EmbeddedStore) -> Iterator[str]:
    """The registry itself, and a gateway before it; the store is blamed for nothing that is asked for."""
    if request.param == "direct":
        yield embedded.address
        return
    with Gateway(embedded.address) as gateway, gateway.recording():
        yield gateway.address
        assert (gateway.store_failure, gateway.store_refusal) == (None, None)


def raw(address: str, head: str, body: bytes = b"") -> tuple[int, bytes]:
    """Send a request as it is written, and give the status of the answer, and the answer."""
    host, _, port = address.partition(":")
    lines = f"{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as client:
        try:
            client.sendall(lines.encode("latin-1") + body)
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        except ConnectionError:
            return 431, b""  # closed on us while we still sent
    return int(answer.split()[1]), answer


LAYER = digest_of(b"layer of there")
HOSTILE = {
    "deep-manifest": (f"PUT /v2/there/manifests/x HTTP/1.1\r\nContent-Type: {MediaTypes.OCI.manifest}", DEEP),
    "manifest-of-text": (f"PUT /v2/there/manifests/x HTTP/1.1\r\nContent-Type: {MediaTypes.OCI.manifest}", b"\xff\x00"),
    "manifest-of-a-list": (f"PUT /v2/there/manifests/x HTTP/1.1\r\nContent-Type: {MediaTypes.OCI.manifest}", b"[1]"),
    "half-a-character": ("PUT /v2/there/manifests/x HTTP/1.1", b'{"mediaType": "\\ud800"}'),
    "type-of-two-lines": ("PUT /v2/there/manifests/x HTTP/1.1", b'{"mediaType": "a/b\\r\\nX-Evil: 1"}'),
    "number-of-5000-digits": (
        f"PUT /v2/there/manifests/x HTTP/1.1\r\nContent-Type: {MediaTypes.OCI.manifest}",
        MANY.encode(),
    ),
    "digest-of-a-number": (
        f"PUT /v2/there/manifests/x HTTP/1.1\r\nContent-Type: {MediaTypes.OCI.manifest}",
        b'{"config": {"digest": 5}, "layers": {"a": 1}, "manifests": [{"digest": "\\ud800"}]}',
    ),
    "range-of-5000-digits": (f"GET /v2/there/blobs/{LAYER} HTTP/1.1\r\nRange: bytes={MANY}-{MANY}", b""),
    "suffix-of-5000-digits": (f"GET /v2/there/blobs/{LAYER} HTTP/1.1\r\nRange: bytes=-{MANY}", b""),
    "pages-of-5000-digits": (f"GET /v2/there/tags/list?n={MANY} HTTP/1.1", b""),
    "pages-of-other-digits": ("GET /v2/there/tags/list?n=%D9%A3&last=%00 HTTP/1.1", b""),
    "pages-below-none": ("GET /v2/_catalog?n=-1&n=&last=%FF%0D%0AX-Evil:1 HTTP/1.1", b""),
    "name-of-nothing": ("POST /v2/a%00b/blobs/uploads/ HTTP/1.1", b""),
    "name-of-two-lines": ("POST /v2/a%0D%0AX-Evil:1/blobs/uploads/ HTTP/1.1", b""),
    "name-of-other-letters": ("POST /v2/%E2%82%AC/blobs/uploads/ HTTP/1.1", b""),
    "name-that-is-no-text": ("POST /v2/%FF%FE/blobs/uploads/ HTTP/1.1", b""),
    "name-without-end": (f"POST /v2/{'a/' * 5000}a/blobs/uploads/ HTTP/1.1", b""),
    "name-above": ("POST /v2/../../etc/blobs/uploads/ HTTP/1.1", b""),
    "bad-escape": ("POST /v2/%zz%/blobs/uploads/ HTTP/1.1", b""),
    "tag-of-two-lines": ("PUT /v2/there/manifests/a%0D%0AX-Evil:1 HTTP/1.1", b"{}"),
    "tag-that-is-no-text": ("PUT /v2/there/manifests/%FF HTTP/1.1", b"{}"),
    "digest-of-no-kind": ("POST /v2/there/blobs/uploads/?digest=md5:%0D%0A HTTP/1.1", b""),
    "mount-of-nothing": ("POST /v2/there/blobs/uploads/?mount=%00&from=%FF HTTP/1.1", b""),
    "session-of-nobody": ("PATCH /v2/there/blobs/uploads/%00?_state=%00 HTTP/1.1", b"x"),
    "other-host": ("GET http://example.invalid/v2/there/manifests/latest HTTP/1.1", b""),
    "no-path": ("OPTIONS * HTTP/1.1", b""),
    "unknown-method": ("PROPFIND /v2/there/manifests/latest HTTP/1.1", b""),
    "private-method": ("_GET /v2/_page HTTP/1.1", b""),
    "many-headers": ("GET /v2/ HTTP/1.1" + "".join(f"\r\nX-{number}: y" for number in range(20_000)), b""),
    "large-header": (f"GET /v2/ HTTP/1.1\r\nX-Large: {'y' * 200_000}", b""),
    "long-target": (f"GET /v2/{'a' * 200_000} HTTP/1.1", b""),
    "long-query": (f"GET /v2/?{'a=b&' * 50_000} HTTP/1.1", b""),
    "odd-accept": ("GET /v2/there/manifests/latest HTTP/1.1\r\nAccept: ,;=\xff,,/", b""),
    "odd-range": (f"GET /v2/there/blobs/{LAYER} HTTP/1.1\r\nRange: bytes=5-1,\xb2-", b""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nonsense_is_the_clients_fault(name: str, hostile_address: str) -> None:
    status, answer = raw(hostile_address, *HOSTILE[name])

    assert status < 500, answer
    assert b"Traceback" not in answer
    assert b"\r\nX-Evil" not in answer
    assert requests.get(f"http://{hostile_address}/v2/", timeout=10).status_code == 200


@pytest.mark.parametrize("name", ["many-headers", "large-header", "long-target", "long-query"])
def test_a_request_has_a_limit(name: str, hostile_address: str) -> None:
    assert raw(hostile_address, *HOSTILE[name])[0] == 431


@pytest.mark.parametrize("chunk", [f"0-{MANY}", f"{MANY}-{MANY}", "bytes 0-0/" + MANY, "x", "-", "5-1"])
def test_a_chunk_that_says_nonsense_of_its_place_is_refused(chunk: str, hostile_address: str) -> None:
    begun = requests.post(f"http://{hostile_address}/v2/there/blobs/uploads/", timeout=10)
    place = begun.headers["Location"]
    place = place if place.startswith("http") else f"http://{hostile_address}{place}"

    refused = requests.patch(place, data=b"x", headers={"Content-Range": chunk}, timeout=10)

    assert refused.status_code in (400, 416)
    assert "Traceback" not in refused.text


def test_what_was_there_stays_there(embedded: EmbeddedStore) -> None:
    with Client(embedded.address) as client:
        assert client.head("there", "latest") == image("there").root.digest
        assert repositories_of(embedded.address) == ["there"]


def test_another_spelling_of_a_path_is_recorded_as_what_it_is(embedded: EmbeddedStore) -> None:
    with Gateway(embedded.address) as gateway, gateway.recording() as recording:
        raw(gateway.address, f"DELETE /v2%2Fodd%2Fname/%6Danifests/{DIGEST.replace(':', '%3a')} HTTP/1.1")

    assert [(e.method, e.repository, e.kind, e.reference) for e in recording.traffic] == [
        ("DELETE", "odd/name", "manifest", DIGEST)
    ]


def test_a_deep_answer_of_a_store_is_read_as_no_error_of_the_suite(embedded: EmbeddedStore) -> None:
    deep = json.dumps({"schemaVersion": 2, "config": {"digest": digest_of(DEEP)}, "layers": []}).encode()
    with Gateway(embedded.address) as gateway, Client(embedded.address) as client, gateway.recording():
        client.push_blob("deep", digest_of(DEEP), DEEP)
        client.push_manifest("deep", "latest", MediaTypes.OCI.manifest, deep)
        answer = requests.get(f"http://{gateway.address}/v2/deep/manifests/latest", timeout=10)
        assert answer.content == deep
        client.delete_manifest("deep", digest_of(deep))


def test_who_sends_on_and_on_without_reading_is_dropped(embedded: EmbeddedStore) -> None:
    with Gateway(embedded.address) as gateway:
        gateway.faults.add(Fault(delay=0.5, times=None))
        host, _, port = gateway.address.partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as client:
            client.sendall(b"GET /v2/there/manifests/latest HTTP/1.1\r\nHost: x\r\n\r\n" * (WAITING_LIMIT + 10))
            with pytest.raises(ConnectionResetError):
                client.recv(100)
