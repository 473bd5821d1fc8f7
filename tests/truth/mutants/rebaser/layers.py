"""Faults in the layers of a rebased image, and in what is recorded of them."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import DIFF_IDS, NEW_METADATA, REBASED_LAYERS

REMOVED = "    removed = _run_image_layers(app, rebase.metadata)\n"
REBASED_LOCATED = 'located = {"topLayer": rebase.run_image.diff_ids[-1], "reference": rebase.run_image.reference}'
SOURCE = 'source = parse(inputs.value("previous-image")) if inputs.value("previous-image") else tags[0]'
REBASED_HISTORY = "    history = history_of(run_image.config, len(run_image.layers)) + history_after("

MUTANTS = (
    Mutant("on-top-of-the-old-base", "rebaser-layers", "rebase.py", REMOVED, "    removed = 0\n"),
    Mutant("lowest-app-layer-lost", "rebaser-layers", "rebase.py", REMOVED, f"{REMOVED}    removed += 1\n"),
    Mutant("top-of-the-old-base-kept", "rebaser-layers", "rebase.py", REMOVED, f"{REMOVED}    removed -= 1\n"),
    Mutant(
        "as-many-layers-as-the-new-base-has",
        "rebaser-layers",
        "rebase.py",
        REMOVED,
        "    removed = len(run_image.layers)\n",
    ),
    Mutant(
        "new-base-reversed",
        "rebaser-layers",
        "rebase.py",
        REBASED_LAYERS,
        REBASED_LAYERS.replace("run_image.layers,", "run_image.layers[::-1],"),
    ),
    Mutant(
        "new-base-without-its-top",
        "rebaser-layers",
        "rebase.py",
        REBASED_LAYERS,
        REBASED_LAYERS.replace("run_image.layers,", "run_image.layers[:-1],"),
    ),
    Mutant(
        "new-base-above-the-app",
        "rebaser-layers",
        "rebase.py",
        REBASED_LAYERS,
        "layers = (*app.layers[removed:], *run_image.layers)",
    ),
    Mutant(
        "equal-layers-of-the-base-merged",
        "rebaser-layers",
        "rebase.py",
        REBASED_LAYERS,
        f"{REBASED_LAYERS}\n    layers = tuple({{each.digest: each for each in layers}}.values())",
    ),
    Mutant(
        "layer-digests-as-diff-ids",
        "rebaser-layers",
        "publish.py",
        DIFF_IDS,
        DIFF_IDS.replace("layer.diff_id", "layer.digest"),
    ),
    Mutant(
        "old-diff-ids-kept",
        "rebaser-layers",
        "publish.py",
        DIFF_IDS,
        DIFF_IDS + ' if "--" in str(self) else self.config["rootfs"]["diff_ids"]',
    ),
    Mutant(
        "top-layer-not-updated",
        "rebaser-layers",
        "rebase.py",
        REBASED_LOCATED,
        REBASED_LOCATED.replace('"topLayer": rebase.run_image.diff_ids[-1], ', ""),
    ),
    Mutant(
        "run-image-not-updated",
        "rebaser-layers",
        "rebase.py",
        REBASED_LOCATED,
        REBASED_LOCATED.replace(', "reference": rebase.run_image.reference', ""),
    ),
    Mutant("metadata-not-updated", "rebaser-layers", "rebase.py", NEW_METADATA, "return rebase.metadata"),
    Mutant(
        "previous-image-of-a-rebase-ignored", "rebaser-layers", "rebase.py", SOURCE, "source = tags[0]", origin="habit"
    ),
    Mutant(
        "history-of-the-new-base-left-out",
        "rebaser-layers",
        "rebase.py",
        REBASED_HISTORY,
        "    history = history_after(",
        origin="habit",
    ),
    # With -run-image as the digest of an index, the metadata label names the index and not the child that the
    # app is on.
    Mutant(
        "rebase-records-pinned-index",
        "rebaser-layers",
        "rebase.py",
        """\
    located = {"topLayer": rebase.run_image.diff_ids[-1], "reference": rebase.run_image.reference}""",
        """\
    pinned = "@" in rebase.run_image_name
    reference = rebase.run_image_name if pinned else rebase.run_image.reference
    located = {"topLayer": rebase.run_image.diff_ids[-1], "reference": reference}""",
        origin="unseen",
    ),
    # An app layer that the new run image happens to have too is dropped: what lay above it in the run image now
    # hides it, and history no longer agrees.
    Mutant(
        "app-layer-in-run-image-dropped",
        "rebaser-layers",
        "rebase.py",
        "    layers = (*run_image.layers, *app.layers[removed:])",
        """\
    layers = (*run_image.layers, *(each for each in app.layers[removed:] if each.diff_id not in run_image.diff_ids))""",
        origin="unseen",
    ),
    # Where the old run image has empty_layer entries, the rebased image has more history entries than layers.
    Mutant(
        "history-cut-by-layers",
        "rebaser-layers",
        "rebase.py",
        "history_after(app.config, len(app.layers), removed)",
        "history_of(app.config, len(app.layers))[removed:]",
        origin="unseen",
    ),
    # The new run image is recorded as if it were in the app's repository, where it is not.
    Mutant(
        "run-image-recorded-in-the-apps-repository",
        "rebaser-layers",
        "rebase.py",
        '"reference": rebase.run_image.reference}',
        '"reference": f"{rebase.app.repository}@{rebase.run_image.digest}"}',
        origin="unseen again",
    ),
    # The new run image's digest is recorded in the repository of the old run image.
    Mutant(
        "new-digest-in-the-old-repository",
        "rebaser-layers",
        "rebase.py",
        """\
    located = {"topLayer": rebase.run_image.diff_ids[-1], "reference": rebase.run_image.reference}
""",
        """\
    old, at, _ = str(recorded.get("reference", "")).partition("@")
    where = old if at else str(rebase.run_image.repository)
    located = {"topLayer": rebase.run_image.diff_ids[-1], "reference": f"{where}@{rebase.run_image.digest}"}
""",
        origin="unseen again",
    ),
    # The texts do not say which of two equal layers is the top one.
    Mutant(
        "first-of-equal-layers-is-the-top",
        "rebaser-layers",
        "rebase.py",
        "return places[-1] + 1",
        "return places[0] + 1",
        origin="left open",
    ),
)
