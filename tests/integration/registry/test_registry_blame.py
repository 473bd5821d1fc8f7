"""Whose fault an answer is: a phase can't have the store blamed for nonsense, nor be blamed for the store's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import requests

from fixtures.oci.digests import digest_of
from fixtures.oci.media_types import MediaTypes
from fixtures.registry import retries
from fixtures.registry.client import Client, RegistryError
from fixtures.registry.gateway import Gateway
from fixtures.registry.ledger import Kept, Ledger
from fixtures.registry.retries import Remedy, Retries, seconds_in
from fixtures.registry.stores.base import RegistryUnavailable
from fixtures.registry.stores.embedded import EmbeddedStore

from . import field_faults as field
from .artifacts import image
from .faulty import Err, Faulty, Question, Said

HERE = "case/app"
WANTED = image("wanted")
LAYER = digest_of(b"layer of wanted")


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for less long than a run does."""
    monkeypatch.setattr(retries, "SECONDS", 0.5)
    monkeypatch.setattr(retries, "QUICK", (0.01, 0.02))


class Between:
    """A gateway and a client before a store with a fault, with one image pushed before the fault sets in."""

    def __init__(self, store: EmbeddedStore) -> None:
        self.known = Ledger()
        self.err: Err = lambda asked: asked.forward()
        self.store = store
        self.proxy = Faulty(store.address, self._answer)
        self.gateway = Gateway(self.proxy.address, self.known, Retries())
        self.client = Client(self.proxy.address, self.known, Retries())

    def _answer(self, asked: Question) -> Said:
        return self.err(asked)

    def asked(self, method: str, path: str, body: bytes = b"", **headers: str) -> int:
        """Ask through the gateway as a phase does, and give the status of the answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"http://{self.gateway.address}/v2/{path}"
        return requests.request(method, url, data=body, headers=named, timeout=20, allow_redirects=False).status_code


@pytest.fixture
def between() -> Iterator[Between]:
    """What is between a phase and a store, while a phase runs."""
    with EmbeddedStore() as store:
        this = Between(store)
        with this.proxy, this.gateway, this.client:
            this.client.push(WANTED, HERE, "latest")
            with this.gateway.recording():
                yield this


PROVOKED: dict[str, Callable[[Between], int]] = {
    "credentials": lambda here: here.asked("GET", f"{HERE}/manifests/latest", Authorization="Basic x"),
    "credentials-on-a-push": lambda here: here.asked("PUT", f"{HERE}/manifests/x", b"{}", Authorization="Basic x"),
    "a-range-beyond": lambda here: here.asked("GET", f"{HERE}/blobs/{LAYER}", Range="bytes=1000-2000"),
    "no-digest": lambda here: here.asked("GET", f"{HERE}/manifests/sha256:short"),
    "no-name": lambda here: here.asked("GET", "UPPER/manifests/latest"),
    "nothing-there": lambda here: here.asked("GET", f"{HERE}/manifests/other"),
    "no-manifest": lambda here: here.asked("PUT", f"{HERE}/manifests/x", b"[]", Content_Type=MediaTypes.OCI.manifest),
    "another-digest": lambda here: here.asked(
        "PUT", f"{HERE}/manifests/{digest_of(b'')}", WANTED.root.body, Content_Type=MediaTypes.OCI.manifest
    ),
    "blobs-that-are-not-there": lambda here: here.asked(
        "PUT", f"{HERE}/manifests/x", image("elsewhere").root.body, Content_Type=MediaTypes.OCI.manifest
    ),
    "an-upload-of-nobody": lambda here: here.asked("PATCH", f"{HERE}/blobs/uploads/none?_state=none", b"x"),
    "a-tag-deleted": lambda here: here.asked("DELETE", f"{HERE}/manifests/latest"),
    "a-mount-of-nothing": lambda here: here.asked("POST", f"{HERE}/blobs/uploads/?mount=x&from=y"),
    "an-unknown-method": lambda here: here.asked("OPTIONS", f"{HERE}/manifests/latest"),
}


@pytest.mark.parametrize("how", PROVOKED)
def test_a_phase_buys_no_failure_of_the_store(how: str, between: Between) -> None:
    def strict(asked: Question) -> Said:
        credentials = any(name.lower() == "authorization" for name in asked.headers)
        return Said(401) if credentials else asked.forward()

    between.err = strict
    status = PROVOKED[how](between)

    assert 200 <= status < 500
    assert (between.gateway.store_failure, between.gateway.store_refusal) == (None, None)


def test_what_a_phase_deletes_is_not_lost(between: Between) -> None:
    assert between.asked("DELETE", f"{HERE}/manifests/{WANTED.root.digest}") == 202
    assert between.asked("GET", f"{HERE}/manifests/latest") == 404
    assert between.gateway.store_failure is None
    assert between.client.head(HERE, "latest") is None


def test_what_was_put_past_the_gateway_is_no_fault_of_the_store(between: Between) -> None:
    with Client(between.store.address) as stranger:
        stranger.push(image("strange"), HERE, "latest")

    assert between.client.head(HERE, "latest") == image("strange").root.digest
    assert between.client.manifest(HERE, "latest").digest == image("strange").root.digest
    assert between.asked("HEAD", f"{HERE}/manifests/latest") == 200
    assert between.gateway.store_failure is None


def test_what_a_store_lost_is_its_failure_for_the_phase_and_for_the_suite(between: Between) -> None:
    with Client(between.store.address) as thief:
        thief.delete_manifest(HERE, WANTED.root.digest)

    assert between.asked("GET", f"{HERE}/manifests/latest") == 404
    assert "nobody asked it to delete it" in str(between.gateway.store_failure)
    with pytest.raises(RegistryUnavailable, match="nobody asked it to delete it"):
        between.client.head(HERE, "latest")


def test_a_push_that_was_acknowledged_and_lost_is_the_stores_failure(between: Between) -> None:
    def forgetting(asked: Question) -> Said:
        return Said(201) if asked.method == "PUT" and asked.kind == "manifests" else asked.forward()

    between.err = forgetting
    assert between.asked("PUT", f"{HERE}/manifests/new", WANTED.root.body, Content_Type=MediaTypes.OCI.manifest) == 201
    with pytest.raises(RegistryUnavailable, match="though it took case/app new"):
        between.client.head(HERE, "new")


def test_a_tag_that_no_phase_wrote_is_nobodys_loss(between: Between) -> None:
    assert between.client.head(HERE, "never") is None
    assert between.gateway.store_failure is None


def test_a_well_formed_manifest_that_is_refused_is_the_stores_refusal(between: Between) -> None:
    between.err = field.refusing(400, lambda asked: asked.method == "PUT", "MANIFEST_INVALID")

    assert between.asked("PUT", f"{HERE}/manifests/new", WANTED.root.body, Content_Type=MediaTypes.OCI.manifest) == 400
    assert "MANIFEST_INVALID" in str(between.gateway.store_refusal)
    assert between.gateway.store_failure is None


@pytest.mark.parametrize("query", ["", f"?mount={LAYER}&from={HERE}", f"?mount={digest_of(b'none')}&from=no/where"])
@pytest.mark.parametrize("media_type", ["", "application/json", "application/octet-stream"])
def test_an_upload_that_may_not_begin_is_the_stores_refusal(query: str, media_type: str, between: Between) -> None:
    between.err = field.refusing(400, lambda asked: asked.method == "POST", "UNSUPPORTED")
    assert between.asked("POST", f"case/other/blobs/uploads/{query}", Content_Type=media_type) == 400
    assert "refused what it has to take" in str(between.gateway.store_refusal)


def test_a_mount_that_is_refused_begins_an_upload(between: Between) -> None:
    between.err = field.refusing(400, lambda asked: "mount=" in asked.path, "UNSUPPORTED")

    for source in (HERE, "no/where"):
        assert between.asked("POST", f"case/other/blobs/uploads/?mount={LAYER}&from={source}") == 202
    assert (between.gateway.store_failure, between.gateway.store_refusal) == (None, None)


def test_an_upload_that_is_refused_is_the_stores_refusal_unless_its_digest_is_wrong(between: Between) -> None:
    begun = requests.post(f"http://{between.gateway.address}/v2/{HERE}/blobs/uploads/", timeout=20).headers["Location"]
    between.err = field.refusing(400, lambda asked: asked.method == "PUT", "BLOB_UPLOAD_INVALID")
    assert requests.put(f"{begun}&digest={digest_of(b'other')}", data=b"body", timeout=20).status_code == 400
    assert between.gateway.store_refusal is None
    begun = requests.post(f"http://{between.gateway.address}/v2/{HERE}/blobs/uploads/", timeout=20).headers["Location"]
    assert requests.put(f"{begun}&digest={digest_of(b'body')}", data=b"body", timeout=20).status_code == 400
    assert "BLOB_UPLOAD_INVALID" in str(between.gateway.store_refusal)


def test_an_upload_that_goes_on_elsewhere_than_it_was_told_is_the_clients_fault(between: Between) -> None:
    begun = requests.post(f"http://{between.gateway.address}/v2/{HERE}/blobs/uploads/", timeout=20).headers["Location"]
    bare = begun.partition("?")[0]
    assert requests.patch(bare, data=b"body", timeout=20).status_code == 400
    assert requests.put(f"{bare}?digest={digest_of(b'body')}", data=b"body", timeout=20).status_code == 400
    assert (between.gateway.store_failure, between.gateway.store_refusal) == (None, None)


def test_an_upload_that_a_client_spoiled_is_not_owed_afterwards(between: Between) -> None:
    begun = requests.post(f"http://{between.gateway.address}/v2/{HERE}/blobs/uploads/", timeout=20).headers["Location"]
    twice = f"{begun}&digest={digest_of(b'other')}&digest={digest_of(b'body')}"
    assert requests.put(twice, data=b"body", timeout=20).status_code == 400
    assert requests.put(f"{begun}&digest={digest_of(b'body')}", data=b"body", timeout=20).status_code == 404
    assert (between.gateway.store_failure, between.gateway.store_refusal) == (None, None)


def test_a_manifest_has_a_digest_whatever_the_store_leaves_out(between: Between) -> None:
    between.err = field.without_headers("docker-content-digest")
    for method in ("GET", "HEAD"):
        for reference in ("latest", WANTED.root.digest):
            url = f"http://{between.gateway.address}/v2/{HERE}/manifests/{reference}"
            assert requests.request(method, url, timeout=20).headers["Docker-Content-Digest"] == WANTED.root.digest


def test_a_client_that_gave_up_on_a_slow_store_is_no_failed_lifecycle(between: Between) -> None:
    between.err = field.slow(2.5)
    with pytest.raises(requests.Timeout):
        requests.get(f"http://{between.gateway.address}/v2/{HERE}/manifests/latest", timeout=0.2)
    give_up = time.monotonic() + 10
    while between.gateway.store_failure is None and time.monotonic() < give_up:
        time.sleep(0.05)

    assert "until it gave up" in str(between.gateway.store_failure)


def test_a_body_that_stays_another_is_corrupt_for_the_suite(between: Between) -> None:
    between.err = field.flipped
    with pytest.raises(RegistryError, match="whose digest is"):
        between.client.blob(HERE, LAYER)


def test_two_writes_of_a_tag_at_once_leave_open_which_was_last() -> None:
    known, one, other = Ledger(), digest_of(b"one"), digest_of(b"other")
    for _ in (one, other):
        known.manifest_begins("a", "latest")
        assert known.tag("a", "latest") is None
    known.manifest_ends("a", "latest", one, Kept(MediaTypes.OCI.manifest, 3), took=True)
    known.manifest_ends("a", "latest", other, Kept(MediaTypes.OCI.manifest, 5), took=True)
    assert known.tag("a", "latest") is None
    known.manifest_begins("a", "latest")
    known.manifest_ends("a", "latest", other, Kept(MediaTypes.OCI.manifest, 5), took=True)
    assert known.tag("a", "latest") == other


def test_a_refused_write_leaves_a_tag_as_it_was() -> None:
    known, one = Ledger(), digest_of(b"one")
    for took, expected in ((True, one), (False, one), (None, None)):
        known.manifest_begins("a", "latest")
        known.manifest_ends("a", "latest", one, Kept(MediaTypes.OCI.manifest, 3), took=took)
        assert known.tag("a", "latest") == expected


def test_what_is_forgotten_is_not_known() -> None:
    known = Ledger()
    for name in ("a/b", "ab/c"):
        known.blob_put(name, LAYER, 5)
    known.forget("a")
    assert known.blob("a/b", LAYER) is None
    assert known.blob("ab/c", LAYER) == Kept("", 5)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3", 3.0),
        (" 0 ", 0.0),
        ("9" * 5000, 999_999_999.0),
        ("Mon, 30 Nov 2026 12:00:05 GMT", 5.0),
        ("Mon, 30 Nov 2026 12:00:05 -0000", 5.0),
        ("Mon, 30 Nov 2026 11:59:00 GMT", -60.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("٣", None),
    ],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    assert seconds_in(text, lambda: datetime(2026, 11, 30, 12, 0, 0, tzinfo=UTC)) == seconds


def test_patience_has_bounds() -> None:
    waits = Retries().attempt()
    assert [waits.pause(Remedy.ANOTHER_TRY) for _ in range(3)] == [0.01, 0.02, None]
    assert Retries().attempt().pause(Remedy.NOTHING) is None
    assert Retries().attempt().pause(Remedy.TIME, "3600") is None


def test_patience_with_a_dead_store_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "IN_VAIN", 1.0)
    waits = Retries()
    waits.waste(1.0)
    attempt = waits.attempt()
    assert [attempt.pause(Remedy.TIME) for _ in range(2)] == [0.01, None]


def test_what_is_done_is_told_as_the_specification_has_it(between: Between) -> None:
    between.err = field.accepted

    assert between.asked("PUT", f"{HERE}/manifests/new", WANTED.root.body, Content_Type=MediaTypes.OCI.manifest) == 201
    assert between.client.head(HERE, "new") == WANTED.root.digest


def test_what_is_told_as_done_and_is_not_is_the_stores_failure(between: Between) -> None:
    between.err = field.every(1, field.status(202), lambda asked: asked.method == "PUT")

    between.asked("PUT", f"{HERE}/manifests/new", WANTED.root.body, Content_Type=MediaTypes.OCI.manifest)
    assert "does not have it" in str(between.gateway.store_failure)
