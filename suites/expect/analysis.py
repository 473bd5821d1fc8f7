"""What the analyzer ought to record, and what of a previous image may be taken over."""

from __future__ import annotations

import json
from collections.abc import Mapping

from fixtures.lifecycle.outputs import texts_in
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.images import ImageSpec
from fixtures.oci.labels import LIFECYCLE_METADATA
from fixtures.oci.reference import digest_in
from fixtures.storage.scope import StorageScope
from fixtures.storage.stored_image import StoredImage
from suites.expect.distributions import labeled
from suites.expect.image import written
from suites.expect.outcomes import holds, same
from suites.expect.phase import proper_exit_status, succeeded


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
    succeeded(run)
    reference = run.analyzed.previous_reference
    holds(not reference, "analyzed.toml to name no previous image", f"[image].reference = {reference}")
    carried = sorted(frozenset().union(*(layer_metadata(image) for image in images)) & run.analyzed.metadata_texts)
    holds(not carried, "analyzed.toml without layer metadata", f"[metadata] with {', '.join(carried)}")


def recorded(run: PhaseRun, child: ImageSpec) -> None:
    """Raise NonConforming unless the analyzer recorded exactly this run image, by digest."""
    same("[run-image].reference", digest_in(run.analyzed.run_image_reference), child.digest)


def target_of(image: ImageSpec | StoredImage) -> Mapping[str, str]:
    """Give the target data of an image (platform.md 0.12, "Target Data"), "" where it states none."""
    platform, (name, version) = image.platform, labeled(image)
    return {
        "os": platform.os,
        "architecture": platform.architecture,
        "variant": platform.variant,
        "distro.name": name,
        "distro.version": version,
    }


def exported_as_absent(storage: StorageScope, run: PhaseRun, *images: ImageSpec) -> None:
    """Raise NonConforming unless the exporter succeeded and took over nothing of these previous images."""
    succeeded(run)
    nothing_taken(storage, run, *images)


def nothing_taken(storage: StorageScope, run: PhaseRun, *images: ImageSpec) -> None:
    """Raise NonConforming where what was exported, if anything was, has a layer of these previous images."""
    proper_exit_status(run)
    if run.status == 0:
        image = written(storage, run)
        own = {digest for spec in images for digest in (*spec.layer_digests, *spec.diff_ids)}
        taken = sorted(own & {*image.layers, *image.diff_ids})
        holds(not taken, "no layer of the previous image in the app image", f"in both: {', '.join(taken)}")
