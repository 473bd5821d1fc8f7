"""How a phase is called, and how it ends: flags, environment, Platform API, exit statuses, warnings."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .distribution import Name, Registries
from .images import Platform, own_platform
from .notation import Refused, read_toml, table, text
from .ways import chosen

APIS = ("0.7", "0.8", "0.9", "0.10", "0.11", "0.12", "0.13", "0.14", "0.15")
SWITCHES = {"daemon", "layout", "force", "parallel", "skip-layers", "no-color"}
VERSION = "2.0.0"

STATUSES = {
    "own": {"analyzer": 34, "detector": 22, "exporter": 68, "rebaser": 70},
    "generic": {"analyzer": 13, "detector": 19, "exporter": 17, "rebaser": 19},
    "small": {"analyzer": 2, "detector": 9, "exporter": 10, "rebaser": 4},
}
"""Exit statuses of a refusal, each from a range that platform.md allows the phase."""

ENVIRONMENT = {
    "analyzed": "CNB_ANALYZED_PATH",
    "app": "CNB_APP_DIR",
    "cache-image": "CNB_CACHE_IMAGE",
    "extended": "CNB_EXTENDED_DIR",
    "group": "CNB_GROUP_PATH",
    "layers": "CNB_LAYERS_DIR",
    "order": "CNB_ORDER_PATH",
    "plan": "CNB_PLAN_PATH",
    "previous-image": "CNB_PREVIOUS_IMAGE",
    "process-type": "CNB_PROCESS_TYPE",
    "project-metadata": "CNB_PROJECT_METADATA_PATH",
    "report": "CNB_REPORT_PATH",
    "run": "CNB_RUN_PATH",
    "run-image": "CNB_RUN_IMAGE",
    "stack": "CNB_STACK_PATH",
}


@dataclass(frozen=True)
class Call:
    """One call of a phase."""

    phase: str
    api: tuple[int, ...]
    flags: Mapping[str, list[str]]
    images: list[str]
    environ: Mapping[str, str]
    ways: Mapping[str, str]

    def given(self, name: str, default: str = "") -> str:
        """Give an input: from the flag, the environment, or by default."""
        return (self.flags.get(name) or [self.environ.get(ENVIRONMENT.get(name, ""), "")])[-1] or default

    def switched(self, name: str, variable: str) -> bool:
        """Whether a switch is on."""
        return name in self.flags or self.environ.get(variable, "").lower() in ("1", "true")

    def path(self, name: str, inside: str) -> str:
        """Give the path of a file that is in the layers directory unless told otherwise."""
        return self.given(name, os.path.join(self.layers, inside))  # noqa: PTH118 - paths are text here

    @property
    def layers(self) -> str:
        """The layers directory."""
        return self.given("layers", "/layers")

    @property
    def names(self) -> list[Name]:
        """What is to be written. Raises Refused unless it is tags of one registry."""
        names = [Name.of(written) for written in self.images]
        if not names:
            raise Refused("no image is given")
        if any(name.digest for name in names):
            raise Refused("an image can't be written under a digest that is given")
        if len({name.host for name in names}) > 1:
            raise Refused("the images are of several registries")
        return names

    @property
    def registries(self) -> Registries:
        """The registries, as this call may use them."""
        named = self.environ.get("CNB_INSECURE_REGISTRIES", "").split(",")
        insecure = [prefix for prefix in (*self.flags.get("insecure-registry", ()), *named) if prefix]
        return Registries(self.environ, insecure, self.ways)

    @property
    def build_platform(self) -> Platform | None:
        """What the app is built for; None where nobody told."""
        if self.ways["source"] == "flag":
            architecture, _, variant = self.given("arch").partition("/")
            return Platform("linux", architecture, variant) if architecture else None
        if self.ways["source"] == "recorded":
            told = table(read_toml(self.path("plan", "plan.toml"), needed=False), "detected-on")
            return Platform(text(told, "os"), text(told, "architecture"), text(told, "variant")) if told else None
        return own_platform()

    def spelled(self, name: Name) -> str:
        """Give a reference as it is written down for others."""
        return name.in_full if self.ways["references"] == "tag-and-digest" else str(name)

    def become_group(self) -> None:
        """Have what is written from now on belong to the group that was given. Raises Refused."""
        group = self.given("gid", self.environ.get("CNB_GROUP_ID", ""))
        if group and not group.isdigit():
            raise Refused(f"-gid is a number, not {group!r}")
        if group and os.geteuid() == 0:
            os.setegid(int(group))

    def check_buildpack_apis(self, group: list[Any]) -> None:
        """End the process where the API of a buildpack is not supported."""
        known = r"0\.1[0-9]" if self.ways["buildpacks"] == "newer" else r"0\.1?[0-9]"
        strange = [api for api in (text(entry, "api") for entry in group) if not re.fullmatch(known, api)]
        if strange:
            print(f"Buildpack API {strange[0]} is not supported", file=sys.stderr)
            sys.exit(12)

    def warn(self, message: str) -> None:
        """Print a warning."""
        forms = {
            "level": f"[second] WARN {message}",
            "sentence": f"Warning: {message}",
            "colored": f"\x1b[33;1mwarn\x1b[0ming\x1b[2m {message}\x1b[0m",
            "json": json.dumps({"level": "warning", "msg": message}),
        }
        print(forms[self.ways["warning-as"]], file=sys.stdout if self.ways["warn-on"] == "stdout" else sys.stderr)

    def chat(self) -> None:
        """Print what nobody asked for, and leave a file behind, as far as that is this call's way."""
        if self.ways["log"] == "much":
            print("\n".join(f"{number:>6} {self.phase} {'.' * 70}" for number in range(400)))
        if self.ways["log"] == "not-utf-8":
            sys.stdout.flush()
            sys.stdout.buffer.write(b"\xff\xfe\x00 no text \x80\r\r\n")
        if self.ways["leaves"] == "a-log":
            with contextlib.suppress(OSError), (Path(self.layers) / "second.log").open("a", encoding="utf-8") as log:
                log.write(f"{self.phase}\n")


def enter(phase: str, work: Callable[[Call], None]) -> None:
    """Run a phase and end the process with its exit status."""
    ways = chosen(os.environ)
    asked = os.environ.get("CNB_PLATFORM_API", APIS[-1])
    if asked not in APIS:
        print(f"the Platform API is {asked}, and only {', '.join(APIS)} are known", file=sys.stderr)
        sys.exit(11)
    if sys.argv[1:] == ["-version"]:
        print(VERSION)
        sys.exit(0)
    try:
        flags, images = _arguments(sys.argv[1:])
        call = Call(phase, tuple(int(part) for part in asked.split(".")), flags, images, os.environ, ways)
        call.become_group()
        call.chat()
        if ways["warnings"] == "many":
            call.warn(f"the {phase} finds no /cnb/lifecycle/lifecycle.sbom.spdx.json")
        work(call)
    except Refused as refusal:
        lead = "fatal error: exec format error would be all one gets: " if ways["words"] == "alarming" else ""
        print(f"{lead}{refusal}", file=sys.stderr)
        sys.exit(STATUSES[ways["status"]][phase])


def _arguments(given: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    flags: dict[str, list[str]] = {}
    left = list(given)
    while left and left[0].startswith("-"):
        name, equals, value = left.pop(0).lstrip("-").partition("=")
        if not equals and name not in SWITCHES:
            if not left:
                raise Refused(f"-{name} needs a value")
            value = left.pop(0)
        flags.setdefault(name, []).append(value)
    return flags, left
