"""Stores start, stop, say what they are, and leave nothing; the best one is found; dead runs are swept up."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fixtures.cleanup import sweep as leftovers
from fixtures.cleanup.sweep import Owner
from fixtures.registry.client import Client
from fixtures.registry.http_message import Headers, Response
from fixtures.registry.http_server import Server
from fixtures.registry.stores import distribution
from fixtures.registry.stores.base import RegistryUnavailable, Store
from fixtures.registry.stores.choose import KINDS, choose
from fixtures.registry.stores.container import ContainerStore
from fixtures.registry.stores.container_image import libraries
from fixtures.registry.stores.embedded import EmbeddedStore
from fixtures.registry.stores.process import ProcessStore
from tests.support.engine import needed_engine

from .artifacts import image

ROOT = Path(__file__).parents[3]
DEAD = Owner(2**22 + 1, 1)
"""More than any pid of Linux (proc(5), pid_max)."""


@pytest.fixture
def fresh(request: pytest.FixtureRequest) -> Store:
    """A store of the kind named, started; the test stops it."""
    store: Store = KINDS[request.param]()
    try:
        store.start()
    except RegistryUnavailable as reason:
        pytest.skip(str(reason))
    return store


@pytest.fixture
def private_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary directory for this test alone."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("fresh", KINDS, indirect=True)
@pytest.mark.usefixtures("no_threads_left")
def test_lives_between_start_and_stop(fresh: Store) -> None:
    fresh.start()
    assert fresh.alive()
    assert fresh.address.startswith("127.0.0.1:")
    assert fresh.kind in fresh.description or fresh.kind == "embedded"
    with Client(fresh.address) as client:
        client.push(image("passing"), "passing", "latest")
        fresh.stop()
        fresh.stop()
        assert not fresh.alive()
        assert fresh.address == ""
        with pytest.raises(RegistryUnavailable, match="did not answer"):
            client.head("passing", "latest")


@pytest.mark.parametrize("fresh", ["process", "docker"], indirect=True)
def test_says_which_version(fresh: Store) -> None:
    with fresh:
        assert any(character.isdigit() for character in fresh.description)


def test_a_named_store_is_left_alone() -> None:
    with EmbeddedStore() as running:
        with choose(running.address) as named:
            assert (named.kind, named.address, named.alive()) == ("named", running.address, True)
        assert running.alive()


@pytest.mark.parametrize("kind", ["127.0.0.1:1", "nonsense", "http://localhost:5000", "host:", "host:99999"])
def test_what_is_no_registry_is_refused_with_a_reason(kind: str) -> None:
    with pytest.raises(RegistryUnavailable, match=r"does not answer|is no registry|is not host:port"):
        choose(kind)


@pytest.mark.parametrize(
    ("status", "headers", "reason"),
    [
        (404, [], "this is no registry"),
        (401, [(b"WWW-Authenticate", b"Basic")], "wants credentials"),
    ],
)
def test_a_server_that_is_no_open_registry_is_refused(status: int, headers: Headers, reason: str) -> None:
    server = Server(lambda _: Response(status, headers), "no registry")
    server.start()
    try:
        with pytest.raises(RegistryUnavailable, match=reason):
            choose(server.address)
    finally:
        server.stop()


@pytest.mark.parametrize("kind", ["docker", "process"])
def test_what_was_asked_for_and_is_not_here_says_what_to_do(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _take_away(monkeypatch)
    with pytest.raises(RegistryUnavailable, match=r"--registry embedded|or embedded"):
        choose(kind)


def test_auto_takes_what_there_is_and_says_why_not_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    _take_away(monkeypatch)
    with choose("auto") as store:
        assert store.kind == "embedded"
        assert [note.partition(":")[0] for note in store.notes] == ["not docker", "not process"]


def test_auto_goes_on_where_the_engine_has_no_image(monkeypatch: pytest.MonkeyPatch) -> None:
    needed_engine()
    monkeypatch.setattr("fixtures.registry.stores.container_image.OWN", "lifecycle-arch-conformance/absent:1")
    monkeypatch.setattr("fixtures.registry.stores.container_image.PUBLIC", "127.0.0.1:1/absent:1")
    monkeypatch.setattr("fixtures.registry.stores.container_image.distribution.program", lambda: None)
    with choose("auto") as store:
        assert store.kind == "embedded"
        assert "no image of the distribution registry" in store.notes[0]


def _take_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    monkeypatch.setenv("PATH", "/nonexistent")


def test_versions_as_they_are_printed() -> None:
    assert distribution.version("docker-registry github.com/docker/distribution 2.8.2+ds1") == "2.8.2"
    assert distribution.version("registry github.com/docker/distribution v2.8.3") == "2.8.3"
    assert distribution.version("registry github.com/distribution/distribution/v3 v3.0.0") == "3.0.0"
    assert distribution.version("some other program 1.2.3") == ""


def test_the_libraries_of_a_program_are_files() -> None:
    assert all(path.is_file() for path in libraries(Path(sys.executable).resolve()))
    assert libraries(Path(__file__)) == []


def test_the_process_goes_with_a_run_that_is_killed() -> None:
    if sys.platform != "linux" or distribution.program() is None:
        pytest.skip("needs Linux and a distribution registry on PATH")
    code = (
        "from fixtures.registry.stores.process import ProcessStore; import time; s = ProcessStore(); s.start();"
        "print(s.address, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        address = run.stdout.readline().strip()
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
    assert _becomes_silent(address)
    swept = leftovers.sweep_directories()
    assert [name for name in swept if name.startswith(f"{leftovers.PREFIX}{run.pid}-")]


def _becomes_silent(address: str) -> bool:
    host, _, port = address.partition(":")
    for _ in range(100):
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            return True
        time.sleep(0.02)
    return False


def test_a_taken_port_is_tried_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    if distribution.program() is None:
        pytest.skip("no distribution registry on PATH")
    with EmbeddedStore() as other:
        free = ProcessStore()
        addresses = iter([other.address])
        from fixtures.registry.stores import process  # noqa: PLC0415 - to replace what it asks

        real = process._free_address
        monkeypatch.setattr(process, "_free_address", lambda: next(addresses, None) or real())
        with free:
            assert free.address != other.address
            assert free.alive()


def test_owners() -> None:
    this = Owner.this()
    assert this.alive()
    assert Owner.parse(str(this)) == this
    assert not Owner(this.pid, this.started + 1).alive()
    assert not DEAD.alive()
    assert not Owner(DEAD.pid, 0).alive()
    assert Owner(this.pid, 0).alive()
    assert Owner.parse("not an owner") is None


def test_a_zombie_is_dead() -> None:
    if sys.platform != "linux":
        pytest.skip("zombies are told apart by /proc")
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert child.stdin
    owner = Owner(child.pid, int(Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[19]))
    assert owner.alive()
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not owner.alive()
    child.stdin.close()
    child.wait()


def test_sweeps_the_directories_of_the_dead_only(private_temporary: Path) -> None:
    mine = leftovers.run_directory()
    dead, young, elsewhere, stranger = (
        private_temporary / name
        for name in (f"lac-{DEAD}-run-x", f"lac-{DEAD}-run-y", f"lac-{DEAD}-run-z", "lac-something")
    )
    for path in (dead, young, elsewhere, stranger):
        path.mkdir()
    (dead / ".namespace").write_text(leftovers.namespace())
    (dead / "locked").mkdir(mode=0o000)
    (elsewhere / ".namespace").write_text("another machine")

    assert leftovers.sweep_directories() == [dead.name]
    assert {path.name for path in private_temporary.iterdir()} == {
        path.name for path in (mine, young, elsewhere, stranger)
    }
    os.utime(young, (1, 1))
    assert leftovers.sweep_directories() == [young.name]
    assert leftovers.remove(mine)


def test_a_private_directory_is_gone_after_its_block(private_temporary: Path) -> None:
    with leftovers.private_directory("x") as path:
        assert path.stat().st_mode & 0o777 == 0o700
    assert list(private_temporary.iterdir()) == []


def test_sweeps_the_containers_of_the_dead_only(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = needed_engine()
    abandoned, lent, mine = ContainerStore(), ContainerStore(), ContainerStore()
    dead = leftovers.labels() | {leftovers.LABEL: str(DEAD)}
    with monkeypatch.context() as patch:
        patch.setattr("fixtures.registry.stores.container.labels", lambda: dead)
        _start_or_skip(abandoned)
        patch.setattr(
            "fixtures.registry.stores.container.labels", lambda: dead | {leftovers.NAMESPACE_LABEL: "elsewhere"}
        )
        _start_or_skip(lent)
    _start_or_skip(mine)
    with abandoned, lent, mine:
        assert leftovers.sweep_engine()
        assert (abandoned.alive(), lent.alive(), mine.alive()) == (False, True, True)
        assert len(engine.labeled(leftovers.LABEL)) >= 2


def _start_or_skip(store: Store) -> None:
    try:
        store.start()
    except RegistryUnavailable as reason:
        pytest.skip(str(reason))


def test_sweeping_without_an_engine_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    _take_away(monkeypatch)
    assert leftovers.sweep_engine() == []
