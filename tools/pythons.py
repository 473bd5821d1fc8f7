"""Get Pythons of other architectures from Debian, to run the reference lifecycle: `python -m tools.pythons ARCH...`.

Packages come through apt-get, which checks what it gets against Debian's signatures, with lists and settings of its
own: the machine's packages and architectures stay as they are, and nobody need be root. Each becomes a root file system
in `.pythons/ARCH`, with what the reference lifecycle and its image need and little more.

$DEBIAN_MIRROR: where to get the packages, else http://deb.debian.org/debian.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from fixtures.cleanup.sweep import private_directory
from fixtures.execution.emulation import find_executor
from fixtures.lifecycle.targets.reference import DEBIAN, ISOLATED, Debian
from fixtures.oci.platforms import Platform, host_platform
from fixtures.paths import ADD_EMULATORS, PYTHONS, REFERENCE

MIRROR = "http://deb.debian.org/debian"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
COMPLETE = "complete"
"""The file that says of a root file system what it was made of: one that was interrupted has none."""

RECIPE = "2"
"""Changed where a root file system is put together in another way: older ones are made anew."""

PACKAGES = {
    "bookworm": ("libc6", "libgcc-s1", "zlib1g", "libexpat1", "libssl3", "dash", "coreutils"),
    "trixie": ("libc6", "libgcc-s1", "zlib1g", "libexpat1", "libssl3t64", "libzstd1", "dash", "coreutils"),
}
PYTHON_PACKAGES = ("python{}-minimal", "libpython{}-minimal", "libpython{}-stdlib")

PROGRAMS = ("env", "sleep", "cat")
"""What is kept of coreutils."""

EXTENSIONS = ("_contextvars", "_hashlib", "_json", "_queue", "_ssl", "_typing", "mmap", "resource", "termios")
"""What is kept of Python's modules in C that are files: those whose libraries are there."""

UNUSED = (
    *("asyncio", "concurrent", "ctypes", "curses", "dbm", "distutils", "email", "ensurepip", "html", "http", "idlelib"),
    *("lib2to3", "logging", "multiprocessing", "pydoc_data", "sqlite3", "test", "tkinter", "turtledemo"),
    *("unittest", "venv", "wsgiref", "xml", "xmlrpc", "zoneinfo", "__pycache__", "_pyrepl"),
)
"""Packages of the standard library that the reference lifecycle does not import."""


LIMIT = 600.0
"""Seconds that a program may take which gets or unpacks packages."""


class CannotGetError(Exception):
    """The packages can't be had; the message says why."""


def is_there(platform: Platform, pythons: Path = PYTHONS) -> bool:
    """Whether the root file system of a platform is there, as it would be made today."""
    complete = DEBIAN[platform].root(platform, pythons) / COMPLETE
    return complete.is_file() and complete.read_text() == _recipe(platform)


def _recipe(platform: Platform) -> str:
    debian = DEBIAN[platform]
    return f"{RECIPE} {debian.release} {debian.python}\n"


def make(platform: Platform, pythons: Path = PYTHONS) -> Path:
    """Make the root file system of a platform, unless it is there, and give its place. Raises CannotGetError."""
    debian = DEBIAN[platform]
    root = debian.root(platform, pythons)
    if is_there(platform, pythons):
        return root
    print(f"getting Python for {platform} from Debian", flush=True)
    pythons.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="new-", dir=pythons) as scratch:
        made = Path(scratch) / "root"
        for package in _download(debian, Path(scratch)):
            _call("dpkg", "-x", str(package), str(made))
        _merge_usr(made)
        _trim(made, debian)
        # By the interpreter itself: this is the proof, too, that it runs here.
        compile_modules(made / "usr" / "lib" / f"python{debian.python}", platform, relative_to=made, root=made)
        _run_python(platform, made, str(REFERENCE / "analyzer"), "-version")
        (made / COMPLETE).write_text(_recipe(platform))
        shutil.rmtree(root, ignore_errors=True)
        try:
            made.rename(root)
        except OSError as error:
            # Another process may have been as quick.
            if not is_there(platform, pythons):
                raise CannotGetError(f"{root} can't be written: {error}") from error
    return root


