"""The command that runs a case again, as words: complete, and the same wherever it is pasted on this machine."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from conformance.naming import NAME
from conformance.options import DEADLINE, Settings
from conformance.plan import Plan
from conformance.selection import setting_of
from conformance.worker_fixtures import EXAMPLES
from fixtures.oci.platforms import host_platform
from fixtures.registry.stores.choose import AUTO


def _path(name: str) -> str:
    """Give the command as a shell finds it, by its path where that would find another one or none."""
    beside, found = Path(sys.executable).with_name(name), shutil.which(name)
    is_found = found and (not beside.exists() or Path(found).resolve() == beside.resolve())
    return name if is_found or not beside.exists() else str(beside)


COMMAND = (_path(NAME), "run")
"""What runs cases, whatever other installations there are."""


def command(item: pytest.Item, settings: Settings, plan: Plan) -> list[str]:
    """Give the command that runs a case again."""
    words = [*COMMAND, f"--case={item.nodeid}"]
    rules = [f"--requirements={settings.requirements}"] if settings.requirements else []
    setting = setting_of(item)
    if setting is None:
        return [*words, f"--artifacts={absolute(','.join(settings.artifacts))}", *rules]
    words += [f"--lifecycle={absolute(settings.lifecycle)}", f"--platform-api={setting.api}"]
    if plan.platforms != (host_platform(),):
        words.append(f"--arch={','.join(str(platform).removeprefix('linux/') for platform in plan.platforms)}")
    if settings.registry != AUTO:
        words.append(f"--registry={settings.registry}")
    words += rules
    if settings.soak:
        words.append(f"--soak={settings.soak}")
    if settings.deadline != DEADLINE:
        words.append(f"--deadline={settings.deadline:g}")
    if EXAMPLES in item.stash:
        words += [f"--examples={settings.examples}", f"--seed={settings.seed}"]
    return words


def absolute(text: str) -> str:
    """Give what names a target or places with the paths in it made absolute; what is no path stays as it is."""
    whole = _absolute(text)
    return whole if whole != text else ",".join(map(_absolute, text.split(",")))


def _absolute(part: str) -> str:
    kind, colon, rest = part.partition(":")
    for before, name in (("", part), (f"{kind}{colon}", rest)):
        try:
            if name and (path := Path(name).expanduser()).exists():
                return f"{before}{path.absolute()}"
        except (OSError, ValueError, RuntimeError):
            continue
    return part
