"""What the platform gives a phase: flags, environment and image names, per Platform API, as a table of data.

Source: platform.md 0.7 to 0.15, "Usage" and "Inputs" of analyzer, detector, exporter and rebaser.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .errors import InvalidInputError, PlatformApiError

Api = tuple[int, int]

SUPPORTED_APIS: tuple[Api, ...] = tuple((0, minor) for minor in range(7, 16))

TRUE_WORDS = frozenset({"1", "t", "T", "true", "True", "TRUE"})


class Flag(NamedTuple):
    """An input: its flag, the environment variable it falls back to, its default, and the APIs that have it."""

    name: str
    env: str = ""
    default: str = ""
    since: Api = (0, 7)
    until: Api = (0, 99)
    switch: bool = False
    repeated: bool = False

    def known_to(self, api: Api) -> bool:
        """Whether this Platform API has the input."""
        return self.since <= api <= self.until


_COMMON = (
    Flag("daemon", "CNB_USE_DAEMON", switch=True),
    Flag("gid", "CNB_GROUP_ID"),
    Flag("uid", "CNB_USER_ID"),
    Flag("log-level", "CNB_LOG_LEVEL", "info"),
    Flag("no-color", "CNB_NO_COLOR", switch=True),
    Flag("insecure-registry", "CNB_INSECURE_REGISTRIES", since=(0, 13), repeated=True),
)
_BUILD = (
    Flag("layers", "CNB_LAYERS_DIR", "/layers"),
    Flag("analyzed", "CNB_ANALYZED_PATH", "<layers>/analyzed.toml"),
    Flag("cache-image", "CNB_CACHE_IMAGE"),
    Flag("launch-cache", "CNB_LAUNCH_CACHE_DIR", since=(0, 9)),
    Flag("stack", "CNB_STACK_PATH", "/cnb/stack.toml", until=(0, 11)),
    Flag("run", "CNB_RUN_PATH", "/cnb/run.toml", since=(0, 12)),
    Flag("layout", "CNB_USE_LAYOUT", since=(0, 12), switch=True),
    Flag("layout-dir", "CNB_LAYOUT_DIR", since=(0, 12)),
    # Not of the specification: option B of issue 435, accepted only where the platform source is `flag`.
    Flag("arch"),
)

FLAGS: Mapping[str, tuple[Flag, ...]] = {
    "analyzer": (
        *_COMMON,
        *_BUILD,
        Flag("previous-image", "CNB_PREVIOUS_IMAGE"),
        Flag("run-image", "CNB_RUN_IMAGE"),
        Flag("skip-layers", "CNB_SKIP_LAYERS", since=(0, 9), switch=True),
        Flag("tag", repeated=True),
    ),
    "detector": (
        Flag("log-level", "CNB_LOG_LEVEL", "info"),
        Flag("no-color", "CNB_NO_COLOR", switch=True),
        Flag("analyzed", "CNB_ANALYZED_PATH", "<layers>/analyzed.toml", since=(0, 10)),
        Flag("app", "CNB_APP_DIR", "/workspace"),
        Flag("build-config", "CNB_BUILD_CONFIG_DIR", "/cnb/build-config", since=(0, 11)),
        Flag("buildpacks", "CNB_BUILDPACKS_DIR", "/cnb/buildpacks"),
        Flag("extensions", "CNB_EXTENSIONS_DIR", "/cnb/extensions", since=(0, 10)),
        Flag("generated", "CNB_GENERATED_DIR", "<layers>/generated", since=(0, 10)),
        Flag("group", "CNB_GROUP_PATH", "<layers>/group.toml"),
        Flag("layers", "CNB_LAYERS_DIR", "/layers"),
        Flag("order", "CNB_ORDER_PATH", "/cnb/order.toml"),
        Flag("plan", "CNB_PLAN_PATH", "<layers>/plan.toml"),
        Flag("platform", "CNB_PLATFORM_DIR", "/platform"),
        Flag("run", "CNB_RUN_PATH", "/cnb/run.toml", since=(0, 12)),
        Flag("system", "CNB_SYSTEM_PATH", "/cnb/system.toml", since=(0, 15)),
    ),
    "exporter": (
        *_COMMON,
        *_BUILD,
        Flag("app", "CNB_APP_DIR", "/workspace"),
        Flag("cache-dir", "CNB_CACHE_DIR"),
        Flag("extended", "CNB_EXTENDED_DIR", "<layers>/extended", since=(0, 12)),
        Flag("group", "CNB_GROUP_PATH", "<layers>/group.toml"),
        Flag("launch-cache", "CNB_LAUNCH_CACHE_DIR", until=(0, 8)),
        Flag("launcher", default="/cnb/lifecycle/launcher"),
        Flag("launcher-sbom", default="/cnb/lifecycle", since=(0, 11)),
        Flag("parallel", "CNB_PARALLEL_EXPORT", since=(0, 13), switch=True),
        Flag("process-type", "CNB_PROCESS_TYPE"),
        Flag("project-metadata", "CNB_PROJECT_METADATA_PATH", "<layers>/project-metadata.toml"),
        Flag("report", "CNB_REPORT_PATH", "<layers>/report.toml"),
    ),
    "rebaser": (
        *_COMMON,
        Flag("force", "CNB_FORCE_REBASE", since=(0, 12), switch=True),
        Flag("image"),
        Flag("previous-image", since=(0, 11)),
        Flag("report", "CNB_REPORT_PATH", "<layers>/report.toml"),
        Flag("run-image", "CNB_RUN_IMAGE"),
    ),
}


class Inputs(NamedTuple):
    """Everything that the platform gave one phase, with the defaults of the Platform API in force."""

    phase: str
    api: Api
    values: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    switches: Mapping[str, bool]
    images: tuple[str, ...]
    environ: Mapping[str, str]

    def value(self, name: str) -> str:
        """Give an input as text; "" where it is not given, has no default, or the Platform API does not know it."""
        layers = self.values.get("layers") or self.environ.get("CNB_LAYERS_DIR") or "/layers"
        return self.values.get(name, "").replace("<layers>", layers, 1)

    def switch(self, name: str) -> bool:
        """Tell whether a switch is on."""
        return self.switches.get(name, False)

    def repeated(self, name: str) -> tuple[str, ...]:
        """Give all values of an input that may be given more than once."""
        return self.lists.get(name, ())

    @property
    def api_text(self) -> str:
        """The Platform API in force as the platform wrote it: `0.12`."""
        return f"{self.api[0]}.{self.api[1]}"

    @property
    def owner(self) -> tuple[int, int]:
        """The uid and gid of the build image's user, 0 where not given. Raises InvalidInputError."""
        return self._number("uid"), self._number("gid")

    def _number(self, name: str) -> int:
        text = self.value(name) or "0"
        if not (text.isascii() and text.isdigit() and int(text) < 2**32 - 1):
            raise InvalidInputError(f"-{name} must be a number, not {text!r}")
        return int(text)


