"""What an image that a phase made ought to be: there, whole, on its run image, and described as what it is."""

from __future__ import annotations

from collections.abc import Iterable

from fixtures.errors import Damaged, Missing, NotOurs
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.compression import compression_of
from fixtures.oci.images import ImageSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.reference import digest_in, is_reference
from fixtures.storage.base import Placed, Ref
from fixtures.storage.only_image import Listed
from fixtures.storage.scope import StorageScope
from fixtures.storage.stored_image import StoredImage, uncompressed_digest
from suites.expect.outcomes import NonConforming, holds, same


def written(storage: StorageScope, run: PhaseRun, output: Ref | None = None) -> StoredImage:
    """Read an image that a phase was asked to write, the first unless one is named. Raises NonConforming for none.

    Raises ValueError for an image that the phase was not asked to write: then the test is wrong, not the lifecycle.
    """
    reference = output or run.outputs[0]
    if reference not in run.outputs:
        raise ValueError(f"the {run.phase} was not asked to write {reference}")
    try:
        return storage.read(reference)
    except Missing as fact:
        raise NonConforming(f"{reference} to be an image that can be read", str(fact)) from fact


def built_on(image: StoredImage, child: ImageSpec) -> None:
    """Raise NonConforming unless the image's first layers are this run image's, in order, and more follow."""
    count = len(child.layers)
    same("the app image's base layers", image.layers[:count], child.layer_digests)
    same("the app image's base diff IDs", image.diff_ids[:count], child.diff_ids)
    holds(len(image.layers) > count, "layers of the app above the base", f"{len(image.layers)} layers in all")


def names_run_image(storage: StorageScope, image: StoredImage, child: ImageSpec) -> None:
    """Raise NonConforming unless the metadata label identifies this run image, where it is if it says where."""
    found = str(image.run_image.get("reference", ""))
    holds(identifies(found, child), f"runImage.reference to name {child.digest}", f"runImage.reference = {found}")
    if is_reference(found):
        leads_somewhere(storage, found, "runImage.reference")


def leads_somewhere(storage: StorageScope, recorded: str, what: str) -> None:
    """Raise NonConforming unless a reference that a phase wrote down leads to an image of this storage."""
    holds(_is_there(storage, recorded), f"{what} to be there", f"nothing is at {recorded}")


def lead_somewhere(storage: StorageScope, recorded: Iterable[str], what: str) -> None:
    """Raise NonConforming unless each reference that a phase wrote down leads to an image of this storage."""
    dangling = [reference for reference in recorded if not _is_there(storage, reference)]
    holds(not dangling, f"{what} to be there", f"not there: {', '.join(dangling)}")


def is_called(storage: StorageScope, recorded: str, placed: Placed) -> bool:
    """Whether a reference that a phase wrote down, in whatever form, is one of this image or index."""
    try:
        return storage.locate(recorded) in (placed.ref, placed.pinned)
    except NotOurs:
        return False


def _is_there(storage: StorageScope, recorded: str) -> bool:
    try:
        return storage.head(storage.locate(recorded)) is not None
    except NotOurs:
        return False


def identifies(reference: str, image: ImageSpec) -> bool:
    """Whether a reference in a metadata label is this image's: by manifest digest, or by an image id."""
    image_id = image.config_blob.digest
    return digest_in(reference) in (image.digest, image_id, image_id.removeprefix("sha256:"))


def reports_digest(storage: StorageScope, run: PhaseRun, output: Ref | None = None) -> None:
    """Raise NonConforming unless report.toml names the digest of what a tag that it wrote leads to.

    Where that is an index of the image alone, its digest and the image's are as right.
    """
    found, there = run.report.get("digest"), run.after.get(output or run.outputs[0])
    if there and found == there.manifest:
        return
    image = written(storage, run, output)
    right = dict.fromkeys((image.tagged, image.digest))
    if found not in right:
        same("[image].digest in report.toml", found, " or ".join(right))


def leads_to_several(storage: StorageScope, ref: Ref) -> None:
    """Raise NonConforming where a tag that led to an index of several images leads to one of them, or to nothing."""
    try:
        image = storage.read(ref)
    except Damaged:
        return
    except Missing as fact:
        raise NonConforming(f"{ref} to lead to the images that it led to", str(fact)) from fact
    raise NonConforming(f"{ref} to lead to the images that it led to", f"an image for {image.platform} alone")


