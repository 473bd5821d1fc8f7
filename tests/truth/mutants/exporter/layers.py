"""Faults in the layers of an app image, and in what is recorded of them."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import (
    DIFF_IDS,
    EXPORTED_LAYERS,
    EXPORTED_LOCATED,
    RIGHT,
    WRITE_TAG,
    as_index,
)

HISTORY = "    history += [{"
OF_ANOTHER = ', {**entry, "platform": {"os": "linux", "architecture": "mips64"}}'

MUTANTS = (
    Mutant(
        "lowest-base-layer-missing",
        "exporter-base-layers",
        "export.py",
        EXPORTED_LAYERS,
        EXPORTED_LAYERS.replace("layers, *(", "layers[1:], *("),
    ),
    Mutant(
        "top-base-layer-missing",
        "exporter-base-layers",
        "export.py",
        EXPORTED_LAYERS,
        EXPORTED_LAYERS.replace("layers, *(", "layers[:-1], *("),
    ),
    Mutant(
        "base-layer-repeated",
        "exporter-base-layers",
        "export.py",
        EXPORTED_LAYERS,
        EXPORTED_LAYERS.replace("[*run", "[run_image.layers[0], *run"),
    ),
    Mutant(
        "base-layers-reversed",
        "exporter-base-layers",
        "export.py",
        EXPORTED_LAYERS,
        EXPORTED_LAYERS.replace("layers, *(", "layers[::-1], *("),
    ),
    Mutant(
        "equal-base-layers-merged",
        "exporter-base-layers",
        "export.py",
        EXPORTED_LAYERS,
        EXPORTED_LAYERS.replace("*run_image.layers", "*{each.digest: each for each in run_image.layers}.values()"),
    ),
    Mutant(
        "app-below-its-base",
        "exporter-base-layers",
        "export.py",
        EXPORTED_LAYERS,
        f"{EXPORTED_LAYERS}\n    layers = layers[::-1]",
    ),
    Mutant(
        "compressed-digests-as-diff-ids",
        "exporter-base-layers",
        "publish.py",
        DIFF_IDS,
        DIFF_IDS.replace("layer.diff_id", "layer.digest"),
    ),
    Mutant(
        "diff-ids-in-another-order",
        "exporter-base-layers",
        "publish.py",
        DIFF_IDS,
        DIFF_IDS.replace("in self.layers", "in sorted(self.layers, key=lambda each: each.diff_id)"),
    ),
    Mutant(
        "a-diff-id-too-many", "exporter-base-layers", "publish.py", DIFF_IDS, f"{DIFF_IDS} + [self.layers[-1].diff_id]"
    ),
    Mutant(
        "lowest-layer-recorded-as-top",
        "exporter-base-layers",
        "export.py",
        EXPORTED_LOCATED,
        EXPORTED_LOCATED.replace("[-1]", "[0]"),
    ),
    Mutant(
        "top-layer-by-its-compressed-digest",
        "exporter-base-layers",
        "export.py",
        EXPORTED_LOCATED,
        EXPORTED_LOCATED.replace("diff_ids[-1]", "layers[-1].digest"),
    ),
    Mutant(
        "history-of-the-run-image-dropped",
        "exporter-base-layers",
        "export.py",
        HISTORY,
        "    history = []\n" + HISTORY,
        origin="habit",
    ),
    # On a registry that answers a mount with 202 (upload it yourself) the run image's layers are missing from
    # the app's repository.
    Mutant(
        "mount-is-believed",
        "exporter-base-layers",
        "registry.py",
        """\
        if session is None:
            return
        with self._download(source, digest) as file:""",
        """\
        if session is None or source.registry == target.registry:
            # The same registry: it mounts.
            return
        with self._download(source, digest) as file:""",
        origin="unseen",
    ),
    # The run image carries metadata of its own (it was built by a lifecycle): that outlives the app's.
    Mutant(
        "labels-of-the-run-image-win",
        "exporter-base-layers",
        "app_config.py",
        '"Labels": {**run_image.labels, **labels},',
        '"Labels": {**labels, **run_image.labels},',
        origin="unseen again",
    ),
    # An uncompressed layer of the run image is called gzip: who unpacks it fails.
    Mutant(
        "uncompressed-base-layers-called-gzip",
        "exporter-base-layers",
        "export.py",
        "layers: list[AnyLayer] = [*run_image.layers, *(each.layer for each in added)]",
        """\
plain, called = "application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.layer.v1.tar+gzip"
    stated = [each.descriptor["mediaType"] for each in run_image.layers]
    kinds = [called if kind == plain else kind for kind in stated]
    described = zip(run_image.layers, kinds, strict=True)
    base_layers = [each._replace(descriptor={**each.descriptor, "mediaType": kind}) for each, kind in described]
    layers: list[AnyLayer] = [*base_layers, *(each.layer for each in added)]""",
        origin="unseen again",
    ),
    # Types that are not in the table become gzip: zstd layers can't be unpacked any more.
    Mutant(
        "unknown-compressions-called-gzip",
        "exporter-base-layers",
        "publish.py",
        'kinds = [names.get(layer.descriptor["mediaType"], layer.descriptor["mediaType"]) for layer in layers]',
        'kinds = [names.get(layer.descriptor["mediaType"], LAYER_TYPES[0][docker]) for layer in layers]',
        origin="unseen again",
    ),
    # The record of the previous build outranks the run image at hand: the next rebase cuts at the wrong layer.
    Mutant(
        "top-layer-of-the-previous-build",
        "exporter-base-layers",
        "export.py",
        'located: Json = {"topLayer": export.run_image.diff_ids[-1], "reference": export.run_image.reference}',
        """\
before = export.analyzed.metadata.get("run-image") or {}
    top = before.get("top-layer") or export.run_image.diff_ids[-1]
    located: Json = {"topLayer": top, "reference": export.run_image.reference}""",
        origin="unseen again",
    ),
    Mutant(
        "index-describes-its-image-as-nobodys",
        "exporter-base-layers",
        "publish.py",
        WRITE_TAG,
        as_index('{"os": "unknown", "architecture": "unknown"}'),
        origin="published",
    ),
    Mutant(
        "index-lists-the-app-for-another-platform-too",
        "exporter-base-layers",
        "publish.py",
        WRITE_TAG,
        as_index(RIGHT, OF_ANOTHER),
        origin="published",
    ),
)
