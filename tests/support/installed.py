"""The wheel, built from the checkout and installed into an environment of its own, without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.runs import NO_ENGINE, ROOT


@dataclass(frozen=True)
class Installed:
    """An environment in which the wheel is installed, with a home and a temporary directory for those who call it.

    `prefix` is what their command lines begin with: what makes them the user that they are.
    """

    environment: Path
    home: Path
    temporary: Path
    prefix: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """The command."""
        return self.environment / "bin" / "lifecycle-conformance"

    @property
    def site_packages(self) -> Path:
        """Where the wheel was unpacked."""
        return next((self.environment / "lib").glob("python*/site-packages"))

    def call(
        self,
        *arguments: str,
        directory: Path,
        variables: Mapping[str, str] | None = None,
        prefix: tuple[str, ...] | None = None,
        seconds: float = 120,
    ) -> subprocess.CompletedProcess[str]:
        """Call the command from a directory, with a home of its own and nothing of ours in its environment."""
        own = {"PATH": os.environ["PATH"], "HOME": str(self.home), "TMPDIR": str(self.temporary), **NO_ENGINE}
        return subprocess.run(
            [*(self.prefix if prefix is None else prefix), self.path, *arguments],
            cwd=directory,
            env={**own, **(variables or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def started(self, *arguments: str, directory: Path) -> subprocess.Popen[str]:
        """Start the command, with its output in a pipe."""
        own = {"PATH": os.environ["PATH"], "HOME": str(self.home), "TMPDIR": str(self.temporary), **NO_ENGINE}
        return subprocess.Popen(
            [self.path, *arguments],
            cwd=directory,
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def build(directory: Path, target: str = "wheel", tree: Path = ROOT) -> Path:
    """Build a wheel, or an sdist, of a tree into a directory, and give its path."""
    _call(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(directory), tree=tree)
    (built,) = directory.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return built


def install(wheel: Path, directory: Path, prefix: tuple[str, ...] = ()) -> Installed:
    """Install the wheel beside what these tests run on, in a directory; `prefix` begins the commands that do it."""
    environment = directory / "environment"
    _call(*prefix, sys.executable, "-m", "venv", "--without-pip", str(environment))
    _call(
        *prefix,
        *(sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python"), "install"),
        *("-q", "--disable-pip-version-check", "--no-deps", "--no-index", "--no-compile", str(wheel)),
    )
    installed = Installed(environment, directory / "home", directory / "tmp", prefix)
    for path in (installed.home, installed.temporary):
        path.mkdir()
        shutil.copystat(environment, path)
        os.chown(path, environment.stat().st_uid, environment.stat().st_gid)
    (installed.site_packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return installed


def _call(*command: str, tree: Path = ROOT) -> None:
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
