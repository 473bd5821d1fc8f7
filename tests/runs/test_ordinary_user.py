"""The first hour of a project, from an empty directory and without root: wheel, archive, known failures, gate."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.oci.platforms import host_platform
from tests.support.installed import Installed, build, install
from tests.support.runs import SUCCEEDS, lifecycle_of_scripts
from tests.support.users import NOBODY, ROOT_USER, as_ordinary_user

ARCHIVE = f"lifecycle-v1.2.3+linux.{host_platform().architecture}.tgz"
HOW = ("--registry=embedded", "-n", "4")


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory of that user's, which others can reach."""
    path = Path(tempfile.mkdtemp(prefix="ordinary-user-")).resolve()
    path.chmod(0o755)
    if os.getuid() == ROOT_USER:
        os.chown(path, NOBODY, NOBODY)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def command(home: Path, tmp_path: Path) -> Installed:
    """The command, which that user installed."""
    wheel = home / build(tmp_path).name
    shutil.copy(next(tmp_path.glob("*.whl")), wheel)
    return install(wheel, home, tuple(as_ordinary_user()))


def made(directory: Path, work: Path) -> None:
    """Put the archive of a release into a directory: a lifecycle that does nothing, and says that all is well."""
    lifecycle = lifecycle_of_scripts(directory / "lifecycle", SUCCEEDS)
    with tarfile.open(work / ARCHIVE, "w:gz") as archive:
        archive.add(lifecycle, "lifecycle")


def test_gate_of_a_lifecycle_that_fails_is_adopted(command: Installed, home: Path, tmp_path: Path) -> None:
    work = home / "work"
    subprocess.run([*command.prefix, shutil.which("mkdir") or "mkdir", work], check=True)
    made(tmp_path, work)

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return command.call(*arguments, directory=work, seconds=600)

    first = call("run", ARCHIVE, *HOW)
    assert first.returncode == 1, first.stdout[-3000:] + first.stderr
    assert len(first.stdout.splitlines()) <= 60
    wrote = call("known-failures", "write", "out", "--reason", "As of today.", "-o", "known.toml")
    assert wrote.returncode == 0, wrote.stderr
    assert (work / "known.toml").stat().st_uid == (NOBODY if os.getuid() == ROOT_USER else os.getuid())

    again = call("run", ARCHIVE, *HOW, "--known-failures=known.toml")
    assert again.returncode == 0, again.stdout[-3000:] + again.stderr
    assert "verdict: nonconformant" in again.stdout

    _change(work / "known.toml", "exporter-report-digest")
    changed = call("run", ARCHIVE, *HOW, "--only=exporter-report-digest", "--known-failures=known.toml")
    assert changed.returncode == 1, changed.stdout[-3000:] + changed.stderr
    assert "- new: exporter-report-digest/" in changed.stdout
    assert "gate: not met: " in changed.stdout


def _change(known: Path, requirement: str) -> None:
    """Have the entries of a requirement be about another verdict."""
    head, *entries = known.read_text().split("[[known-failure]]")
    for place, entry in enumerate(entries):
        if f'requirement = "{requirement}"' in entry:
            entries[place] = re.sub("^verdict = .*\n", "", entry, flags=re.MULTILINE) + 'verdict = "warn"\n\n'
    known.write_text("[[known-failure]]".join([head, *entries]))
