"""The wheel on every Python that is promised and that this machine has, with the locked dependencies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.installed import Installed, build
from tests.support.runs import ROOT

FIND = ROOT / "tools" / "find-python"
UNREACHABLE = ("Temporary failure in name resolution", "Connection refused", "timed out")


def pythons() -> list[str]:
    """Give one Python of each version."""
    done = subprocess.run([FIND, "--each"], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.split()


@pytest.mark.parametrize("python", pythons())
def test_command_judges_on_each_python(python: str, tmp_path: Path) -> None:
    for name in ("home", "tmp", "empty"):
        (tmp_path / name).mkdir()
    subprocess.run([python, "-m", "venv", "--without-pip", tmp_path / "environment"], check=True, timeout=120)
    installed = Installed(tmp_path / "environment", tmp_path / "home", tmp_path / "tmp")
    fetch(installed, "--require-hashes", "-r", str(ROOT / "requirements.lock"))
    fetch(installed, "--no-deps", "--no-index", str(build(tmp_path)))

    options = ("--only=exporter-every-tag", "--registry=embedded", "-n", "2")
    done = installed.call("run", "reference", *options, directory=tmp_path / "empty")

    assert done.returncode == 0, done.stdout + done.stderr


def fetch(installed: Installed, *what: str) -> None:
    """Install something there. Skips where the package index is out of reach."""
    pip = (sys.executable, "-m", "pip", "--python", str(installed.environment / "bin" / "python"))
    command = (*pip, "install", "-q", "--disable-pip-version-check", *what)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    if any(said in done.stderr for said in UNREACHABLE):
        pytest.skip("the package index is out of reach")
    assert done.returncode == 0, done.stderr