def platform_api(environ: Mapping[str, str]) -> Api:
    """Read CNB_PLATFORM_API, which decides how everything else is read. Raises PlatformApiError."""
    text = environ.get("CNB_PLATFORM_API", "").strip()
    if not text:
        raise PlatformApiError("please set CNB_PLATFORM_API to the Platform API that the platform uses")
    major, _, minor = text.partition(".")
    if all(part.isascii() and part.isdigit() and len(part) < 9 for part in (major, minor or "0")) and text[-1] != ".":
        api = (int(major), int(minor or "0"))
        if api in SUPPORTED_APIS:
            return api
    supported = ", ".join(f"{one}.{two}" for one, two in SUPPORTED_APIS)
    raise PlatformApiError(f"Platform API {text!r} is incompatible with this lifecycle, which supports {supported}")


def read(phase: str, api: Api, arguments: Sequence[str], environ: Mapping[str, str]) -> Inputs:
    """Read the command line and, for what it does not give, the environment. Raises InvalidInputError."""
    known = {flag.name: flag for flag in FLAGS[phase] if flag.known_to(api)}
    given, images = _command_line(known, arguments)
    texts = {name: given.get(name) or _from_environment(flag, environ) for name, flag in known.items()}
    inputs = Inputs(
        phase=phase,
        api=api,
        values={name: texts[name][-1] if texts[name] else flag.default for name, flag in known.items()},
        lists={name: tuple(texts[name]) for name, flag in known.items() if flag.repeated},
        switches={name: texts[name][-1:] == ["true"] for name, flag in known.items() if flag.switch},
        images=images,
        environ=environ,
    )
    _refuse_other_storage(inputs)
    return inputs


def _command_line(known: Mapping[str, Flag], arguments: Sequence[str]) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """Split the command line into flags and images: `-name value`, `-name=value`, and switches without a value."""
    given: dict[str, list[str]] = {}
    rest = list(arguments)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        if word == "--":
            break
        name, equals, value = word.removeprefix("-").removeprefix("-").partition("=")
        flag = known.get(name)
        if flag is None:
            raise InvalidInputError(f"flag -{name} is not known to this phase at this Platform API")
        if flag.switch:
            value = "true" if not equals or value in TRUE_WORDS else "false"
        elif not equals:
            if not rest:
                raise InvalidInputError(f"flag -{name} needs a value")
            value = rest.pop(0)
        given.setdefault(name, []).append(value)
    return given, tuple(rest)


def _from_environment(flag: Flag, environ: Mapping[str, str]) -> list[str]:
    text = environ.get(flag.env, "") if flag.env else ""
    if not text:
        return []
    if flag.switch:
        return ["true" if text in TRUE_WORDS else "false"]
    return text.split(",") if flag.repeated else [text]


def _refuse_other_storage(inputs: Inputs) -> None:
    for storage in ("daemon", "layout"):
        if inputs.switch(storage):
            raise InvalidInputError(f"-{storage}: this lifecycle reads and writes images in registries only")
    if inputs.value("log-level") not in {"debug", "info", "warn", "error"}:
        raise InvalidInputError(f"-log-level must be debug, info, warn or error, not {inputs.value('log-level')!r}")