def _download(debian: Debian, scratch: Path) -> list[Path]:
    for directory in ("state/lists/partial", "cache/archives/partial", "packages"):
        (scratch / directory).mkdir(parents=True)
    (scratch / "state" / "status").touch()
    if not shutil.which("apt-get"):
        raise CannotGetError("there is no apt-get on this machine")
    if not KEYRING.is_file():
        raise CannotGetError(f"{KEYRING} is missing: install debian-archive-keyring")
    mirror = os.environ.get("DEBIAN_MIRROR") or MIRROR
    (scratch / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror} {debian.release} main\n")
    settings = {
        "APT::Architecture": debian.architecture,
        "APT::Architectures": debian.architecture,
        "APT::Sandbox::User": "",
        "Acquire::Languages": "none",
        "Dir::Cache": scratch / "cache",
        "Dir::Etc::sourcelist": scratch / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::State": scratch / "state",
        "Dir::State::status": scratch / "state" / "status",
    }
    options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    names = [*PACKAGES[debian.release], *(name.format(debian.python) for name in PYTHON_PACKAGES)]
    _call("apt-get", "-q", *options, "update")
    _call("apt-get", "-q", *options, "download", *names, directory=scratch / "packages")
    return sorted((scratch / "packages").glob("*.deb"))


def _call(*command: str, directory: Path | None = None, environment: dict[str, str] | None = None) -> None:
    values = {**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})}
    try:
        done = subprocess.run(
            command, cwd=directory, env=values, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise CannotGetError(f"{Path(command[0]).name} did not end within {LIMIT:g} s") from error
    if done.returncode:
        said = "\n".join(f"    {line}" for line in (done.stdout + done.stderr).splitlines()[-8:])
        raise CannotGetError(f"{Path(command[0]).name} failed:\n{said}")


def _merge_usr(root: Path) -> None:
    """Let /lib and the like be links into /usr, as on every Debian that is installed."""
    for name in ("bin", "sbin", "lib", "lib64"):
        old, new = root / name, root / "usr" / name
        if old.is_dir() and not old.is_symlink():
            shutil.copytree(old, new, symlinks=True, dirs_exist_ok=True)
            shutil.rmtree(old)
        if new.is_dir() and not old.exists():
            old.symlink_to(f"usr/{name}")


def _trim(root: Path, debian: Debian) -> None:
    """Leave what runs the reference lifecycle, alone or in a container."""
    for directory in (root / "usr" / "share", root / "etc", root / "var", root / "usr" / "sbin", root / "sbin"):
        if directory.is_symlink():
            directory.unlink()
        else:
            shutil.rmtree(directory, ignore_errors=True)
    binaries = root / "usr" / "bin"
    kept = {*PROGRAMS, "dash", f"python{debian.python}"}
    for program in [path for path in binaries.iterdir() if path.name not in kept]:
        program.unlink()
    (binaries / "sh").symlink_to("dash")
    (binaries / "python3").symlink_to(f"python{debian.python}")
    libraries = root / "usr" / "lib" / debian.triplet
    for name in ("gconv", "audit", "engines-3", "ossl-modules"):
        shutil.rmtree(libraries / name, ignore_errors=True)
    modules = root / "usr" / "lib" / f"python{debian.python}"
    for directory in [modules / name for name in UNUSED] + list(modules.glob("config-*")):
        shutil.rmtree(directory, ignore_errors=True)
    for module in (modules / "lib-dynload").iterdir():
        if module.name.partition(".")[0] not in EXTENSIONS:
            module.unlink()


def compile_modules(modules: Path, platform: Platform, *, relative_to: Path, root: Path | None = None) -> None:
    """Compile modules of Python by the interpreter of a platform. Raises CannotGetError.

    They are not checked against their sources when they are loaded: no phase run need look, and their bytes are the
    same whenever they are made. `relative_to` is left out of the names of files that they tell.
    """
    how = ("-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", str(relative_to), "-p", "/")
    _run_python(platform, root, *how, str(modules))


def _run_python(platform: Platform, root: Path | None, *arguments: str) -> None:
    with private_directory("python") as scratch:
        runner = find_executor(platform, scratch)
    if runner is None:
        raise CannotGetError(f"nothing on this machine runs programs of {platform}: `{ADD_EMULATORS}` may help")
    debian = DEBIAN[platform]
    python = (*runner.prefix, *debian.interpreter(root or debian.root(platform)), *ISOLATED)
    _call(*python, *arguments, environment={"PYTHONHASHSEED": "0"})


def main(arguments: Sequence[str]) -> int:
    """Make those that are missing, say which can't be had, and give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.pythons")
    parser.add_argument("--missing", action="store_true", help="make none: list those that are not there")
    parser.add_argument("arch", nargs="+", help="architectures, or all for all but the machine's own")
    text = parser.parse_args(arguments)
    others = [platform for platform in DEBIAN if platform != host_platform()]
    try:
        platforms = others if "all" in text.arch else [Platform.parse(name) for name in text.arch]
    except ValueError as error:
        parser.error(str(error))
    if text.missing:
        print(*(platform for platform in platforms if platform in others and not is_there(platform)), sep="\n")
        return 0
    status = 0
    for platform in platforms:
        try:
            make(platform)
        except (CannotGetError, KeyError) as error:
            print(f"no Python for {platform}: {error}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
