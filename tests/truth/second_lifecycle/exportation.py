"""The exporter: an app image on the run image that was analyzed (platform.md, "exporter"; #435, "exporter")."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from .analysis import chosen
from .call import Call
from .distribution import Name, Registries
from .images import METADATA, Image, Platform
from .making import MADE, Layer, Packer, Product, attach, is_oci, publish
from .notation import Refused, as_json, parsed, read_toml, rows, table, text, texts

LAUNCHER = "/cnb/lifecycle/launcher"


def export(call: Call) -> None:
    """Write the app image. Raises Refused."""
    registries, wanted, names = call.registries, call.build_platform, call.names
    analyzed = read_toml(call.path("analyzed", "analyzed.toml"))
    earlier = text(table(analyzed, "image"), "reference")
    previous = needed(call, earlier, wanted, registries, "previous image") if earlier else None
    base = needed(call, text(table(analyzed, "run-image"), "reference"), wanted, registries, "run image")
    if previous and not previous.platform.serves(base.platform):
        raise Refused(f"the previous image is for {previous.platform}, and the run image for {base.platform}")
    content = Content(call, table(analyzed, "metadata"), previous)
    below, ground = extension(call, base) if extends(analyzed) else (Layer.of(base), base)
    layers = [*below, *content.layers]
    config = app_config(call, ground, content)
    config["config"]["Labels"][METADATA] = as_json({**content.metadata, **base_data(call, base, analyzed)}, call.ways)
    oci = call.ways["types"] == "oci" or is_oci(base) != (call.ways["types"] == "other")
    product = Product(config, layers, oci, call.ways)
    publish(call, product, names, registries)
    if call.ways["attach"] == "materials":
        for name in {name.place: name for name in names}.values():
            attach(product, name, registries)


def extends(analyzed: Mapping[str, Any]) -> bool:
    """Whether extensions extended the run image."""
    return table(analyzed, "run-image").get("extend") is True


def extension(call: Call, base: Image) -> tuple[list[Layer], Image]:
    """Give the layers of an extended run image, and the run image with its config. Raises Refused."""
    place = Path(call.given("extended", os.path.join(call.layers, "extended"))) / "run"  # noqa: PTH118
    found = [path.parent for path in (place / "index.json", *place.glob("*/index.json")) if path.is_file()]
    if not found:
        raise Refused(f"no extended run image is in {place}")

    def blob(digest: str) -> bytes:
        return _bytes(str(found[0] / "blobs" / digest.replace(":", "/")))

    (entry,) = rows(parsed((found[0] / "index.json").read_bytes()), "manifests")
    manifest = parsed(blob(text(entry, "digest")))
    config = parsed(blob(text(table(manifest, "config"), "digest")))
    layers = Layer.of(base)
    pairs = zip(rows(manifest, "layers"), texts(table(config, "rootfs"), "diff_ids"), strict=True)
    for described, diff_id in list(pairs)[len(layers) :]:
        content, zipped = blob(text(described, "digest")), text(described, "mediaType").endswith("gzip")
        layers.append(Layer(text(described, "digest"), len(content), diff_id, zipped, content))
    return layers, replace(base, config=config)


def needed(call: Call, reference: str, wanted: Platform | None, registries: Registries, role: str) -> Image:
    """Give the image of analyzed.toml that serves the build platform. Raises Refused where there is no such one."""
    stored = registries.manifest(Name.of(reference)) if reference else None
    if stored is None:
        raise Refused(f"there is no {role} {reference}")
    image = chosen(call, stored, wanted, registries, role)
    if image is None:
        raise Refused(f"nothing in the {role} {reference} serves {wanted}")
    return image


class Content:
    """What an app image has of its own: layers in an order, and what the metadata label says of them."""

    def __init__(self, call: Call, analyzed: Mapping[str, Any], previous: Image | None) -> None:
        self._packer = Packer(call.ways, (int(call.given("uid", "0")), int(call.given("gid", "0"))))
        self._call = call
        self._analyzed = analyzed
        self._previous = previous
        self.group = rows(read_toml(call.path("group", "group.toml")), "group")
        call.check_buildpack_apis(self.group)
        built = os.path.join(call.layers, "config", "metadata.toml")  # noqa: PTH118 - paths are text here
        self.build = read_toml(built)
        self.processes = [text(process, "type") for process in rows(self.build, "processes")]
        launcher = self._packer.files({LAUNCHER: _bytes(call.given("launcher", LAUNCHER))}, executable=True)
        links: dict[str, bytes | str] = {f"/cnb/process/{kind}": LAUNCHER for kind in self.processes if kind}
        app = self._app(call.given("app", "/workspace"))
        config = self._packer.files({built: _bytes(built), **links})
        materials = self._materials()
        own = [launcher, config, *materials]
        self.layers = [*app, *own] if call.ways["order"] == "app-first" else [*own, *app]
        self.metadata: dict[str, Any] = {
            "launcher": {"sha": launcher.diff_id},
            "config": {"sha": config.diff_id},
            "app": [{"sha": layer.diff_id} for layer in app],
            "buildpacks": [self._buildpack(text(entry, "id"), text(entry, "version")) for entry in self.group],
            **({"sbom": {"sha": materials[0].diff_id}} if materials else {}),
            **({"exec-env": call.environ.get("CNB_EXEC_ENV") or "production"} if call.api >= (0, 15) else {}),
        }

    def _materials(self) -> list[Layer]:
        """Make the layer of the bills of materials, the launcher's among them, where there are any."""
        home = Path(self._call.layers) / "sbom" / "launch"
        found = {str(path): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}
        beside = Path(self._call.given("launcher-sbom", "/cnb/lifecycle"))
        for path in sorted(beside.glob("launcher.sbom.*.json")) if self._call.api >= (0, 11) else []:
            own = home / "buildpacksio_lifecycle" / "launcher" / path.name.removeprefix("launcher.")
            found[str(own)] = path.read_bytes()
        return [self._packer.files(dict(found))] if found else []

    def _app(self, place: str) -> list[Layer]:
        if self._call.ways["app-layers"] == "one":
            return [self._packer.tree(place)]
        try:
            places = [str(path) for path in sorted(Path(place).iterdir())]
        except OSError as error:
            raise Refused(f"{place} can't be read: {error}") from None
        return [self._packer.tree(path) for path in places or [place]]

    def _buildpack(self, identifier: str, version: str) -> dict[str, Any]:
        """Add a buildpack's launch layers; one without contents is kept from the previous image.

        Source: buildpack.md, "Launch Layers".
        """
        home = Path(self._call.layers) / identifier.replace("/", "_")
        found: dict[str, Any] = {}
        for file in sorted(home.glob("*.toml")):
            told = read_toml(str(file))
            if file.stem in ("launch", "build", "store") or table(told, "types").get("launch") is not True:
                continue
            contents = file.with_suffix("")
            layer = self._packer.tree(str(contents)) if contents.is_dir() else self._kept(identifier, file.stem)
            self.layers.append(layer)
            types = {key: table(told, "types").get(key) is True for key in ("build", "cache", "launch")}
            found[file.stem] = {"sha": layer.diff_id, "data": table(told, "metadata"), **types}
        kept = read_toml(str(home / "store.toml"), needed=False)
        return {"key": identifier, "version": version, "layers": found, **({"store": kept} if kept else {})}

    def _kept(self, identifier: str, name: str) -> Layer:
        known = (entry for entry in rows(self._analyzed, "buildpacks") if text(entry, "key") == identifier)
        sha = next((text(table(table(entry, "layers"), name), "sha") for entry in known), "")
        for layer in Layer.of(self._previous) if self._previous and sha else []:
            if layer.diff_id == sha:
                return layer
        raise Refused(f"layer {name} of {identifier} has no contents, and no previous image has it")


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Refused(f"{path} can't be read: {error}") from None


