"""The app image's config: the run image's, but for the environment, entrypoint, directory and labels that rules set.

Source: platform.md, "exporter", "metadata.toml (TOML)" and "io.buildpacks.build.metadata (JSON)".
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from . import REPOSITORY, VERSION, files
from .app_layers import LAUNCHER, PROCESSES
from .errors import InvalidInputError, RefusedError
from .files import Buildpack, Table
from .images import Image, Json
from .inputs import Inputs
from .publish import CREATED


class BuildMetadata(NamedTuple):
    """What the build left in metadata.toml."""

    processes: tuple[Table, ...]
    default_process_type: str
    slices: tuple[tuple[str, ...], ...]
    labels: Mapping[str, str]
    extensions: tuple[Buildpack, ...]

    @property
    def process_types(self) -> tuple[str, ...]:
        """The types of all processes, in order."""
        return tuple(process["type"] for process in self.processes)


def read_build_metadata(inputs: Inputs) -> BuildMetadata:
    """Read `<layers>/config/metadata.toml`. Raises InvalidInputError."""
    path = os.path.join(inputs.value("layers"), "config", "metadata.toml")
    document = files.read_toml(path)
    processes = tuple(files.tables(document, "processes", path))
    for process in processes:
        process["type"] = files.text(process, "type", path)
    pairs = files.tables(document, "labels", path)
    return BuildMetadata(
        processes=processes,
        default_process_type=files.text(document, "buildpack-default-process-type", path),
        slices=tuple(files.texts(entry, "paths", path) for entry in files.tables(document, "slices", path)),
        labels={files.text(pair, "key", path): files.text(pair, "value", path) for pair in pairs},
        extensions=files.buildpacks(document, "extensions", path),
    )


def entrypoint(wanted: str, build: BuildMetadata) -> str:
    """Choose what starts the app: the process type that the platform wants, the default one, or the launcher alone.

    Raises RefusedError where the platform wants one that no buildpack provided.
    """
    if wanted and wanted not in build.process_types:
        raise RefusedError(f"the process type {wanted!r} is to be the default, but no buildpack provided it")
    chosen = wanted or build.default_process_type
    return f"{PROCESSES}/{chosen}" if chosen else LAUNCHER


def created(inputs: Inputs) -> str:
    """Give the time of creation: SOURCE_DATE_EPOCH from 0.9 on, or a constant. Raises InvalidInputError."""
    text = inputs.environ.get("SOURCE_DATE_EPOCH", "")
    if not text or inputs.api < (0, 9):
        return CREATED
    import time

    if not (text.isascii() and text.isdigit() and int(text) < 253402300800):
        raise InvalidInputError(f"SOURCE_DATE_EPOCH must be seconds since 1970, not {text!r}")
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(text)))


def derive(run_image: Image, inputs: Inputs, start: str, labels: Mapping[str, str], when: str) -> Json:
    """Derive the app image's config; what no rule names stays as the run image has it, unknown fields too.

    The label io.buildpacks.rebasable is one that stays. Read to the letter the specification sets it to false wherever
    no extensions were used, which would leave no app image that can be rebased without force.
    """
    run_config = {key: value for key, value in run_image.run_config.items() if key != "Cmd"}
    run_config |= {
        "Env": _environment(run_image, inputs),
        "WorkingDir": os.path.abspath(inputs.value("app")),
        "Entrypoint": [start],
        "Labels": {**run_image.labels, **labels},
    }
    return {**run_image.config, "created": when, "config": run_config}


def _environment(run_image: Image, inputs: Inputs) -> list[str]:
    path = run_image.environment.get("PATH")
    values = {
        "CNB_LAYERS_DIR": os.path.abspath(inputs.value("layers")),
        "CNB_APP_DIR": os.path.abspath(inputs.value("app")),
        "CNB_PLATFORM_API": inputs.api_text,
        "CNB_DEPRECATION_MODE": "quiet",
        "PATH": ":".join([PROCESSES, os.path.dirname(LAUNCHER), *([path] if path else [])]),
    }
    kept = [entry for entry in run_image.run_config.get("Env") or [] if entry.partition("=")[0] not in values]
    return [*kept, *(f"{name}={value}" for name, value in values.items())]


def build_label(build: BuildMetadata, group: tuple[Buildpack, ...], inputs: Inputs) -> Json:
    """Give the build metadata: the processes, the detected group and the launcher."""
    label: Json = {
        "processes": [_process(process, inputs) for process in build.processes],
        "buildpacks": [_module(buildpack) for buildpack in group],
        "launcher": {"version": VERSION, "source": {"git": {"repository": REPOSITORY, "commit": f"v{VERSION}"}}},
    }
    return {**label, "extensions": [_module(each) for each in build.extensions]} if build.extensions else label


def _module(buildpack: Buildpack) -> Json:
    stated = {"id": buildpack.id, "version": buildpack.version, "homepage": buildpack.homepage, "api": buildpack.api}
    return {key: value for key, value in stated.items() if value}


def _process(process: Table, inputs: Inputs) -> Json:
    """Give a process with the label's keys; before 0.10 its command is one string, and the rest of it arguments."""
    command, arguments = process.get("command", []), process.get("args", [])
    parts = command if isinstance(command, list) else [command]
    renamed = {"buildpackID" if key == "buildpack-id" else key: value for key, value in process.items()}
    if inputs.api >= (0, 10):
        return {**renamed, "command": parts, "args": arguments}
    rest = arguments if isinstance(arguments, list) else [arguments]
    return {**renamed, "command": "".join(str(part) for part in parts[:1]), "args": [*parts[1:], *rest]}
