"""The gateway records, keeps clients on itself, injects faults, serves what it is told, and blames no lifecycle."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from fixtures.oci.digests import digest_of
from fixtures.oci.media_types import MediaTypes
from fixtures.registry.client import Client, Corrupt
from fixtures.registry.faults import Fault
from fixtures.registry.gateway import Gateway
from fixtures.registry.http_message import BODY_LIMIT, Headers, Request, Response
from fixtures.registry.http_server import Server
from fixtures.registry.stores.base import RegistryUnavailable
from fixtures.registry.stores.embedded import EmbeddedStore

from .artifacts import image, index


def url(gateway: Gateway, repository: str, reference: str) -> str:
    """The URL of a manifest."""
    return f"http://{gateway.address}/v2/{repository}/manifests/{reference}"


@contextmanager
def injected(gateway: Gateway, *faults: Fault) -> Iterator[None]:
    """Have a gateway inject faults for the length of a block."""
    gateway.faults.add(*faults)
    try:
        yield
    finally:
        gateway.faults.clear()


def test_records_what_was_asked_while_recording_only(client: Client, gateway: Gateway, here: str) -> None:
    wanted = index(image("child"))
    child, root = wanted.manifests
    client.push(wanted, here, "latest")
    with Client(gateway.address, client.known) as phase:
        phase.manifest(here, "latest")
        with gateway.recording() as recording:
            phase.head(here, "latest")
            phase.manifest(here, "latest")
            phase.manifest(here, child.digest)
            phase.head(here, "absent")
        phase.manifest(here, "latest")

    traffic = recording.traffic
    assert [(e.method, e.reference, e.status) for e in traffic] == [
        ("HEAD", "latest", 200),
        ("GET", "latest", 200),
        ("GET", child.digest, 200),
        ("HEAD", "absent", 404),
    ]
    read = traffic.where(lambda e: e.method == "GET")
    assert [e.digest for e in read] == [root.digest, child.digest]
    assert [e.media_type for e in read] == [MediaTypes.OCI.index, MediaTypes.OCI.manifest]
    assert not traffic.writes()
    assert {e.repository for e in traffic} == {here}


def test_records_writes(client: Client, gateway: Gateway, here: str) -> None:
    wanted = image("written")
    layer = digest_of(b"layer of written")
    client.push_blob(f"{here}/base", layer, b"layer of written")
    with Client(gateway.address, client.known) as phase, gateway.recording() as recording:
        mount = {"mount": layer, "from": f"{here}/base"}
        requests.post(f"http://{gateway.address}/v2/{here}/blobs/uploads/", params=mount, timeout=10)
        phase.push(wanted, here, "latest")
        phase.delete_manifest(here, wanted.root.digest)

    traffic = recording.traffic
    assert [e.mounted_from for e in traffic if e.mounted_from] == [f"{here}/base"]
    pushed, deleted = traffic.writes()
    assert (pushed.method, deleted.method) == ("PUT", "DELETE")
    assert (pushed.reference, pushed.digest, pushed.media_type) == (
        "latest",
        wanted.root.digest,
        MediaTypes.OCI.manifest,
    )
    assert deleted.digest == wanted.root.digest
    assert {e.digest for e in traffic if e.kind == "upload" and e.digest} == set(wanted.blobs)
    assert len(str(traffic).splitlines()) == len(traffic)
    assert max(map(len, str(traffic).splitlines())) <= 200


def test_a_refused_push_is_no_write(gateway: Gateway, here: str) -> None:
    with gateway.recording() as recording:
        refused = requests.put(
            url(gateway, here, "latest"),
            data=image("refused").root.body,
            headers={"Content-Type": MediaTypes.OCI.manifest},
            timeout=10,
        )

    assert refused.status_code == 400
    assert [e.status for e in recording.traffic] == [400]
    assert not recording.traffic.writes()


def test_the_base_is_recorded_each_time_though_asked_once(gateway: Gateway) -> None:
    with gateway.recording() as recording:
        for _ in range(3):
            assert requests.get(f"http://{gateway.address}/v2/", timeout=10).status_code == 200

    assert [(e.kind, e.status) for e in recording.traffic] == [("base", 200)] * 3


def test_recordings_do_not_overlap(gateway: Gateway) -> None:
    with gateway.recording(), pytest.raises(RuntimeError, match="records a run already"), gateway.recording():
        pass


@pytest.mark.parametrize("answered", ["{store}/v2/a/blobs/uploads/1?x=y", "/v2/a/blobs/uploads/1?x=y", "1?x=y"])
def test_locations_stay_on_the_gateway(answered: str) -> None:
    def answer(_: Request) -> Response:
        return Response(202, [(b"Location", answered.format(store=f"http://{store.address}").encode())])

    store = Server(answer, "store")
    store.start()
    try:
        with Gateway(store.address) as gateway:
            place = f"http://{gateway.address}/v2/a/blobs/uploads/"
            assert requests.post(place, timeout=10).headers["Location"] == f"{place}1?x=y"
            names_it_otherwise = requests.post(place, headers={"Host": "localhost:1"}, timeout=10)
            assert names_it_otherwise.headers["Location"] == "http://localhost:1/v2/a/blobs/uploads/1?x=y"
    finally:
        store.stop()


def test_a_blob_kept_elsewhere_stays_there() -> None:
    store = Server(lambda _: Response(307, [(b"Location", b"http://elsewhere.example/bytes")]), "store")
    store.start()
    try:
        with Gateway(store.address) as gateway:
            answer = requests.get(
                f"http://{gateway.address}/v2/a/blobs/{digest_of(b'')}", allow_redirects=False, timeout=10
            )
            assert answer.headers["Location"] == "http://elsewhere.example/bytes"
    finally:
        store.stop()


def test_a_bare_404_is_given_a_body() -> None:
    store = Server(lambda _: Response(404, [(b"Content-Type", b"text/plain")], b"404 page not found"), "store")
    store.start()
    try:
        with Gateway(store.address) as gateway:
            assert requests.get(url(gateway, "a", "b"), timeout=10).json()["errors"][0]["code"] == "MANIFEST_UNKNOWN"
            assert requests.get(f"http://{gateway.address}/x", timeout=10).json()["errors"][0]["code"] == "UNSUPPORTED"
    finally:
        store.stop()


def test_faults_hit_what_they_name_as_often_as_they_say(client: Client, gateway: Gateway, here: str) -> None:
    client.push(image("hit"), here, "latest")
    fault = Fault("GET", "/manifests/latest", status=503, times=2)
    with injected(gateway, fault), gateway.recording() as recording:
        lines = [requests.request(method, url(gateway, here, "latest"), timeout=10).status_code for method in
                ("HEAD", "GET", "GET", "GET")]  # fmt: skip

    assert lines == [200, 503, 503, 200]
    assert [e.status for e in recording.traffic] == lines
    assert gateway.store_failure is None


def test_a_reset_is_a_reset(gateway: Gateway) -> None:
    with injected(gateway, Fault(path=lambda target: target.endswith("/b"), reset=True)):
        with gateway.recording() as recording, pytest.raises(requests.ConnectionError, match=r"reset|aborted"):
            requests.get(url(gateway, "a", "b"), timeout=10)

        assert [e.status for e in recording.traffic] == [0]


def test_a_delay_is_only_late(gateway: Gateway) -> None:
    with injected(gateway, Fault(delay=0.2, times=None)):
        began = time.monotonic()
        assert requests.get(url(gateway, "a", "b"), timeout=10).status_code == 404

    assert time.monotonic() - began >= 0.2


def test_a_recording_waits_for_answers_under_way(gateway: Gateway) -> None:
    with injected(gateway, Fault(delay=0.3)), gateway.recording() as recording:
        impatient = threading.Thread(target=_give_up_soon, args=(gateway,))
        impatient.start()
        impatient.join()

    assert [(e.reference, e.status) for e in recording.traffic] == [("slow", 404)]


def _give_up_soon(gateway: Gateway) -> None:
    with pytest.raises(requests.Timeout):
        requests.get(url(gateway, "a", "slow"), timeout=0.1)


def test_serves_what_a_strict_store_would_refuse(client: Client, gateway: Gateway, here: str) -> None:
    dangling = index(image("never pushed")).root
    digest = gateway.serve(here, "latest", dangling.media_type, dangling.body)
    with Client(gateway.address, client.known) as phase:
        assert phase.manifest(here, "latest") == phase.manifest(here, digest)
        assert phase.manifest(here, "latest").media_type == MediaTypes.OCI.index
        assert phase.head(here, "latest") == digest
        assert client.head(here, "latest") is None

        phase.push(image("newer"), here, "latest")
        assert phase.head(here, "latest") == image("newer").root.digest

        gateway.serve(f"{here}/other", "latest", "application/x-odd", b"{}")
        gateway.canned.clear(here)
        assert phase.head(f"{here}/other", "latest") is None
        assert phase.head(here, digest) is None


def test_the_client_catches_tampering(client: Client, gateway: Gateway, here: str) -> None:
    wanted = image("genuine")
    client.push(wanted, here, "latest")
    gateway.serve(here, wanted.root.digest, MediaTypes.OCI.manifest, b"{}")
    with Client(gateway.address, client.known) as phase, pytest.raises(Corrupt, match=wanted.root.digest):
        phase.manifest(here, wanted.root.digest)


def test_the_client_catches_a_blob_that_was_tampered_with() -> None:
    layer = digest_of(b"genuine")
    store = Server(lambda _: Response(200, [], b"tampered"), "store")
    store.start()
    try:
        with Client(store.address) as client, pytest.raises(Corrupt, match=layer):
            client.blob("a", layer)
    finally:
        store.stop()


def test_the_client_follows_a_store_that_keeps_its_blobs_elsewhere() -> None:
    elsewhere = Server(lambda _: Response(200, [], b"bytes"), "elsewhere")
    elsewhere.start()
    store = Server(lambda _: Response(307, [(b"Location", f"http://{elsewhere.address}/x".encode())]), "store")
    store.start()
    try:
        with Client(store.address) as client:
            assert client.blob("a", digest_of(b"bytes")) == b"bytes"
    finally:
        store.stop()
        elsewhere.stop()


def test_the_client_catches_a_header_that_lies() -> None:
    headers: Headers = [(b"Docker-Content-Digest", digest_of(b"other").encode()), (b"Content-Type", b"text/x")]
    store = Server(lambda _: Response(200, headers, b"{}"), "store")
    store.start()
    try:
        with Client(store.address) as client:
            with pytest.raises(Corrupt, match=digest_of(b"other")):
                client.manifest("a", "latest")
            with pytest.raises(Corrupt, match=digest_of(b"other")):
                client.manifest("a", digest_of(b"{}"))
    finally:
        store.stop()


@pytest.mark.usefixtures("no_threads_left")
def test_a_store_that_dies_is_the_stores_failure() -> None:
    store = EmbeddedStore()
    store.start()
    with Gateway(store.address) as gateway:
        with gateway.recording() as recording:
            assert requests.get(url(gateway, "a", "b"), timeout=10).status_code == 404
            assert gateway.store_failure is None
            store.stop()
            answer = requests.get(url(gateway, "a", "b"), timeout=10)
        assert answer.status_code == 502
        assert "unreachable" in answer.json()["errors"][0]["message"]
        assert gateway.store_failure is not None
        assert [e.status for e in recording.traffic] == [404, 502]
        with gateway.recording():
            assert gateway.store_failure is None


def test_a_store_that_breaks_off_is_the_stores_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_break_off, args=(listener,), daemon=True).start()
        with Gateway(f"127.0.0.1:{listener.getsockname()[1]}") as gateway:
            assert requests.get(url(gateway, "a", "b"), timeout=10).status_code == 502
            assert "in the middle of an answer" in (gateway.store_failure or "")
        listener.shutdown(socket.SHUT_RDWR)


def _break_off(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")


def test_a_500_is_the_stores_failure_but_not_for_a_manifest_that_was_pushed() -> None:
    store = Server(lambda _: Response(500, [], b"broken"), "store")
    store.start()
    try:
        with Gateway(store.address) as gateway:
            requests.put(url(gateway, "a", "b"), data=b"{}", timeout=10)
            assert gateway.store_failure is None
            requests.get(url(gateway, "a", "b"), timeout=10)
            assert "500" in (gateway.store_failure or "")
    finally:
        store.stop()


@pytest.mark.usefixtures("no_threads_left")
def test_kept_alive_connections_that_the_store_closed_are_no_failure() -> None:
    kept: list[object] = []

    def answer(_: Request) -> Response:
        kept.extend(server.connections)
        return Response(200, [(b"Content-Type", b"application/json")], b"{}")

    server = Server(answer, "store")
    server.start()
    with Gateway(server.address) as gateway:
        for _ in range(3):
            assert requests.get(url(gateway, "a", "b"), timeout=10).status_code == 200
            server.run(_drop(server))
        assert gateway.store_failure is None
    server.stop()
    assert len(set(kept)) == 3


async def _drop(server: Server) -> None:
    for connection in tuple(server.connections):
        connection.reset()


def test_clients_that_vanish_or_talk_nonsense_make_no_noise(
    gateway: Gateway, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    host, _, port = gateway.address.partition(":")
    caplog.set_level(logging.DEBUG)
    with injected(gateway, Fault(delay=0.1, times=None)):
        for begun in (
            b"",
            b"GET /v2/a/manifests/b HTTP/1.1\r\nHost: x\r\n\r\n",
            b"PUT /v2/a/manifests/b HTTP/1.1\r\nCont",
        ):
            with socket.create_connection((host, int(port))) as client:
                client.sendall(begun)
        with socket.create_connection((host, int(port))) as client:
            client.sendall(b"\x00\x01 nonsense\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.1 400")
        with socket.create_connection((host, int(port))) as client, pytest.raises((ssl.SSLError, OSError)):
            ssl.create_default_context().wrap_socket(client, server_hostname=host)
        time.sleep(0.2)

    assert requests.get(url(gateway, "a", "b"), timeout=10).status_code == 404
    assert [record for record in caplog.records if "urllib3" not in record.name] == []
    assert capfd.readouterr() == ("", "")


def test_a_body_beyond_the_limit_is_refused(gateway: Gateway) -> None:
    host, _, port = gateway.address.partition(":")
    head = f"PUT /v2/a/manifests/b HTTP/1.1\r\nHost: x\r\nContent-Length: {BODY_LIMIT + 1}\r\n\r\n".encode()
    with socket.create_connection((host, int(port))) as client:
        client.sendall(head)
        block = bytes(1024 * 1024)
        try:
            for _ in range(BODY_LIMIT // len(block) + 1):
                client.sendall(block)
        except OSError:
            return  # closed on us before we had read its 413
        assert client.recv(100).startswith(b"HTTP/1.1 413")


def test_requests_of_one_connection_are_answered_in_their_order(gateway: Gateway) -> None:
    host, _, port = gateway.address.partition(":")
    slow = injected(gateway, Fault(path="/slow", delay=0.1, times=None))
    with slow, socket.create_connection((host, int(port))) as client, gateway.recording() as recording:
        for name, connection in (("slow", "keep-alive"), ("fast", "keep-alive"), ("last", "close")):
            line = f"GET /v2/a/manifests/{name} HTTP/1.1\r\nHost: x\r\nConnection: {connection}\r\n\r\n"
            client.sendall(line.encode())
        text = b"".join(iter(lambda: client.recv(65536), b""))

    assert text.count(b"HTTP/1.1 404") == 3
    assert [e.reference for e in recording.traffic] == ["slow", "fast", "last"]


def test_a_client_that_waits_to_be_told_to_go_on(gateway: Gateway, client: Client, here: str) -> None:
    host, _, port = gateway.address.partition(":")
    upload = requests.post(f"http://{gateway.address}/v2/{here}/blobs/uploads/", timeout=10).headers["Location"]
    target = upload.removeprefix(f"http://{gateway.address}")
    target += ("&" if "?" in target else "?") + f"digest={digest_of(b'late')}"
    with socket.create_connection((host, int(port))) as raw:
        raw.sendall(f"PUT {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n".encode())
        assert raw.recv(100).startswith(b"HTTP/1.1 100")
        raw.sendall(b"late")
        assert raw.recv(1000).startswith(b"HTTP/1.1 201")

    assert client.blob(here, digest_of(b"late")) == b"late"


def test_a_bug_in_a_handler_is_shown_to_the_client() -> None:
    def answer(_: Request) -> Response:
        raise ValueError("a bug")

    server = Server(answer, "store")
    server.start()
    try:
        assert "ValueError: a bug" in requests.get(f"http://{server.address}/", timeout=10).text
    finally:
        server.stop()


@pytest.mark.usefixtures("no_threads_left")
def test_starts_and_stops_again_and_again() -> None:
    with EmbeddedStore() as store:
        gateway = Gateway(store.address)
        for _ in range(3):
            gateway.start()
            gateway.start()
            assert requests.get(f"http://{gateway.address}/v2/", timeout=10).status_code == 200
            gateway.stop()
            gateway.stop()
            assert gateway.address == ""


# --- after a phase ---


def test_what_comes_after_a_phase_may_read_and_not_write(client: Client, gateway: Gateway, here: str) -> None:
    wanted = image("late")
    (root,) = wanted.manifests
    client.push(wanted, here, "latest")
    with gateway.recording():
        pass

    with Client(gateway.address) as late:
        with pytest.raises(RegistryUnavailable, match="403"):
            late.push_manifest(here, "late", root.media_type, root.body)
        assert late.manifest(here, "latest").digest == root.digest

    assert gateway.late >= 1
    assert client.tags(here) == ["latest"]
    with Client(gateway.address) as phase, gateway.recording() as recording:
        phase.push_manifest(here, "next", root.media_type, root.body)
    assert [e.status for e in recording.traffic.writes()] == [201]


def test_connections_of_a_phase_end_with_it(gateway: Gateway) -> None:
    host, _, port = gateway.address.partition(":")
    with gateway.recording() as recording:
        half_sent = socket.create_connection((host, int(port)), timeout=5)
        half_sent.sendall(b"PUT /v2/some/app/manifests/late HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{")

    with half_sent, contextlib.suppress(ConnectionError):
        half_sent.sendall(b"}")
        assert half_sent.recv(1000) == b""

    assert list(recording.traffic) == []
