"""What a property looks at: is what was recorded or made of one and the same child, and may that be taken?"""

from __future__ import annotations

from collections.abc import Sequence

from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.images import ImageSpec, IndexSpec
from fixtures.oci.reference import digest_in
from fixtures.storage.base import Placed
from fixtures.storage.scope import StorageScope
from fixtures.storage.stored_image import StoredImage
from suites.expect.analysis import analyzed, analyzed_as_absent
from suites.expect.choice import Choices, configured, leaves
from suites.expect.image import identifies, is_called, written
from suites.expect.outcomes import NonConforming, holds, same
from suites.expect.phase import exited_with_0, refused, succeeded


def made_of_one_child(storage: StorageScope, run: PhaseRun, choices: Choices) -> ImageSpec | None:
    """Raise NonConforming unless an image was made of a child that may be taken, or none where that is right.

    Where the tag holds that image already, it need not be written again. Gives the child, None where the phase refused.
    """
    if not choices.images or (run.status != 0 and choices.may_refuse):
        refused(run)
        return None
    exited_with_0(run)
    image = written(storage, run)
    child = child_below(image, choices)
    # What the child's config does not state, its descriptor may.
    stated = {part: image.config.get(part) or "" for part in ("os", "architecture") if part in configured(child)}
    same("what the config of the image says", stated, {part: configured(child)[part] for part in stated})
    return child


def child_below(image: StoredImage, choices: Choices) -> ImageSpec:
    """Give the child whose layers are the image's first, and that its metadata names, of those that may be taken."""
    below = [child for child in choices.images if image.layers[: len(child.layers)] == child.layer_digests]
    text = "its first layers are:" + "".join(f"\n    {layer}" for layer in image.layers[:4])
    holds(below, f"an image on {choices}", text)
    named = str(image.run_image.get("reference", ""))
    # Of two children with the same layers, such as an OCI and a Docker image, it is the one that is named.
    found = [child for child in below if identifies(named, child)]
    holds(found, f"runImage.reference to name the child below: {below[0].digest}", f"runImage.reference = {named}")
    return found[0]


def recorded_run_image(storage: StorageScope, run: PhaseRun, index: Placed, choices: Choices) -> ImageSpec | None:
    """Raise NonConforming unless the analyzer recorded a child that may be taken, or none where that is right.

    Where nothing fits, the exporter is still there to refuse: the analyzer may record the index itself. Gives the
    child.
    """
    if run.status != 0 and (choices.may_refuse or not choices.images):
        refused(run)
        return None
    succeeded(run)
    found = run.analyzed.run_image_reference
    child = next((image for image in choices.images if image.digest == digest_in(found)), None)
    itself = is_called(storage, found, index) and (choices.may_refuse or not choices.images)
    holds(child or itself, f"analyzed.toml to name {choices}, or the index itself", f"[run-image].reference = {found}")
    says = configured(child) if child else {}
    keys = {part: key for part, key in (("os", "os"), ("architecture", "arch")) if part in says}
    target = {part: run.analyzed.target.get(key) for part, key in keys.items()}
    if any(target.values()):
        same("[run-image.target]", target, {part: says[part] for part in target})
    return child


def recorded_previous_image(run: PhaseRun, index: IndexSpec, choices: Choices) -> None:
    """Raise NonConforming unless the analyzer took over one child that may be taken, or nothing where that is right."""
    images = leaves(index)
    known = [image for image in images if "io.buildpacks.lifecycle.metadata" in dict(image.labels)]
    if run.status != 0 and not choices.can_be_read:
        # What becomes of a previous image that is no image index at all, the texts do not say.
        refused(run)
        return
    if not choices.images:
        analyzed_as_absent(run, *known)
        return
    if run.status != 0 and choices.may_refuse:
        refused(run)
        return
    succeeded(run)
    found = digest_in(run.analyzed.previous_reference)
    if not found and choices.may_refuse:
        analyzed_as_absent(run, *known)
        return
    child = next((image for image in choices.images if image.digest == found), None)
    if child is None:
        raise NonConforming(f"[image].reference to name {choices}", f"[image].reference ends in {found or '(nothing)'}")
    if child in known:
        analyzed(run, child, *others(child, known))


def others(child: ImageSpec, images: Sequence[ImageSpec]) -> list[ImageSpec]:
    """Give the images whose layers are not this one's."""
    return [image for image in images if image.layer_digests != child.layer_digests]
