"""What phases may leave is removed, whatever it is, and nothing else is touched."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from fixtures.cleanup import sweep as leftovers
from fixtures.cleanup.removal import remove, restore
from tests.support.runs import ROOT

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can do that")


def victim_in(directory: Path) -> Path:
    """Make a directory that is to stay as it is."""
    path = directory / "victim"
    (path / "inner").mkdir(parents=True)
    (path / "inner" / "file").write_text("stays")
    (path / "inner").chmod(0o500)
    return path


def check_untouched(victim: Path) -> None:
    """Check that it did."""
    assert (victim / "inner").stat().st_mode & 0o777 == 0o500
    assert (victim / "inner" / "file").read_text() == "stays"
    assert [path.name for path in victim.iterdir()] == ["inner"]


@pytest.mark.parametrize("kind", ["file", "link", "dangling", "fifo", "nothing"])
def test_what_is_no_directory_is_removed_too(kind: str, tmp_path: Path) -> None:
    victim, path = victim_in(tmp_path), tmp_path / "path"
    if kind == "file":
        path.write_text("x")
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind != "nothing":
        path.symlink_to(victim if kind == "link" else tmp_path / "nowhere")

    assert remove(path)
    assert not os.path.lexists(path)
    check_untouched(victim)


def test_locked_directories_in_each_other_are_removed(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "sys.path.insert(0, sys.argv[2])\n"
        "from fixtures.cleanup.removal import remove\n"
        "top = Path(sys.argv[1]) / 'top'\n"
        "inner = top / 'a' / 'b' / 'c'\n"
        "inner.mkdir(parents=True)\n"
        "(inner / 'file').write_text('x')\n"
        "(inner / 'link').symlink_to(Path(sys.argv[1]) / 'victim')\n"
        "for path in (inner, inner.parent, inner.parent.parent, top):\n"
        "    path.chmod(0)\n"
        "print(remove(top))\n"
    )
    victim = victim_in(tmp_path)
    command = [sys.executable, "-IS", "-c", script, str(tmp_path), str(ROOT)]
    if os.geteuid() == 0:
        # Root is not kept out by permissions, unless it gives up being above them.
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("needs setpriv to be an ordinary user")
        command = [setpriv, "--bounding-set=-dac_override,-dac_read_search", *command]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("True\n", "")
    assert not (tmp_path / "top").exists()
    check_untouched(victim)


def test_directories_deeper_than_a_path_can_name_are_removed(tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("deep", dir_fd=here)
        inner = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    assert remove(top)
    assert not top.exists()


@as_root
def test_immutable_files_are_removed(tmp_path: Path) -> None:
    top = tmp_path / "top"
    (top / "inner").mkdir(parents=True)
    (top / "inner" / "file").write_text("x")
    changed = subprocess.run(["chattr", "-R", "+i", str(top)], check=False, capture_output=True)  # noqa: S607
    if changed.returncode:
        pytest.skip("this file system knows no immutable files")
    assert remove(top)
    assert not top.exists()


@as_root
def test_what_is_mounted_is_detached_and_stays(tmp_path: Path) -> None:
    """In mounts of its own: twice on one place, on the top, below it, and with a space in the name."""
    victim, top = victim_in(tmp_path), tmp_path / "top"
    (top / "a place").mkdir(parents=True)
    mounts = [f"mount --bind '{victim}' '{place}'" for place in (top / "a place", top / "a place", top, top)]
    code = f"from fixtures.cleanup.removal import *; top = Path('{top}'); print(remove(top), mounts_in(top))"
    ask = f"{sys.executable} -c {shlex.quote(code)}"
    script = " && ".join([*mounts, ask])
    command = ["unshare", "--mount", "sh", "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "unshare" in done.stderr:
        pytest.skip("no mounts of one's own can be had here")
    assert (done.stdout, done.stderr) == ("True []\n", "")
    check_untouched(victim)
    assert not top.exists()


def test_a_directory_is_had_again_whatever_became_of_it(tmp_path: Path) -> None:
    victim, base = victim_in(tmp_path), tmp_path / "base"
    inner = base / "middle" / "inner"
    restore(inner, base)
    assert inner.is_dir()
    shutil.rmtree(base)
    restore(inner, base)
    assert inner.is_dir()
    shutil.rmtree(base / "middle")
    (base / "middle").symlink_to(victim)
    restore(inner, base)
    assert (inner.is_dir(), (base / "middle").is_symlink()) == (True, False)
    base.chmod(0)
    (base / "middle").chmod(0o111)
    restore(inner, base)
    assert base.stat().st_mode & (base / "middle").stat().st_mode & 0o700 == 0o700
    check_untouched(victim)


def test_sweeping_does_not_go_where_a_name_of_ours_leads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where everybody may make files, somebody else may use such a name: for a link, or to be waited for."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    victim = victim_in(tmp_path)
    (tmp_path / f"{leftovers.PREFIX}1-1-link").symlink_to(victim)
    waited_for = tmp_path / f"{leftovers.PREFIX}1-1-fifo"
    waited_for.mkdir()
    for name in (".namespace", ".images"):
        os.mkfifo(waited_for / name)

    leftovers.sweep_images()
    leftovers.sweep_directories()

    check_untouched(victim)
    assert (tmp_path / f"{leftovers.PREFIX}1-1-link").is_symlink()
