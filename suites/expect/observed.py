"""What tests look at, by name: which child was analyzed, recorded, or built on."""

from __future__ import annotations

import json
from collections.abc import Mapping

from fixtures.lifecycle.run import PhaseRun
from fixtures.lifecycle.workspace import texts_in
from fixtures.observers.run_program import Start
from fixtures.oci.images import ImageSpec
from fixtures.oci.labels import LIFECYCLE_METADATA
from fixtures.oci.platforms import Platform
from fixtures.oci.programs import STATUS, Speaker
from fixtures.oci.reference import digest_in, is_reference
from fixtures.outcomes import holds, same
from fixtures.storage.registry import Registry
from fixtures.storage.stored_image import RemoteImage


def layer_metadata(app: ImageSpec) -> frozenset[str]:
    """Give the layer digests that the metadata label of an app image holds: no two app images share one."""
    label = json.loads(dict(app.labels)[LIFECYCLE_METADATA])
    return frozenset(text for text in texts_in(label) if text.startswith("sha256:"))


def analyzed(run: PhaseRun, child: ImageSpec, *siblings: ImageSpec) -> None:
    """Raise NonConforming unless this child, and none of its siblings, was analyzed as the previous image."""
    same("[image].reference", digest_in(run.analyzed.previous_reference), child.digest)
    found = run.analyzed.metadata_texts
    missing = sorted(layer_metadata(child) - found)
    holds(not missing, "the layer metadata of that image", f"[metadata] without its {', '.join(missing)}")
    strange = sorted(frozenset().union(*(layer_metadata(sibling) for sibling in siblings)) & found)
    holds(not strange, "no layer metadata of another child", f"[metadata] with {', '.join(strange)}")


def analyzed_as_absent(run: PhaseRun, *images: ImageSpec) -> None:
    """Raise NonConforming unless the analyzer succeeded and took over nothing of these previous images."""
    run.succeeded()
    reference = run.analyzed.previous_reference
    holds(not reference, "analyzed.toml to name no previous image", f"[image].reference = {reference}")
    carried = sorted(frozenset().union(*(layer_metadata(image) for image in images)) & run.analyzed.metadata_texts)
    holds(not carried, "analyzed.toml without layer metadata", f"[metadata] with {', '.join(carried)}")


def refused(run: PhaseRun, *_: ImageSpec) -> None:
    """Raise NonConforming unless the phase refused, whatever the images."""
    run.refused()


def exported_as_absent(run: PhaseRun, *images: ImageSpec) -> None:
    """Raise NonConforming unless the exporter succeeded and took over nothing of these previous images."""
    run.succeeded()
    nothing_taken(run, *images)


def nothing_taken(run: PhaseRun, *images: ImageSpec) -> None:
    """Raise NonConforming where what was exported, if anything was, has a layer of these previous images."""
    run.check_exit_status()
    if run.status == 0:
        image = run.registry.read(run.outputs[0])
        own = {digest for spec in images for digest in (*spec.layer_digests, *spec.diff_ids)}
        taken = sorted(own & {*image.layers, *image.diff_ids})
        holds(not taken, "no layer of the previous image in the app image", f"in both: {', '.join(taken)}")


def recorded(run: PhaseRun, child: ImageSpec) -> None:
    """Raise NonConforming unless the analyzer recorded exactly this run image, by digest."""
    same("[run-image].reference", digest_in(run.analyzed.run_image_reference), child.digest)


def built_on(image: RemoteImage, child: ImageSpec) -> None:
    """Raise NonConforming unless the image's first layers are this run image's, in order, and more follow."""
    count = len(child.layers)
    same("the app image's base layers", image.layers[:count], child.layer_digests)
    same("the app image's base diff IDs", image.diff_ids[:count], child.diff_ids)
    holds(len(image.layers) > count, "layers of the app above the base", f"{len(image.layers)} layers in all")


def starts(start: Start, image: RemoteImage, platform: Platform, speakers: Mapping[str, Speaker]) -> None:
    """Raise NonConforming unless the image says that it is for this architecture, and its programs say so when started.

    `speakers` holds, by path in the image, the program that is to be there.
    """
    for place, started in zip(speakers.items(), start(image, platform, list(speakers)), strict=True):
        path, speaker = place
        expected = f"the image's program {path}, started, to write {speaker.line!r} and to exit with status {STATUS}"
        holds(started.says(speaker), expected, f"{started}; the image's config says {image.platform}")
    same("the architecture in the image's config", image.platform.architecture, platform.architecture)


def names_run_image(registry: Registry, image: RemoteImage, child: ImageSpec) -> None:
    """Raise NonConforming unless the metadata label identifies this run image, where it is if it says where."""
    found = str(image.run_image.get("reference", ""))
    holds(identifies(found, child), f"runImage.reference to name {child.digest}", f"runImage.reference = {found}")
    if is_reference(found):
        holds(registry.resolves(found), "runImage.reference to be there", f"nothing is at {found}")


def reports_digest(run: PhaseRun, reference: str) -> None:
    """Raise NonConforming unless report.toml names the digest of what a tag leads to.

    Where that is an index of the image alone, its digest and the image's are as right.
    """
    found, tagged = run.report.get("digest"), run.registry.digest(reference)
    right = [tagged] if found == tagged else [tagged, run.registry.read(reference).digest]
    if found not in right:
        same("[image].digest in report.toml", found, " or ".join(dict.fromkeys(map(str, right))))


def identifies(reference: str, image: ImageSpec) -> bool:
    """Whether a reference in a metadata label is this image's: by manifest digest, or by an image id."""
    image_id = image.config_blob.digest
    return digest_in(reference) in (image.digest, image_id, image_id.removeprefix("sha256:"))