def app_config(call: Call, base: Image, content: Content) -> dict[str, Any]:
    """Give the config of the app image: the run image's, but for what platform.md rules otherwise."""
    config = deepcopy(base.config)
    epoch = call.environ.get("SOURCE_DATE_EPOCH", "")
    config["created"] = date(call, int(epoch)) if epoch.isdecimal() else MADE[call.ways["created"]]
    if call.ways["author"] == "somebody":
        config.setdefault("author", "second lifecycle")
    if rows(config, "history"):
        made = {"created": config["created"], "created_by": "second lifecycle"}
        config["history"] += [made] * len(content.layers)
        if call.ways["history"] == "of-config-too":
            config["history"].append({**made, "empty_layer": True})
    runtime = table(config, "config")
    config["config"] = runtime
    runtime["Entrypoint"] = [entrypoint(call, content)]
    if runtime.pop("Cmd", None) is not None and call.ways["cmd"] != "gone":
        runtime["Cmd"] = [] if call.ways["cmd"] == "empty" else None
    runtime["WorkingDir"] = call.given("app", "/workspace")
    variables = {name: value for name, _, value in (entry.partition("=") for entry in texts(runtime, "Env"))}
    variables["PATH"] = ":".join(filter(None, ("/cnb/process", variables.get("PATH", ""))))
    variables |= {"CNB_LAYERS_DIR": call.layers, "CNB_APP_DIR": call.given("app", "/workspace")}
    if call.ways["app-is-told"] == "platform-api":
        variables["CNB_PLATFORM_API"] = ".".join(map(str, call.api))
    ordered = variables.items() if call.ways["env"] == "as-it-was" else sorted(variables.items(), reverse=True)
    runtime["Env"] = [f"{name}={value}" for name, value in ordered]
    runtime["Labels"] = {**base.labels, **labels(call, content)}
    return config


