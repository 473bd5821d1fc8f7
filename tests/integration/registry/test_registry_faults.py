"""A registry that errs condemns no lifecycle: what it is allowed to do is judged as ever, all else is its own fault."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.errors import StorageFailed, StorageRefused
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.platform_api import PlatformApi
from fixtures.lifecycle.targets import open_target
from fixtures.oci.platforms import host_platform
from fixtures.oci.samples import index_of, run_image
from fixtures.registry import retries
from fixtures.registry.abilities import DELETES, EVERY, Ability
from fixtures.registry.client import Client, RegistryError
from fixtures.registry.gateway import Gateway
from fixtures.registry.ledger import Ledger
from fixtures.registry.retries import Retries
from fixtures.registry.stores import distribution
from fixtures.registry.stores.base import RegistryUnavailable, Store
from fixtures.registry.stores.choose import choose
from fixtures.registry.stores.embedded import EmbeddedStore
from fixtures.registry.stores.process import ProcessStore
from fixtures.registry.trial import examine
from fixtures.storage.base import Identity
from fixtures.storage.registry import Registry
from fixtures.storage.scope import StorageScope
from suites import expect
from tests.support.runs import NO_ENGINE, run_suite
from tests.support.sampled import but_few
from tests.support.second import target_file_of

from . import field_faults as field
from .artifacts import repositories_of
from .faulty import Err, Faulty, Question

TRANSIENT: dict[str, Err] = {
    **{str(code): field.every(5, field.status(code)) for code in (204, 302, 304, 400, 401, 403, 404, 405, 407, 408)},
    **{str(code): field.every(5, field.status(code)) for code in (409, 418, 429, 500, 502, 503)},
    "401-wants-credentials": field.every(5, field.status(401, WWW_Authenticate='Basic realm="x"')),
    "429-retry-after": field.every(25, field.status(429, Retry_After="1")),
    "503-retry-after-a-date": field.every(25, field.status(503, Retry_After="Fri, 31 Dec 1999 23:59:59 GMT")),
    "404-for-what-is-there": field.every(4, field.status(404), field.reads),
    "flipped-byte": field.every(4, field.flipped, field.gets),
    "no-body": field.every(4, field.emptied, field.gets),
    "lying-digest": field.every(4, field.lying),
    "reset": field.every(5, field.wire("reset")),
    "truncated": field.every(4, field.wire("short"), field.gets),
    "no-http": field.every(5, field.wire("garbage")),
    "confirms-what-it-has-not": field.confirming(),
    "confirms-without-digests": field.confirming("docker-content-digest"),
    "stale-tags": field.stale(0.3),
    "late-manifests": field.late(0.4),
    "late-blobs": field.late(0.4, "blobs"),
}
"""What a second look heals: the lifecycle is judged as it is before a registry without a fault."""

ALLOWED: dict[str, Err] = {
    "connection-close": field.wire("close"),
    "chunked": field.wire("chunked"),
    "slow": field.every(20, field.slow(0.5)),
    "blobs-elsewhere": field.redirected,
    "relative-locations": field.relative_locations,
    "compressed": field.compressed,
    "html-errors": field.html_errors,
    "odd-types-of-blobs": field.odd_types,
    "no-digest-headers": field.without_headers("docker-content-digest"),
    "mounts-nothing": field.mounts_nothing,
    "mount-refused": field.refusing(405, lambda asked: "mount=" in asked.path),
    "manifests-accepted": field.accepted,
    "deletes-nothing": field.refusing(405, lambda asked: asked.method == "DELETE"),
    "lists-nothing": field.refusing(404, lambda asked: "/tags/list" in asked.path or "_catalog" in asked.path),
}
"""What the distribution specification or HTTP allow."""

LASTING: dict[str, Err] = {
    **{f"always-{code}": field.status(code) for code in (401, 403, 404, 429, 500, 503)},
    "always-flipped": field.flipped,
    "always-lying": field.lying,
    "always-stale": field.stale(60),
    "loses-manifests": field.losing,
    "no-head": field.refusing(405, lambda asked: asked.method == "HEAD"),
    "never-there": field.late(60),
}
"""What stays wrong."""


@pytest.fixture(scope="module")
def right() -> Iterator[Store]:
    """The registry behind the faults: distribution, which is stricter, where there is one."""
    store = ProcessStore() if distribution.program() else EmbeddedStore()
    with store:
        yield store


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for less long than a run does."""
    monkeypatch.setattr(retries, "SECONDS", 1.0)
    monkeypatch.setattr(retries, "QUICK", (0.02, 0.05))


