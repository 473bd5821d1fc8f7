"""The build platform: what the app image is being built for, and how a phase comes to know it.

CNB_REFERENCE_PLATFORM_SOURCE chooses the way: `runtime` (what released lifecycles do), `flag` (option B of
buildpacks/lifecycle issue 435) or `recorded` (option A).
"""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

from . import files
from .errors import InvalidInputError
from .inputs import Inputs
from .platforms import Platform

SETTING = "CNB_REFERENCE_PLATFORM_SOURCE"
RECORD = "build-platform.toml"

MACHINES = {
    "x86_64": ("amd64", ""),
    "amd64": ("amd64", ""),
    "i386": ("386", ""),
    "i586": ("386", ""),
    "i686": ("386", ""),
    "aarch64": ("arm64", ""),
    "arm64": ("arm64", ""),
    "armv8l": ("arm", "v7"),
    "armv7l": ("arm", "v7"),
    "armv6l": ("arm", "v6"),
    "armv5tel": ("arm", "v5"),
    "s390x": ("s390x", ""),
    "ppc64le": ("ppc64le", ""),
    "riscv64": ("riscv64", ""),
    "loongarch64": ("loong64", ""),
}
"""The kernel's names of machines, and the architecture and variant that images use for them."""

HALVES = {"aarch64": ("arm", "v7"), "arm64": ("arm", "v7"), "x86_64": ("386", ""), "amd64": ("386", "")}
"""What a 32-bit process runs as on a 64-bit kernel."""


class BuildPlatform(NamedTuple):
    """The build platform; `chooses` says whether it may pick a child of an index."""

    platform: Platform
    chooses: bool = True


def runtime() -> Platform:
    """Tell the platform that this process runs as. Raises InvalidInputError on a machine without a known name."""
    machine = os.uname().machine
    names = MACHINES if sys.maxsize > 2**32 or machine not in HALVES else HALVES
    if machine not in names:
        raise InvalidInputError(f"no architecture of images is known for a machine that is called {machine!r}")
    architecture, variant = names[machine]
    return Platform("linux", architecture, variant)


def find(inputs: Inputs) -> BuildPlatform:
    """Learn the build platform in the way that was set. Raises InvalidInputError."""
    source = _source(inputs)
    if source != "flag" and inputs.value("arch"):
        raise InvalidInputError(f"flag -arch is not known to this phase unless {SETTING}=flag")
    if source == "flag":
        return _from_flag(inputs.value("arch"))
    if source == "recorded":
        return BuildPlatform(_recorded(inputs) or runtime())
    return BuildPlatform(runtime())


def record(inputs: Inputs) -> None:
    """Leave the platform that this process runs as to the phases that follow, if that is how they learn it."""
    if _source(inputs) == "recorded":
        here = runtime()
        table = {"os": here.os, "architecture": here.architecture, "variant": here.variant}
        files.write_toml(os.path.join(inputs.value("layers"), RECORD), {"build-platform": table})


def _source(inputs: Inputs) -> str:
    source = inputs.environ.get(SETTING) or "runtime"
    if source not in ("runtime", "flag", "recorded"):
        raise InvalidInputError(f"{SETTING} is {source!r}: it must be runtime, flag or recorded")
    return source


def _from_flag(text: str) -> BuildPlatform:
    if not text:
        return BuildPlatform(runtime(), chooses=False)
    architecture, slash, variant = text.partition("/")
    if not architecture.isalnum() or (slash and not variant) or "/" in variant:
        raise InvalidInputError(f"-arch is {text!r}: it must be an architecture, or architecture/variant")
    return BuildPlatform(Platform("linux", architecture, variant))


def _recorded(inputs: Inputs) -> Platform | None:
    path = os.path.join(inputs.value("layers"), RECORD)
    document = files.read_toml(path, optional=True)
    if not document:
        return None
    table = document.get("build-platform")
    if not isinstance(table, dict) or not table.get("os") or not table.get("architecture"):
        raise InvalidInputError(f"{path} does not name a platform")
    return Platform(str(table["os"]), str(table["architecture"]), str(table.get("variant", "")))
