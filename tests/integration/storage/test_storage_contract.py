"""What every storage keeps to: those of the table, and a toy that shows what it takes to join it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

import pytest

from fixtures.errors import Damaged, Missing, NotOurs
from fixtures.oci.images import Artifact, Entry
from fixtures.oci.platforms import AMD64, ARM64, Platform
from fixtures.oci.samples import index_of, run_image
from fixtures.registry.client import Client
from fixtures.registry.gateway import Gateway
from fixtures.registry.stores.embedded import EmbeddedStore
from fixtures.storage.base import Feature, Naming, Ref, Storage
from fixtures.storage.registry import Registry
from fixtures.storage.scope import StorageScope
from fixtures.storage.storages import STORAGES
from suites.requirements import needs
from tests.support.memory_storage import MemoryStorage

IMAGE, OTHER = run_image(AMD64), run_image(AMD64, generation=2)
FOREIGN = ("busybox", "other.example/here/run:latest", "not a reference", "")


@dataclass(frozen=True)
class Opened:
    """A storage, and how a phase writes there."""

    storage: Storage
    write: Callable[[Ref, Artifact], None]


@contextmanager
def open_registry() -> Iterator[Opened]:
    """Open a registry in this process; a phase reaches it by the gateway."""
    with (
        EmbeddedStore() as store,
        Client(store.address) as client,
        Gateway(store.address) as gateway,
        Client(gateway.address) as phase,
    ):

        def write(ref: Ref, artifact: Artifact) -> None:
            phase.push(artifact, ref.place.partition("/")[2], ref.text.rpartition(":")[2])

        yield Opened(Registry(client, gateway, "worker"), write)


@contextmanager
def open_memory() -> Iterator[Opened]:
    """Open the toy."""
    storage = MemoryStorage()
    yield Opened(storage, storage.write)


OPENERS: Mapping[str, Callable[[], AbstractContextManager[Opened]]] = {
    "registry": open_registry,
    "memory": open_memory,
}


@pytest.fixture(params=[*STORAGES, "memory"])
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    """Each storage in turn, empty."""
    with OPENERS[request.param]() as opened:
        yield opened


@pytest.fixture
def storage(opened: Opened) -> Storage:
    """The storage alone."""
    return opened.storage


def need(storage: Storage, feature: Feature) -> None:
    """Leave the test to storages that have a feature."""
    if feature not in storage.features:
        pytest.skip(f"{storage.name} has no {feature}")


def test_what_is_placed_is_there(storage: Storage) -> None:
    placed = storage.place(IMAGE, "test/app", "v1")

    assert storage.head(placed.ref) == placed.identity
    assert storage.head(placed.pinned) == placed.identity
    found = storage.read(placed.ref)
    assert (found.platform, found.layers, found.diff_ids) == (AMD64, IMAGE.layer_digests, IMAGE.diff_ids)
    assert [found.read_blob(digest) for digest in found.layers] == [blob.body for blob in IMAGE.layer_blobs]
    assert storage.unused("test/app", "v1") == placed.ref


def test_placing_again_moves_the_tag(storage: Storage) -> None:
    before = storage.place(IMAGE, "test/app")

    after = storage.place(OTHER, "test/app")

    assert (after.ref, after.identity != before.identity) == (before.ref, True)
    assert storage.head(after.ref) == after.identity
    assert storage.head(before.pinned) == before.identity
    assert storage.read(before.pinned).diff_ids == IMAGE.diff_ids


def test_nothing_is_where_nothing_was_placed(storage: Storage) -> None:
    storage.place(IMAGE, "test/app")

    for unused in (storage.unused("test/other"), storage.unused("test/app", "other")):
        assert storage.head(unused) is None
        with pytest.raises(Missing):
            storage.read(unused)


def test_what_is_removed_is_gone(storage: Storage) -> None:
    placed = storage.place(IMAGE, "test/app")

    storage.remove(placed.ref)
    storage.remove(storage.unused("test/nothing"))

    assert storage.head(placed.ref) is None


def test_image_is_shared_under_one_name(storage: Storage) -> None:
    first = storage.share(IMAGE, "run")

    assert storage.share(IMAGE, "run") == first
    assert storage.head(first.ref) == first.identity
    assert len({first.ref, storage.share(OTHER, "run").ref, storage.share(IMAGE, "other").ref}) == 3


def test_shared_image_that_a_phase_wrote_to_is_used_no_more(opened: Opened) -> None:
    storage = opened.storage
    first, untouched = storage.share(IMAGE, "run"), storage.share(OTHER, "run")

    with storage.observe():
        opened.write(first.ref, OTHER)

    again = storage.share(IMAGE, "run")
    assert again.ref != first.ref
    assert storage.head(again.ref) == again.identity
    assert storage.share(OTHER, "run") == untouched


def test_name_that_was_given_is_located(storage: Storage) -> None:
    placed = storage.place(IMAGE, "test/app")

    for ref in (placed.ref, placed.pinned, storage.unused("test/other", "v1")):
        assert storage.locate(str(ref)) == ref
        assert storage.locate(str(ref)).place == ref.place != ""


@pytest.mark.parametrize("text", FOREIGN)
def test_name_of_another_storage_is_not_ours(storage: Storage, text: str) -> None:
    with pytest.raises(NotOurs):
        storage.locate(text)
    for use in (storage.head, storage.read, storage.remove):
        with pytest.raises(NotOurs):
            use(Ref(text))


def test_features_are_what_there_is(storage: Storage) -> None:
    placed = storage.place(IMAGE, "test/app")

    assert STORAGES.get(storage.name, type(storage)) is type(storage)
    assert (Feature.FAULTS in storage.features) == (storage.faults is not None)
    assert (Feature.DIGEST_NAME in storage.features) == bool(placed.digest_stem)
    assert (Feature.ALIAS in storage.features) == (storage.alias is not None)


def test_alias_leads_to_the_same(storage: Storage) -> None:
    need(storage, Feature.ALIAS)
    scope = StorageScope(storage, "test")
    placed = scope.place(IMAGE, "app")

    elsewhere = scope.elsewhere(placed)

    assert elsewhere != placed.ref
    assert (storage.head(elsewhere), storage.locate(str(elsewhere))) == (placed.identity, placed.ref)
    assert scope.call("analyzer", "0.13") != storage.call("analyzer", "0.13")


def test_scope_of_a_storage_with_one_name_has_no_other(storage: Storage) -> None:
    if Feature.ALIAS in storage.features:
        pytest.skip(f"{storage.name} has another name")
    scope = StorageScope(storage, "test")

    with pytest.raises(LookupError, match="ALIAS"):
        scope.elsewhere(scope.place(IMAGE, "app"))


def test_rows_and_tests_can_ask_for_every_feature_of_every_storage() -> None:
    assert set(needs.FEATURES) == set(Feature)
    assert set(needs.STORAGES) == set(STORAGES)
    assert set(OPENERS) == {*STORAGES, "memory"}


def test_image_named_by_digest(storage: Storage) -> None:
    need(storage, Feature.DIGEST_NAME)
    placed = storage.place(IMAGE, "test/app")

    assert placed.at(IMAGE.digest) == placed.pinned == placed.named(Naming.INDEX_DIGEST)
    assert (storage.head(placed.dangling), placed.dangling.place) == (None, placed.ref.place)


def test_index_and_its_children(storage: Storage) -> None:
    need(storage, Feature.INDEX)
    index = index_of(run_image(ARM64), IMAGE)
    placed = storage.place(index, "test/app")

    assert storage.head(placed.named(Naming.CHILD_DIGEST, IMAGE)) is not None
    assert storage.read(placed.named(Naming.CHILD_DIGEST, IMAGE)).platform == AMD64
    with pytest.raises(Damaged, match="an index of 2 images"):
        storage.read(placed.ref)


def test_index_of_one_is_read_as_its_image(storage: Storage) -> None:
    need(storage, Feature.INDEX)
    placed = storage.place(index_of(IMAGE), "test/app")

    found = storage.read(placed.ref)

    assert (found.digest, found.tagged) == (IMAGE.digest, placed.digest)


@pytest.mark.parametrize("config", [b"\x00 no JSON", b"[1]"])
def test_image_that_can_not_be_read_is_damaged(storage: Storage, config: bytes) -> None:
    with pytest.raises(Damaged):
        storage.read(storage.place(replace(IMAGE, raw_config=config), "test/app").ref)


def test_label_that_can_not_be_read_is_damaged(storage: Storage) -> None:
    with pytest.raises(Damaged, match="a JSON object"):
        storage.read(storage.place(IMAGE, "test/app").ref).metadata  # noqa: B018 - it is read when it is asked for


def test_entry_that_leads_nowhere(storage: Storage) -> None:
    need(storage, Feature.DANGLING)
    lent = storage.lend(index_of(Entry(OTHER, is_there=False), IMAGE), "test/run")

    assert storage.locate(str(lent.ref)) == lent.ref
    assert storage.head(lent.at(OTHER.digest)) is None
    storage.renew("test")


def test_what_a_phase_writes_is_observed(opened: Opened) -> None:
    storage = opened.storage
    app = storage.unused("test/app", "v1")

    with storage.observe() as observed:
        opened.write(app, IMAGE)

    seen = observed.observation
    assert [(write.ref, write.tag, write.kind) for write in seen.writes] == [(app, "v1", "image")]
    assert [write.identity for write in seen.writes] == [storage.head(app)]
    assert all(map(str, seen.writes))
    assert (seen.failure, seen.refusal) == ("", "")
    assert bool(seen.requests) == (Feature.REQUESTS in storage.features)


def test_what_is_not_written_is_not_observed(storage: Storage) -> None:
    placed = storage.place(IMAGE, "test/app")

    with storage.observe() as observed:
        storage.read(placed.ref)

    assert (observed.observation.writes, observed.observation.requests) == ((), ())


def test_phase_is_told_of_the_storage(storage: Storage) -> None:
    call = storage.call("analyzer", "0.12")

    assert call.flags or call.environment


# --- a test's part of it ---


def test_scope_keeps_names_apart(storage: Storage) -> None:
    one, other = StorageScope(storage, "one"), StorageScope(storage, "other")

    assert one.place(IMAGE, "app").ref != other.place(IMAGE, "app").ref
    assert one.share(IMAGE, "run").ref == other.share(IMAGE, "run").ref
    assert [placed.ref for placed in one.placed] == [one.unused("app"), one.share(IMAGE, "run").ref]


def test_scope_knows_what_should_be_there(opened: Opened) -> None:
    scope = StorageScope(opened.storage, "one")
    run, app = scope.share(IMAGE, "run"), scope.unused("app")
    assert scope.expected() == scope.now() == {run.ref: run.identity, app: None}

    with scope.observe():
        opened.write(app, OTHER)

    now = scope.now()
    assert (scope.expected()[app], now[app], now[run.ref]) == (None, scope.head(app), run.identity)
    assert now[app] is not None
    scope.accept(app, now[app])
    scope.remove(app)
    assert scope.expected() == scope.now() == {run.ref: run.identity, app: None}


def test_scope_begins_anew(storage: Storage) -> None:
    scope = StorageScope(storage, "one")
    scope.place(IMAGE, "app")

    scope.begin_anew()

    assert (scope.expected(), scope.placed, scope.names()) == ({}, [], {})
    scope.close()


def test_scope_tells_what_was_placed(storage: Storage) -> None:
    scope = StorageScope(storage, "one")
    placed = scope.place(replace(IMAGE, platform=Platform("linux", "s390x")), "app")

    assert scope.placed == [placed]
    assert scope.names()[placed.digest] == "manifest of app, linux/s390x"


def test_faults_of_a_storage_that_has_none(storage: Storage) -> None:
    scope = StorageScope(storage, "one")
    if storage.faults is None:
        with pytest.raises(LookupError, match="needs FAULTS"):
            scope.faults.mount_nothing()
    else:
        assert scope.faults is storage.faults