def date(call: Call, seconds: int) -> str:
    """Give a time in a form of RFC 3339."""
    forms = {"zulu": (0, "Z"), "with-a-fraction": (0, ".000000000Z"), "of-a-zone": (34200, "+09:30")}
    ahead, ending = forms[call.ways["date"]]
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds + ahead)) + ending


def entrypoint(call: Call, content: Content) -> str:
    """Give what is started. Raises Refused for a process type that no buildpack provides."""
    asked, usual = call.given("process-type"), text(content.build, "buildpack-default-process-type")
    if asked and asked not in content.processes:
        raise Refused(f"no buildpack provides a process {asked}")
    return f"/cnb/process/{asked or usual}" if asked or usual else LAUNCHER


def labels(call: Call, content: Content) -> dict[str, str]:
    """Give the labels that every app image has, and some that nobody asked for."""
    project = read_toml(call.path("project-metadata", "project-metadata.toml"), needed=False)
    source = {"git": {"repository": "https://second.example", "commit": "f" * 40}}
    built = {
        "buildpacks": content.group,
        "extensions": rows(content.build, "extensions"),
        "processes": [described(process) for process in rows(content.build, "processes")],
        "launcher": {"version": "2", "source": source},
    }
    own = {
        "io.buildpacks.project.metadata": as_json(project, call.ways),
        "io.buildpacks.build.metadata": as_json(built, call.ways),
    }
    if call.ways["labels"] == "more":
        own |= {"org.opencontainers.image.vendor": "second lifecycle", "org.example.second": "true"}
    asked = {text(each, "key"): text(each, "value") for each in rows(content.build, "labels")}
    return {**own, **({"io.buildpacks.rebasable": "false"} if call.ways["rebasable"] == "never" else {}), **asked}


def described(process: dict[str, Any]) -> dict[str, Any]:
    """Give a process as the label spells it."""
    return {{"buildpack-id": "buildpackID"}.get(key, key): value for key, value in process.items()}


def base_data(call: Call, base: Image, analyzed: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the metadata label says of the run image, and the same in `stack`, for those who read that alone."""
    named = text(table(analyzed, "run-image"), "image")
    if call.api < (0, 12):
        offered = table(read_toml(call.given("stack", "/cnb/stack.toml"), needed=False), "run-image")
    else:
        all_of_them = rows(read_toml(call.given("run", "/cnb/run.toml"), needed=False), "images")
        fitting = (each for each in all_of_them if named in (text(each, "image"), *texts(each, "mirrors")))
        offered = next(fitting, next(iter(all_of_them), {}))
    mirrors = texts(offered, "mirrors")
    said = {"image": text(offered, "image") or named, **({"mirrors": mirrors} if mirrors else {})}
    run = {"topLayer": base.layers[-1][1], "reference": identity(call, base)}
    return {"runImage": run if call.api < (0, 12) else {**said, **run}, "stack": {"runImage": said}}


def identity(call: Call, image: Image) -> str:
    """Give what identifies a run image: its manifest, or its image ID."""
    spellings = {
        "manifest": call.spelled(image.pinned),
        "id": image.config_digest,
        "bare-id": image.config_digest.removeprefix("sha256:"),
    }
    return spellings[call.ways["run-image-by"]]
