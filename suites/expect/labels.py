"""What the labels of an app image ought to say of the build: processes, buildpacks, and which layer is whose."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from fixtures.errors import Damaged
from fixtures.lifecycle.build_outputs import COMMANDS_SINCE, Module, Process
from fixtures.lifecycle.platform_api import PlatformApi
from fixtures.oci.labels import BUILD_METADATA
from fixtures.oci.layer_entries import entries_of
from fixtures.storage.stored_image import StoredImage
from suites.expect.outcomes import NonConforming, holds, same

APIS_SINCE = PlatformApi(0, 11)
"""The first Platform API whose build metadata names the API of each buildpack."""

DIRECTORIES_SINCE = PlatformApi(0, 9)
"""The first Platform API whose processes have a working directory."""


def tables(document: Mapping[str, Any], key: str, what: str) -> list[Mapping[str, Any]]:
    """Give the objects of a list, none where there is no list or null. Raises NonConforming for anything else."""
    found = document.get(key) or []
    listed = isinstance(found, list) and all(isinstance(each, Mapping) for each in found)
    holds(listed, f"{key} of {what} to be a list of objects", f"{found!r:.300}")
    return list(found)


def names_processes(image: StoredImage, processes: Sequence[Process], api: PlatformApi) -> None:
    """Raise NonConforming unless the build metadata has these processes, in whatever order."""
    document = image.document(BUILD_METADATA)
    found = {str(each.get("type")): _process(each, api) for each in tables(document, "processes", BUILD_METADATA)}
    same("the processes in the build metadata", found, {each.type: _expected(each, api) for each in processes})


def _process(found: Mapping[str, Any], api: PlatformApi) -> Mapping[str, Any]:
    """Give what counts of a process: before commands are lists, its words are one command and its arguments."""
    command, args = found.get("command"), found.get("args") or []
    words = [command] if isinstance(command, str) else list(command or [])
    parts = {"command": words, "args": args} if api >= COMMANDS_SINCE else {"words": [*words, *args]}
    directory = {"working-dir": found.get("working-dir") or ""} if api >= DIRECTORIES_SINCE else {}
    buildpack = {"buildpackID": found.get("buildpackID")} if api >= APIS_SINCE else {}
    return {**parts, "direct": found.get("direct"), **directory, **buildpack}


def _expected(process: Process, api: PlatformApi) -> Mapping[str, Any]:
    stated = {"command": list(process.command), "args": list(process.args), "direct": True}
    return _process({**stated, "working-dir": process.working_dir, "buildpackID": process.buildpack}, api)


def names_modules(image: StoredImage, key: str, modules: Sequence[Module]) -> None:
    """Raise NonConforming unless the build metadata has these buildpacks, or extensions, in whatever order."""
    found = {name: each.get("version") for name, each in _modules(image, key).items()}
    same(f"the {key} in the build metadata", found, {module.id: module.version for module in modules})


def describes_modules(
    image: StoredImage, key: str, modules: Sequence[Module], buildpack_api: str, api: PlatformApi
) -> None:
    """Raise NonConforming unless the build metadata says the homepage and, from 0.11, the API of each of these."""
    keys = ("homepage", "api") if api >= APIS_SINCE else ("homepage",)
    named = _modules(image, key)
    for module in modules:
        expected = module.described(buildpack_api)
        found = {name: named.get(module.id, {}).get(name) or "" for name in keys}
        same(f"{module.id} in the build metadata", found, {name: expected.get(name, "") for name in keys})


def _modules(image: StoredImage, key: str) -> Mapping[str, Mapping[str, Any]]:
    return {str(each.get("id")): each for each in tables(image.document(BUILD_METADATA), key, BUILD_METADATA)}


def names_launcher(image: StoredImage) -> None:
    """Raise NonConforming unless the build metadata says which launcher is in the image, and where that is from."""
    found = image.document(BUILD_METADATA).get("launcher")
    launcher = found if isinstance(found, Mapping) else {}
    said = f"launcher = {found!r:.300}"
    holds(launcher.get("version"), "the build metadata to name the version of the launcher", said)
    source = launcher.get("source")
    git = source.get("git") if isinstance(source, Mapping) else None
    origin = isinstance(git, Mapping) and git.get("repository") and git.get("commit")
    holds(origin, "repository and commit of the launcher's source", said)


def records_layer(image: StoredImage, entry: Any, path: str, what: str) -> None:
    """Raise NonConforming unless an entry of the lifecycle metadata names a layer of the image that holds this path."""
    there = path.lstrip("/") in _paths_in(image, entry, what)
    holds(there, f"{what} to name the layer that holds {path}", f"it is {entry!r:.300}, which does not")


def records_app(image: StoredImage, directory: str, files: Collection[str]) -> None:
    """Raise NonConforming unless the lifecycle metadata names the layers of the app, which together hold these files.

    How many layers there are is the lifecycle's matter, and each of them holds something of the app.
    """
    there: set[str] = set()
    for number, entry in enumerate(tables(image.metadata, "app", "the metadata"), start=1):
        paths = _paths_in(image, entry, f"app layer {number} in the metadata")
        own = any(path.startswith(directory.lstrip("/")) for path in paths)
        holds(own, f"app layer {number} in the metadata to hold something of {directory}", f"it is {entry!r:.300}")
        there |= paths
    missing = sorted(path for path in files if path.lstrip("/") not in there)
    holds(not missing, "app in the metadata to name the layers of the app", f"none holds {', '.join(missing)}")


def _paths_in(image: StoredImage, entry: Any, what: str) -> set[str]:
    diff_id = entry.get("sha") if isinstance(entry, Mapping) else None
    try:
        layer = image.layer(str(diff_id or ""))
    except Damaged as fact:
        raise NonConforming(f"{what} to have the sha of a layer of the image", f"{entry!r:.300}") from fact
    return set(entries_of(layer, f"layer {diff_id}"))


def records_launch_layers(image: StoredImage, module: Module, layers: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise NonConforming unless a buildpack is recorded with its version and with these layers and no others.

    `layers` are, by name, the path that each holds, the data and the flags. Raises Damaged for no such metadata.
    """
    entry = recorded(image, module)
    same(f"the version of {module.id} in the lifecycle metadata", entry.get("version"), module.version)
    found = entry.get("layers") or {}
    holds(isinstance(found, Mapping), f"the layers of {module.id} by name", f"{found!r:.300}")
    same(f"the layers of {module.id} in the lifecycle metadata", sorted(found), sorted(layers))
    for name, expected in layers.items():
        what = f"{module.id}:{name} in the lifecycle metadata"
        records_layer(image, found[name], expected["path"], what)
        same(f"data of {what}", found[name].get("data") or {}, expected["data"])
        flags = {flag: found[name].get(flag) or False for flag in ("build", "launch", "cache")}
        same(f"flags of {what}", flags, {flag: flag in expected["types"] for flag in flags})


def recorded(image: StoredImage, module: Module) -> Mapping[str, Any]:
    """Give what the lifecycle metadata records of a buildpack. Raises NonConforming for nothing, or twice."""
    entries = [each for each in tables(image.metadata, "buildpacks", "the metadata") if each.get("key") == module.id]
    expected = f"one entry for {module.id} among the buildpacks of the lifecycle metadata"
    holds(len(entries) == 1, expected, f"{len(entries)} entries")
    return entries[0]


def holds_somewhere(document: Any, wanted: Mapping[str, Any]) -> bool:
    """Whether a document, or anything in it, is an object with all of this."""
    if isinstance(document, Mapping):
        here = all(document.get(key) == value for key, value in wanted.items())
        return here or any(holds_somewhere(each, wanted) for each in document.values())
    return isinstance(document, list) and any(holds_somewhere(each, wanted) for each in document)
