"""The rebaser: other run image layers under an app (platform.md, "rebaser"; #435, "rebaser")."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

from .call import Call
from .distribution import INDEXES, MANIFESTS, Name, Registries, Stored
from .exportation import identity
from .images import DISTRO, METADATA, Image, Platform, opened, serving
from .making import MADE, Layer, Product, is_oci, publish
from .notation import Refused, as_json, parsed, rows, table, text, texts

TARGET = (f"{DISTRO}.name", f"{DISTRO}.version")


def rebase(call: Call) -> None:
    """Write the rebased image. Raises Refused."""
    registries, names = call.registries, call.names
    force = call.switched("force", "CNB_FORCE_REBASE")
    app = opened(
        single(registries.manifest(Name.of(call.given("previous-image", call.images[0]))), registries), registries
    )
    if app.labels.get("io.buildpacks.rebasable") == "false" and not force:
        raise Refused(f"{app.name} says that it can't be rebased")
    written = call.given("run-image") or call.given("image") or on_record(app, registries)
    stored = registries.manifest(Name.of(written))
    if stored is None:
        raise Refused(f"there is no run image {written}")
    base = serving(stored, wanted(app, force), registries)
    if base is None and force and stored.media_type not in INDEXES:
        base = opened(stored, registries)
    if base is None:
        raise Refused(f"nothing in the run image {written} serves {app.platform}")
    if not force:
        check_target(app, base)
    layers = [*Layer.of(base), *Layer.of(app)[of_the_base(app) :]]
    oci = is_oci(app) or call.ways["types"] == "oci"
    publish(call, Product(config(call, app, base, written, force), layers, oci, call.ways), names, registries)


def single(stored: Stored | None, registries: Registries) -> Stored:
    """Give the manifest of an app image, also out of an index of it alone. Raises Refused for anything else."""
    if stored is None:
        raise Refused("there is no such app image")
    if stored.media_type not in INDEXES:
        return stored
    listed = [entry for entry in rows(parsed(stored.body), "manifests") if text(entry, "mediaType") in MANIFESTS]
    images = [entry for entry in listed if Platform.of(table(entry, "platform")).os != "unknown"]
    if len(images) != 1:
        raise Refused(f"{stored.name} is an index of several, and only an image can be rebased")
    return single(registries.manifest(stored.name.at(text(images[0], "digest"))), registries)


def on_record(app: Image, registries: Registries) -> str:
    """Give the run image that the app image names and that can be read (platform.md, "Run Image Resolution")."""
    for said in (table(app.metadata, "runImage"), table(table(app.metadata, "stack"), "runImage")):
        written = [name for name in (text(said, "image"), *texts(said, "mirrors")) if name]
        near = [name for name in written if Name.of(name).host == app.name.host]
        for name in near or written:
            if registries.readable(Name.of(name)):
                return name
    raise Refused(f"no run image is given, and {app.name} names none that can be read")


def wanted(app: Image, force: bool) -> Platform:
    """Give the platform that the run image is chosen for: force does not mind variants."""
    return replace(app.platform, variant="") if force and not app.platform.variant else app.platform


def check_target(app: Image, base: Image) -> None:
    """Raise Refused where the distributions differ; the platforms were compared in choosing."""
    for label in TARGET:
        before, after = app.labels.get(label, ""), base.labels.get(label, "")
        if before and after and before != after:
            raise Refused(f"the app image is on {before}, and the run image is of {after}")


def of_the_base(app: Image) -> int:
    """Count the layers that are the old run image's: up to the last that is the recorded top layer."""
    top = text(table(app.metadata, "runImage"), "topLayer")
    places = [place for place, (_, diff_id) in enumerate(app.layers, start=1) if diff_id == top]
    if not places:
        raise Refused(f"{app.name} does not say where its run image ends")
    return places[-1]


def config(call: Call, app: Image, base: Image, written: str, force: bool) -> dict[str, Any]:
    """Give the app image's config with what platform.md lets change."""
    made = deepcopy(app.config)
    made["created"] = MADE[call.ways["created"]]
    if force:
        for key in ("os", "architecture", "variant", "os.version", "os.features"):
            made.pop(key, None)
            if base.config.get(key):
                made[key] = base.config[key]
    made["history"] = history(app, base)
    if not made["history"]:
        del made["history"]
    replaced = ("io.buildpacks.base.", "io.buildpacks.stack.")
    kept = {name: value for name, value in app.labels.items() if not name.startswith(replaced)}
    stays = {name: app.labels[name] for name in TARGET if name in app.labels and not force}
    taken = {name: value for name, value in base.labels.items() if name.startswith(replaced)}
    metadata = as_json(said_of_the_base(call, app, base, written, force), call.ways)
    made["config"]["Labels"] = {**taken, **stays, **kept, METADATA: metadata}
    return made


def said_of_the_base(call: Call, app: Image, base: Image, written: str, force: bool) -> dict[str, Any]:
    """Give the metadata label with the new run image in it. Raises Refused for a run image that it does not name."""
    metadata = deepcopy(app.metadata)
    said = {**table(metadata, "runImage"), "topLayer": base.layers[-1][1], "reference": identity(call, base)}
    known = [
        name
        for place in (said, table(table(metadata, "stack"), "runImage"))
        for name in (text(place, "image"), *texts(place, "mirrors"))
    ]
    if call.api >= (0, 12) and Name.of(written).place not in {Name.of(name).place for name in known if name}:
        if not force:
            raise Refused(f"{app.name} does not name {written} as a run image of its own")
        # The deprecated `stack` key would have to say the same: it need not be there.
        metadata.pop("stack", None)
        said["image"] = written
        said.pop("mirrors", None)
    return {**metadata, "runImage": said}


def history(app: Image, base: Image) -> list[Any]:
    """Give the history of the layers there are now; an empty one where either image does not tell all of its own."""
    own = [entry for entry in rows(app.config, "history") if isinstance(entry, dict)]
    ends = [place for place, entry in enumerate(own, start=1) if entry.get("empty_layer") is not True]
    new = [entry for entry in rows(base.config, "history") if isinstance(entry, dict)]
    told = sum(1 for entry in new if entry.get("empty_layer") is not True)
    if len(ends) != len(app.layers) or told != len(base.layers):
        return []
    return [*new, *own[ends[of_the_base(app) - 1] :]]