def judge(address: str, directory: Path, lifecycle: str = "reference") -> None:
    """Judge a right lifecycle by an export and a rebase onto an index, with the registry at an address."""
    target, platform, known, waits = open_target(lifecycle, directory), host_platform(), Ledger(), Retries()
    numbers = itertools.count()

    def new_directory() -> Path:
        path = directory / str(next(numbers))
        path.mkdir()
        return path

    with Gateway(address, known, waits) as gateway, Client(address, known, waits) as client:
        registry = StorageScope(Registry(client, gateway, "faults/shelf"), f"faults/{directory.name.lower()}")
        installations = {platform: target.install(platform, directory).open(directory, directory)}
        phases = Lifecycle(
            target.facts, platform, PlatformApi(0, 12), registry, new_directory, installations, deadline=30
        )
        for generation in (1, 2):  # the second moves the tag
            base = registry.place(index_of(run_image(platform, generation=generation)), "run")
            app = registry.unused("app")
            exported = expect.succeeded(phases.export_onto(base.pinned, app, name=base.ref))
            expect.same("what the report names", Identity(manifest=exported.report["digest"]), registry.head(app))
        newer = registry.place(index_of(run_image(platform, generation=3)), "newer")
        rebased = expect.succeeded(phases.rebase(app, run_image=newer, force=True))
        expect.same("what the report names", Identity(manifest=rebased.report["digest"]), registry.head(app))
        expect.layers_are_whole(registry.read(app))
        assert set(rebased.changes) <= {app}


@pytest.mark.parametrize("name", but_few([*ALLOWED, *TRANSIENT], 12))
def test_a_fault_that_passes_changes_nothing(name: str, right: Store, tmp_path: Path) -> None:
    with Faulty(right.address, {**TRANSIENT, **ALLOWED}[name]) as registry:
        judge(registry.address, tmp_path)


BUSY = {
    "upload": "at-once",
    "mount": "always",
    "put": "twice",
    "read-back": "always",
    "look": "get",
    "push": "everything",
}
"""Ways of the second lifecycle by which it asks a registry for more than it needs, and for other things.

Nothing is sent in chunks: nobody can repeat one that was cut off, and the registry is blamed for it.
"""


@pytest.mark.parametrize("name", but_few(TRANSIENT, 3))
def test_a_fault_that_passes_changes_nothing_for_one_that_asks_for_more(
    name: str, right: Store, tmp_path: Path
) -> None:
    with Faulty(right.address, TRANSIENT[name]) as registry:
        judge(registry.address, tmp_path, str(target_file_of(BUSY, tmp_path / "second")))


@pytest.mark.parametrize("name", LASTING)
@pytest.mark.usefixtures("short_patience")
def test_a_fault_that_stays_is_the_registrys(name: str, right: Store, tmp_path: Path) -> None:
    with Faulty(right.address, LASTING[name]) as registry:
        with pytest.raises((RegistryUnavailable, RegistryError, StorageFailed, StorageRefused)) as text:
            judge(registry.address, tmp_path)

        assert registry.address in str(text.value)


@pytest.mark.usefixtures("short_patience")
def test_tags_that_cannot_be_moved_leave_a_case_unjudged(right: Store, tmp_path: Path) -> None:
    with (
        Faulty(right.address, field.immovable_tags) as registry,
        pytest.raises(StorageRefused, match="the tag is immutable"),
    ):
        judge(registry.address, tmp_path)


@pytest.mark.parametrize("code", [401, 403, 404, 405, 429, 500])
@pytest.mark.usefixtures("short_patience")
def test_a_registry_that_takes_nothing_is_no_registry_for_a_run(code: int, right: Store) -> None:
    takes_nothing = field.every(1, field.status(code), lambda asked: asked.method in ("POST", "PUT"))
    text = rf"the registry at .* {code}"
    with Faulty(right.address, takes_nothing) as registry, pytest.raises(RegistryUnavailable, match=text):
        choose(registry.address)


LACKS = {
    "lets no tag be moved": field.immovable_tags,
    "deletes no image": field.refusing(405, lambda asked: asked.method == "DELETE"),
    "refuses a Docker manifest list": field.refusing(415, lambda asked: b"manifest.list" in asked.body),
    "refuses an index in an index": field.refusing(400, lambda asked: asked.body.count(b".index.v1+json") > 1),
    "refuses a manifest with a subject": field.refusing(400, lambda asked: b'"subject"' in asked.body),
    "refuses an entry of an unknown media type": field.refusing(400, lambda asked: b"example.unknown" in asked.body),
}


