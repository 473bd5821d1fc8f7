"""The reference lifecycle as an image of the engine, with this machine's Python in it, for any user, and attacking."""

from __future__ import annotations

import io
import secrets
import sys
import sysconfig
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from fixtures.registry.stores.container_image import libraries
from tests.support.runs import REFERENCE

REPOSITORY = "lifecycle-arch-conformance-tests/lifecycle"

_UNNEEDED = ("test", "site-packages", "__pycache__", "idlelib", "tkinter", "ensurepip", "lib2to3", "turtledemo")

_PHASE = """\
#!{python} -IS
import os, sys
sys.path.insert(0, "/cnb/lifecycle")
from reference_lifecycle.main import main
status = 0
try:
    main("{phase}")
except SystemExit as ending:
    status = ending.code
if len(sys.argv) > 2:
{after}
sys.exit(status)
"""


@contextmanager
def image_of_reference(engine: Any, user: str, after: str = "pass") -> Iterator[str]:
    """Have the engine hold an image of the reference for the length of a block; give its name, like no other.

    `after` is what each phase does besides, as Python.
    """
    tag = secrets.token_hex(8)
    reference = f"{REPOSITORY}:{tag}"
    engine.api.import_image_from_data(_root(after), repository=REPOSITORY, tag=tag, changes=[f"USER {user}"])
    try:
        yield reference
    finally:
        engine.images.remove(reference, force=True)


def _root(after: str) -> bytes:
    indented = "\n".join(f"    {line}" for line in after.splitlines())
    phases = ("analyzer", "detector", "exporter", "rebaser")
    python = Path(sys.executable).resolve()
    programs = {phase: _PHASE.format(python=python, phase=phase, after=indented).encode() for phase in phases}
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name, content in (*_interpreter(), *((f"cnb/lifecycle/{name}", code) for name, code in programs.items())):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


@cache
def _interpreter() -> tuple[tuple[str, bytes], ...]:
    """Give what every such image has: this Python with what it needs, and the modules of the reference."""
    standard = Path(sysconfig.get_path("stdlib"))
    modules = [path for path in standard.rglob("*") if path.is_file() and not _is_unneeded(path, standard)]
    python = Path(sys.executable).resolve()
    shared = {library for each in (python, *(m for m in modules if m.suffix == ".so")) for library in libraries(each)}
    own = [path for path in REFERENCE.rglob("*") if path.suffix in (".py", ".toml")]
    files = {str(path): path for path in (python, *modules, *shared)}
    files |= {f"cnb/lifecycle/{path.relative_to(REFERENCE)}": path for path in own}
    return tuple((name.lstrip("/"), path.read_bytes()) for name, path in sorted(files.items()))


def _is_unneeded(path: Path, below: Path) -> bool:
    parts = path.relative_to(below).parts
    return any(part in _UNNEEDED or part.startswith(("config-", "_tkinter", "_sqlite3", "_test")) for part in parts)
