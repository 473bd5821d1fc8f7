"""The analyzer: which run image, and what of the previous image (platform.md, "analyzer"; #435, "analyzer")."""

from __future__ import annotations

import io
import tarfile
from typing import Any

from .call import Call
from .distribution import INDEXES, Name, Registries, Stored
from .images import Image, Platform, distribution, opened, serving
from .notation import Refused, Unreadable, read_toml, rows, table, text, texts, write_toml


def analyze(call: Call) -> None:
    """Write analyzed.toml. Raises Refused."""
    registries, wanted, names = call.registries, call.build_platform, call.names
    tags = [Name.of(written) for written in call.flags.get("tag", [])]
    if any(tag.host != names[0].host for tag in tags):
        raise Refused("the tags are of several registries")
    document = {
        "analyzed-by": "the second lifecycle",
        **run_image(call, registries, wanted, names[0]),
        **previous_image(call, registries, wanted, Name.of(call.given("previous-image", call.images[0]))),
    }
    unpack_materials(call, registries, document, wanted)
    caches = [Name.of(call.given("cache-image"))] if call.given("cache-image") else []
    for name in {name.place: name for name in (*names, *tags, *caches)}.values():
        registries.check_writable(name)
    if call.ways["more-keys"] == "some":
        document |= {"second": {"took": 0.25, "sure": True, "seen": [[1, 2], ["three"]]}}
    write_toml(call.path("analyzed", "analyzed.toml"), document, call.ways)


def run_image(call: Call, registries: Registries, wanted: Platform | None, output: Name) -> dict[str, Any]:
    """Give what analyzed.toml says of the run image. Raises Refused."""
    written = call.given("run-image") or on_offer(call, registries, output)
    stored = registries.manifest(Name.of(written))
    if stored is None:
        raise Refused(f"there is no run image {written}")
    image = chosen(call, stored, wanted, registries, "run image")
    if image is None and call.ways["refuse-at"] == "analyzer":
        raise Refused(f"nothing in the run image {written} serves {wanted}")
    said: dict[str, Any] = {"reference": call.spelled(image.pinned if image else stored.name.at(stored.digest))}
    if call.api >= (0, 12):
        said |= {"image": written, "extend": False}
        told = {}
        if image is not None and call.ways["target"] in ("apart", "both"):
            told = {"target": target_of(call, image, registries, "variant")}
        if image is not None and call.ways["target"] in ("inside", "both"):
            said["target"] = target_of(call, image, registries, "arch-variant")
        return {"run-image": said, **told}
    return {"run-image": said}


def on_offer(call: Call, registries: Registries, output: Name) -> str:
    """Give the first run image on offer that can be read, of the registry of the app image if there is one."""
    if call.api < (0, 12):
        offered = table(read_toml(call.given("stack", "/cnb/stack.toml"), needed=False), "run-image")
    else:
        offered = next(iter(rows(read_toml(call.given("run", "/cnb/run.toml"), needed=False), "images")), {})
    written = [name for name in (text(offered, "image"), *texts(offered, "mirrors")) if name]
    near = [name for name in written if Name.of(name).host == output.host]
    for name in near or written:
        if registries.readable(Name.of(name)):
            return name
    raise Refused("no run image is given, and none on offer can be read")


def target_of(call: Call, image: Image, registries: Registries, variant: str) -> dict[str, Any]:
    """Give the target data of a run image."""
    name, version = distribution(image, registries, call.ways["distribution"])
    stated = {"os": image.platform.os, "arch": image.platform.architecture, variant: image.platform.variant}
    distro = {key: value for key, value in (("name", name), ("version", version)) if value}
    base = image.labels.get("io.buildpacks.base.id", "") if call.ways["target-id"] == "said" else ""
    return {key: value for key, value in (*stated.items(), ("distro", distro), ("id", base)) if value}


def chosen(call: Call, stored: Stored, wanted: Platform | None, registries: Registries, role: str) -> Image | None:
    """Give what serves the build platform. Without one there is no choice to be made, so an index is refused."""
    if wanted is not None:
        return serving(stored, wanted, registries)
    if stored.media_type in INDEXES:
        raise Refused(f"the {role} is an index, and nobody told the {call.phase} what for the app is built")
    return opened(stored, registries)


def previous_image(call: Call, registries: Registries, wanted: Platform | None, name: Name) -> dict[str, Any]:
    """Give what analyzed.toml says of the previous image, as far as there is one that serves."""
    nothing: dict[str, Any] = (
        {"image": {"reference": ""}, "metadata": {}} if call.ways["no-previous"] == "empty" else {}
    )
    stored = registries.manifest(name)
    if stored is None:
        return nothing
    try:
        image = chosen(call, stored, wanted, registries, "previous image")
    except Unreadable as error:
        call.warn(f"the previous image is passed over: {error}")
        return nothing
    if image is None:
        call.warn(f"the previous image is passed over: nothing in {name} serves {wanted}")
        return nothing
    metadata = image.metadata
    if call.ways["metadata"] == "toml-names":
        metadata = toml_named(metadata)
    return {"image": {"reference": call.spelled(image.pinned)}, "metadata": metadata}


def unpack_materials(call: Call, registries: Registries, document: dict[str, Any], wanted: Platform | None) -> None:
    """Unpack the bills of materials that the image analyzed has (platform.md, "analyzer"). Raises Refused."""
    sha = text(table(table(document, "metadata"), "sbom"), "sha")
    stored = registries.manifest(Name.of(text(table(document, "image"), "reference"))) if sha else None
    image = chosen(call, stored, wanted, registries, "previous image") if stored else None
    if image is None or call.switched("skip-layers", "CNB_SKIP_LAYERS"):
        return
    for entry, diff_id in image.layers:
        if diff_id == sha:
            with tarfile.open(fileobj=io.BytesIO(registries.blob(image.name, text(entry, "digest")))) as archive:
                below = call.layers.lstrip("/") + "/sbom/"
                found = [member for member in archive if member.name.startswith(below) and ".." not in member.name]
                archive.extractall("/", [member for member in found if member.isfile()], filter="data")


def toml_named(metadata: dict[str, Any]) -> dict[str, Any]:
    """Give the label's metadata under the names that platform.md has for them in TOML (analyzed.toml, `metadata`)."""
    run = {{"topLayer": "top-layer"}.get(key, key): value for key, value in table(metadata, "runImage").items()}
    stack = {{"runImage": "run-image"}.get(key, key): value for key, value in table(metadata, "stack").items()}
    named = {key: value for key, value in metadata.items() if key not in ("runImage", "stack")}
    return {**named, **({"run-image": run} if run else {}), **({"stack": stack} if stack else {})}
