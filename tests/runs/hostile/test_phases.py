"""Whole runs of lifecycles that attack: bounded, blamed on them, with nothing touched and nothing left."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.runs.hostile.attacks import FILES, LINKS, STRAYS, WORKSPACES, Attack
from tests.support.runs import EMBEDDED, NO_ENGINE, Run, started
from tests.support.users import NOBODY, ROOT_USER, as_ordinary_user

linux = pytest.mark.skipif(sys.platform != "linux", reason="the attacks are made of Linux's commands")
pytestmark = linux

SECONDS = 100
"""A run takes two or three; none may take more, on the busiest machine."""

USERS = {"root": ROOT_USER, "ordinary": NOBODY}


@pytest.fixture
def directory() -> Iterator[Path]:
    """Give a directory that every user can reach."""
    path = Path(tempfile.mkdtemp(prefix="hostile-")).resolve()
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def victim(directory: Path, user: str) -> Iterator[Path]:
    """Give a directory of the user's that is no business of a phase, and see at the end that it is as it was."""
    path = directory / "victim"
    (path / "inner").mkdir(parents=True)
    (path / "secret").write_text("a secret\n")
    (path / "secret").chmod(0o600)
    (path / "inner" / "file").write_text("a file\n")
    path.chmod(0o700)
    for each in (path, *path.rglob("*")) if os.getuid() == ROOT_USER else ():
        os.chown(each, USERS[user], USERS[user])
    before = _state(path)
    yield path
    assert _state(path) == before


def _state(path: Path) -> dict[str, tuple[str, int, int, str]]:
    return {
        str(each.relative_to(path)): (
            stat.filemode(each.lstat().st_mode),
            each.lstat().st_uid,
            each.lstat().st_mtime_ns,
            each.read_text() if each.is_file() else "",
        )
        for each in (path, *sorted(path.rglob("*")))
    }


def judge(attack: Attack, user: str, directory: Path, victim: Path) -> Run:
    """Run the suite as a user on a lifecycle that attacks. Skips the test where that user can't be had."""
    prefix = prefix_of(user, mounts="mount" in attack.after)
    lifecycle = attack.lifecycle(directory / "lifecycle", victim)
    arguments = (*EMBEDDED, "--lifecycle", f"dir:{lifecycle}", "--only", attack.only)
    began = time.monotonic()
    with started(
        directory / "run", *arguments, environment=NO_ENGINE, prefix=prefix, owner=USERS[user] if prefix else None
    ) as running:
        run = running.end(SECONDS)
    assert time.monotonic() - began < SECONDS
    return run


def prefix_of(user: str, *, mounts: bool) -> list[str]:
    """Give what a command line begins with that runs as a user, with mounts of its own. Skips where it can't be."""
    if os.getuid() != ROOT_USER:
        if user == "root":
            pytest.skip("needs root")
        return []
    if user == "root":
        return ["unshare", "--mount"] if mounts else []
    return as_ordinary_user()


def check_blamed(run: Run, attack: Attack) -> None:
    """Check that what is wrong was put to the lifecycle's account, and nothing to the suite's."""
    odd = {case.id: case.message[-1000:] for case in run.cases if case.verdict in ("harness-error", "not-run")}
    assert odd == {}
    if attack.verdict:
        assert run.verdict == attack.verdict, run.output[-3000:]
    failed = [case.message for case in run.cases if case.verdict == "fail"]
    assert [message for message in failed if attack.text not in message] == []
    if attack.verdict == "nonconformant":
        assert failed
    notes = run.results["environment"]["notes"]
    assert not attack.noted or any(attack.noted in note for note in notes), notes


ATTACKS = [(user, attack) for attack in (*WORKSPACES, *LINKS, *FILES, *STRAYS) for user in attack.users]


@pytest.mark.parametrize(("user", "attack"), ATTACKS, ids=str)
def test_attack_is_seen_and_harmless(attack: Attack, user: str, directory: Path, victim: Path) -> None:
    run = judge(attack, user, directory, victim)

    above = user == "root" and not attack.stops_root
    check_blamed(run, replace(attack, verdict="conformant", text="") if above else attack)