@pytest.mark.parametrize("note", LACKS)
@pytest.mark.usefixtures("short_patience")
def test_what_a_registry_lacks_is_noted_at_the_start(note: str, right: Store) -> None:
    with Faulty(right.address, LACKS[note]) as registry:
        assert [note in each for each in choose(registry.address).notes] == [True]


@pytest.mark.usefixtures("short_patience")
def test_a_registry_that_keeps_what_it_says_it_deleted_deletes_nothing(right: Store) -> None:
    with Faulty(right.address, field.keeping) as registry:
        assert ["deletes no image" in each for each in choose(registry.address).notes] == [True]


@pytest.mark.usefixtures("short_patience")
def test_what_a_registry_can_do_is_data(right: Store) -> None:
    with Faulty(right.address, LACKS["deletes no image"]) as registry:
        found = {each.name: each.is_there for each in examine(registry.address).abilities}

    assert found == {**dict.fromkeys(EVERY, True), DELETES: False}


def test_what_is_known_of_the_embedded_registry_is_what_a_trial_finds() -> None:
    with EmbeddedStore() as registry:
        assert examine(registry.address).abilities == registry.abilities == tuple(map(Ability, EVERY))


@pytest.mark.usefixtures("short_patience")
def test_a_registry_whose_tags_stay_though_they_were_moved_is_no_registry_for_a_run(right: Store) -> None:
    with Faulty(right.address, LASTING["always-stale"]) as registry, pytest.raises(RegistryUnavailable):
        choose(registry.address)


def test_a_registry_that_lacks_nothing_has_no_notes_and_keeps_nothing(right: Store) -> None:
    with Client(right.address) as client:
        before = repositories_of(right.address)
        assert choose(right.address).notes == []
        tried = [name for name in repositories_of(right.address) if name not in before]
        assert tried
        assert [tag for name in tried for tag in client.tags(name)] == []


def test_a_registry_that_errs_now_and_then_is_noted_at_the_start(right: Store) -> None:
    with Faulty(right.address, TRANSIENT["500"]) as registry:
        assert ["had to be asked again" in each for each in choose(registry.address).notes] == [True]


@pytest.mark.usefixtures("short_patience")
def test_a_registry_without_head_is_no_registry_for_a_run(right: Store) -> None:
    with (
        Faulty(right.address, LASTING["no-head"]) as registry,
        pytest.raises(RegistryUnavailable, match=r"HEAD .* 405"),
    ):
        choose(registry.address)


def no_index(asked: Question) -> bool:
    """Whether an index is put."""
    return asked.method == "PUT" and asked.kind == "manifests" and b'"manifests"' in asked.body


@pytest.mark.usefixtures("short_patience")
def test_an_image_that_a_picky_registry_refuses_leaves_a_case_unjudged(right: Store, tmp_path: Path) -> None:
    picky, text = (
        field.refusing(400, no_index, "MANIFEST_INVALID"),
        r"refuses an image of this case: .*MANIFEST_INVALID",
    )
    with Faulty(right.address, picky) as registry, pytest.raises(StorageRefused, match=text):
        judge(registry.address, tmp_path)


def of_a_case(asked: Question) -> bool:
    """Whether a blob is asked for which is not of the trial before the first case."""
    return asked.kind == "blobs" and "lac-trial" not in asked.path


REPORTED, MOVED = "exporter-report-digest", "exporter-run-recorded"


@pytest.mark.parametrize(
    ("err", "only", "verdict", "status"),
    [
        (TRANSIENT["429-retry-after"], REPORTED, "conformant", 0),
        pytest.param(field.every(1, field.flipped, of_a_case), REPORTED, "error", 3, marks=pytest.mark.long),
        pytest.param(field.immovable_tags, MOVED, "incomplete", 6, marks=pytest.mark.long),
    ],
    ids=["passes", "stays", "can-not-do-it"],
)
def test_a_run_says_whose_fault_it_is(
    err: Err, only: str, verdict: str, status: int, right: Store, tmp_path: Path
) -> None:
    with Faulty(right.address, err) as registry:
        asked = (f"--registry={registry.address}", f"--only={only}")
        run = run_suite(tmp_path / "run", *asked, environment=NO_ENGINE)

    assert (run.verdict, run.status) == (verdict, status), run.output
    text = {case.message for case in run.cases if case.verdict == "harness-error"}
    assert all(message.startswith("the registry failed, not the lifecycle") for message in text)
    assert bool(text) == (verdict == "error")