def nothing_of(image: StoredImage, impostor: ImageSpec) -> None:
    """Raise NonConforming where an image has layers, diff IDs or base labels of another, or broken layers."""
    taken = {*impostor.layer_digests, *impostor.diff_ids} & {*image.layers, *image.diff_ids}
    holds(not taken, "nothing of what has another digest", f"in the image: {', '.join(sorted(taken))}")
    label = "io.buildpacks.base.released"
    said, false = image.labels.get(label), dict(impostor.labels).get(label)
    holds(said != false, f"no label of a config that has another digest, such as {label} = {false}", f"it is {said}")
    layers_are_whole(image)


def layers_are_whole(image: StoredImage) -> None:
    """Raise NonConforming unless every layer's uncompressed digest is its diff ID, one layer a diff ID."""
    if len(image.layers) != len(image.diff_ids):
        counted = f"{len(image.layers)} layers and {len(image.diff_ids)} diff IDs"
        raise NonConforming("as many layers as diff IDs", counted)
    for place, (layer, diff_id) in enumerate(zip(image.layers, image.diff_ids, strict=True), start=1):
        found = uncompressed_digest(image.read_blob(layer))
        holds(found == diff_id, f"layer {place} to have diff ID {diff_id}", f"uncompressed it is {found}")


def descriptors_fit(image: StoredImage) -> None:
    """Raise NonConforming where the manifest is sent as another type than it states, or a blob is not of its size.

    The config has to say of what kind its layers are, too.
    Of an image that an index lists, the entry has to describe it rightly too.
    Sources: OCI distribution specification, "Pushing Manifests"; OCI image specification, descriptor.md, "size",
    image-index.md, "platform", manifest.md, "schemaVersion", and config.md, "rootfs".
    """
    version = image.manifest.get("schemaVersion")
    holds(version == 2 and type(version) is int, "a manifest whose schemaVersion is 2", f"it is {version!r:.80}")
    kind = (image.config.get("rootfs") or {}).get("type")
    holds(kind == "layers", 'a config whose rootfs.type is "layers"', f"it is {kind!r:.80}")
    for entry in image.listed:
        _entry_fits(entry, image.platform)
    stated = image.manifest.get("mediaType") or image.media_type
    expected = f"a manifest that states the type it is sent with, {image.media_type}"
    holds(stated == image.media_type, expected, f"it states {stated}")
    for descriptor in (image.manifest["config"], *(image.manifest.get("layers") or ())):
        size, stated = len(image.read_blob(descriptor["digest"])), descriptor.get("size")
        expected = f"{descriptor['digest']} to be described as {size} bytes"
        holds(size == stated, expected, f"its descriptor says {stated!r}")


def _entry_fits(entry: Listed, platform: Platform) -> None:
    """Raise NonConforming where an entry of an index does not describe what is there, an image for this platform.

    A variant or an os.version that only one of them states is no contradiction.
    """
    stated = {key: entry.descriptor.get(key) for key in ("mediaType", "size")}
    there = {"mediaType": entry.media_type, "size": entry.size}
    expected = f"the index to describe its image as {entry.media_type} of {entry.size} bytes"
    holds(stated == there, expected, f"it says {stated}")
    own = {"os": platform.os, "architecture": platform.architecture, "variant": platform.variant}
    wrong = [key for key in own if own[key] and entry.platform.get(key) and entry.platform[key] != own[key]]
    holds(not wrong, f"the index to describe its image as one for {platform}", f"it says {entry.platform}")


def compression_is_described(image: StoredImage) -> None:
    """Raise NonConforming where the media type of a layer says that it is compressed otherwise than it is.

    Sources: OCI image specification, layer.md, "`+gzip` Media Types", "`+zstd` Media Types"; Docker's types have
    `.gzip`.
    """
    for place, descriptor in enumerate(image.manifest.get("layers") or (), start=1):
        media_type, found = str(descriptor.get("mediaType")), compression_of(image.read_blob(descriptor["digest"]))
        stated = next((name for name in ("gzip", "zstd") if media_type.endswith((f"+{name}", f".{name}"))), "none")
        holds(stated == found, f"layer {place}, whose compression is {found}, to be described so", media_type)


def history_fits(image: StoredImage) -> None:
    """Raise NonConforming where a history is stated that is not of these layers.

    It describes each layer (config.md, "history"), and what stands for none says so.
    """
    history = image.config.get("history") or []
    described = sum(not entry.get("empty_layer") for entry in history)
    expected = f"a history of {len(image.layers)} layers, or none"
    holds(not history or described == len(image.layers), expected, f"it is one of {described} layers")
