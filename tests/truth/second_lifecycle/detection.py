"""The detector: the first group of buildpacks that all want to take part, and where that was found out."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .call import Call
from .images import own_platform
from .notation import Refused, read_toml, rows, text, write_toml


def detect(call: Call) -> None:
    """Write group.toml and plan.toml. Raises Refused where no group takes part."""
    for order in rows(read_toml(call.given("order", "/cnb/order.toml")), "order"):
        group = [entry for entry in rows(order, "group") if isinstance(entry, dict) and takes_part(call, entry)]
        if len(group) == len(rows(order, "group")):
            break
    else:
        raise Refused("no group of buildpacks takes part")
    described = [{**entry, "api": text(read_toml(str(home(call, entry) / "buildpack.toml")), "api")} for entry in group]
    write_toml(call.path("group", "group.toml"), {"group": described}, call.ways)
    here = own_platform()
    told = {"os": here.os, "architecture": here.architecture, "variant": here.variant}
    write_toml(call.path("plan", "plan.toml"), {"entries": [], "detected-on": told}, call.ways)


def takes_part(call: Call, entry: dict[str, object]) -> bool:
    """Ask a buildpack."""
    environment = {"PATH": call.environ.get("PATH", os.defpath), "HOME": call.environ.get("HOME", "/")}
    platform, plan = call.given("platform", "/platform"), os.devnull
    try:
        run = subprocess.run(
            [home(call, entry) / "bin" / "detect", platform, plan],
            cwd=call.given("app", "/workspace"),
            env={**environment, "CNB_PLATFORM_DIR": platform, "CNB_BUILD_PLAN_PATH": plan},
            check=False,
        )
    except OSError as error:
        raise Refused(f"{home(call, entry)} can't be run: {error}") from None
    return run.returncode == 0


def home(call: Call, entry: dict[str, object]) -> Path:
    """Give where a buildpack is (platform.md, "Buildpacks Directory Layout")."""
    identifier = text(entry, "id").replace("/", "_")
    return Path(call.given("buildpacks", "/cnb/buildpacks")) / identifier / text(entry, "version")
