"""Faults in the image that a rebase gives, with force and without."""

from __future__ import annotations

from tests.truth.mutants.exports import DIFF_IDS, EVERY_TAG, REPORT, written
from tests.truth.mutants.mutant import Mutant

LAYERS = "layers = (*run_image.layers, *app.layers[removed:])"
FORMAT = "media_type = format_of(layers, app.media_type)"
REMOVED = "    removed = _run_image_layers(app, rebase.metadata)\n"
LOCATED = 'located = {"topLayer": rebase.run_image.diff_ids[-1], "reference": rebase.run_image.reference}'
CONFIG = 'config = {**app.config, "created": CREATED, "config": {**app.run_config, "Labels": _labels(rebase)}}'
FORCED_CONFIG = "    if rebase.force:\n        config = {key"
TARGET_DROPPED = "        config = {key: value for key, value in config.items() if key not in TARGET_KEYS}\n"
KEPT_LABELS = "kept = {name: value for name, value in app.items() if not name.startswith(prefixes)}"
DISTRO_KEPT = "    if not rebase.force:\n        # Without"
FORCE = 'return self.inputs.switch("force")'
FIND = 'find = selection.find_any if inputs.switch("force") else selection.find'
VARIANTS = 'variants = {app.platform.variant, run_image.platform.variant} - {""}'
CONFLICT = "if not fits(app.platform, run_image.platform) or len(variants) > 1:"
NEW_METADATA = 'return {**rebase.metadata, "runImage": {**recorded, **located}}'
APP_PLATFORM = "    wanted = BuildPlatform(app.platform)\n"
FIRST_WITH_FORCE = f"""\
{APP_PLATFORM}\
    document = registry.read_manifest(parse(name))
    if inputs.switch("force") and selection.images.is_index(document):
        wanted = BuildPlatform(selection.images.entries(document)[0].platform)
"""
REFUSED_INDEX = """\
    if rebase.force and selection.images.is_index(registry.read_manifest(parse(name))):
        raise RefusedError("an index")
"""
FINAL = "NewImage(media_type, manifest, config, in_format(layers, media_type), tuple(history))"


def config_with(change: str) -> str:
    """Give the statement that derives the config, with a further change of it."""
    return f"{CONFIG}\n    {change}"


MUTANTS = (
    # the run image's layers
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
        LAYERS,
        LAYERS.replace("run_image.layers,", "run_image.layers[::-1],"),
    ),
    Mutant(
        "new-base-without-its-top",
        "rebaser-layers",
        "rebase.py",
        LAYERS,
        LAYERS.replace("run_image.layers,", "run_image.layers[:-1],"),
    ),
    Mutant(
        "new-base-above-the-app",
        "rebaser-layers",
        "rebase.py",
        LAYERS,
        "layers = (*app.layers[removed:], *run_image.layers)",
    ),
    Mutant(
        "equal-layers-of-the-base-merged",
        "rebaser-layers",
        "rebase.py",
        LAYERS,
        f"{LAYERS}\n    layers = tuple({{each.digest: each for each in layers}}.values())",
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
        LOCATED,
        LOCATED.replace('"topLayer": rebase.run_image.diff_ids[-1], ', ""),
    ),
    Mutant(
        "run-image-not-updated",
        "rebaser-layers",
        "rebase.py",
        LOCATED,
        LOCATED.replace(', "reference": rebase.run_image.reference', ""),
    ),
    Mutant("metadata-not-updated", "rebaser-layers", "rebase.py", NEW_METADATA, "return rebase.metadata"),
    Mutant(
        "media-types-mixed-at-a-rebase",
        "phase-output-readable",
        "rebase.py",
        FINAL,
        FINAL.replace("in_format(layers, media_type)", "layers"),
    ),
    # the rest of the image
    Mutant(
        "author-dropped", "rebaser-identical-otherwise", "rebase.py", CONFIG, config_with('config.pop("author", None)')
    ),
    Mutant(
        "environment-of-the-run-image",
        "rebaser-identical-otherwise",
        "rebase.py",
        CONFIG,
        config_with('config["config"]["Env"] = run_image.run_config["Env"]'),
    ),
    Mutant(
        "environment-sorted-and-cut",
        "rebaser-identical-otherwise",
        "rebase.py",
        CONFIG,
        config_with('config["config"]["Env"] = sorted(config["config"]["Env"])[1:]'),
    ),
    Mutant(
        "entrypoint-dropped",
        "rebaser-identical-otherwise",
        "rebase.py",
        CONFIG,
        config_with('config["config"].pop("Entrypoint")'),
    ),
    Mutant(
        "working-directory-dropped",
        "rebaser-identical-otherwise",
        "rebase.py",
        CONFIG,
        config_with('config["config"].pop("WorkingDir")'),
    ),
    Mutant(
        "user-of-the-run-image",
        "rebaser-identical-otherwise",
        "rebase.py",
        CONFIG,
        config_with('config["config"]["User"] = run_image.run_config.get("User", "")'),
    ),
    Mutant(
        "unknown-fields-dropped",
        "rebaser-identical-otherwise",
        "rebase.py",
        CONFIG,
        config_with('for key in ("ExposedPorts", "StopSignal", "Volumes"): config["config"].pop(key, None)'),
    ),
    Mutant("labels-dropped-at-a-rebase", "rebaser-identical-otherwise", "rebase.py", KEPT_LABELS, "kept = {}"),
    Mutant(
        "labels-of-the-run-image-added",
        "rebaser-identical-otherwise",
        "rebase.py",
        KEPT_LABELS,
        "kept = {**app, **run_image}",
    ),
    Mutant(
        "app-layers-reversed",
        "rebaser-identical-otherwise",
        "rebase.py",
        LAYERS,
        LAYERS.replace("app.layers[removed:]", "app.layers[removed:][::-1]"),
    ),
    Mutant(
        "app-layers-recorded-no-more",
        "rebaser-identical-otherwise",
        "rebase.py",
        NEW_METADATA,
        'return {"runImage": {**recorded, **located}}',
    ),
    # tags and report
    Mutant(
        "first-tag-only-at-a-rebase",
        "rebaser-every-tag",
        "publish.py",
        EVERY_TAG,
        written("rebaser", "tags[:1]", "manifest"),
    ),
    Mutant(
        "another-image-for-each-tag-at-a-rebase",
        "rebaser-every-tag",
        "publish.py",
        EVERY_TAG,
        written("rebaser", "tags", "manifest + b' ' * place"),
    ),
    Mutant(
        "digest-of-something-else-reported-at-a-rebase",
        "rebaser-every-tag",
        "publish.py",
        REPORT,
        REPORT.replace("manifest)", "manifest + b' ')"),
    ),
    Mutant(
        "one-tag-more-at-a-rebase",
        "rebaser-every-tag",
        "publish.py",
        EVERY_TAG,
        written("rebaser", '[*tags, replace(tags[0], tag="extra")]', "manifest"),
    ),
    # the target, without force
    Mutant(
        "target-of-the-run-image",
        "rebaser-target-kept",
        "rebase.py",
        FORCED_CONFIG,
        FORCED_CONFIG.replace("rebase.force", "True"),
    ),
    Mutant(
        "variant-dropped-at-a-rebase",
        "rebaser-target-kept",
        "rebase.py",
        CONFIG,
        config_with('config.pop("variant", None)'),
    ),
    Mutant(
        "variant-of-the-run-image",
        "rebaser-target-kept",
        "rebase.py",
        CONFIG,
        config_with('config["variant"] = run_image.platform.variant'),
    ),
    Mutant(
        "distribution-dropped-at-a-rebase",
        "rebaser-target-kept",
        "rebase.py",
        "        synced |= {name: app[name] for name in DISTRO_LABELS if app.get(name)}\n",
        "        synced = {name: value for name, value in synced.items() if name not in DISTRO_LABELS}\n",
    ),
    Mutant(
        "architecture-of-the-rebaser",
        "rebaser-target-kept",
        "rebase.py",
        CONFIG,
        config_with('config["architecture"] = build_platform.runtime().architecture'),
    ),
    Mutant(
        "conflict-is-a-warning",
        "rebaser-target-conflict",
        "rebase.py",
        "        if not rebase.force:\n            raise RefusedError(",
        "        if False:\n            raise RefusedError(",
    ),
    Mutant("variants-not-compared", "rebaser-target-conflict", "rebase.py", CONFLICT, CONFLICT.replace("> 1", "> 2")),
    Mutant(
        "distributions-not-compared",
        "rebaser-target-conflict",
        "rebase.py",
        "        if len(stated) > 1:\n",
        "        if False:\n",
    ),
    Mutant(
        "distribution-versions-not-compared",
        "rebaser-target-conflict",
        "rebase.py",
        "    for label in DISTRO_LABELS:\n",
        "    for label in DISTRO_LABELS[:1]:\n",
    ),
    Mutant(
        "distribution-names-not-compared",
        "rebaser-target-conflict",
        "rebase.py",
        "    for label in DISTRO_LABELS:\n",
        "    for label in DISTRO_LABELS[1:]:\n",
    ),
    Mutant(
        "conflict-with-success-for-a-status",
        "rebaser-target-conflict",
        "rebase.py",
        "        if not rebase.force:\n            raise RefusedError(",
        "        if not rebase.force:\n            raise SystemExit(0)\n            raise RefusedError(",
    ),
    Mutant(
        "variant-demanded-of-both-sides",
        "rebaser-variant-unstated",
        "rebase.py",
        VARIANTS,
        VARIANTS.removesuffix(' - {""}'),
    ),
    Mutant(
        "variant-demanded-of-the-run-image",
        "rebaser-variant-unstated",
        "rebase.py",
        CONFLICT,
        CONFLICT.replace("if not", "if (app.platform.variant and not run_image.platform.variant) or not"),
    ),
    # force
    Mutant("force-ignored", "rebaser-force-derived", "rebase.py", FORCE, "return False"),
    Mutant("force-always-on", "rebaser-target-conflict", "rebase.py", FORCE, "return True"),
    Mutant(
        "force-keeps-the-old-target",
        "rebaser-force-derived",
        "rebase.py",
        FORCED_CONFIG,
        FORCED_CONFIG.replace("rebase.force", "False"),
    ),
    Mutant("force-keeps-the-old-variant", "rebaser-force-derived", "rebase.py", TARGET_DROPPED, ""),
    Mutant(
        "force-keeps-the-old-distribution",
        "rebaser-force-derived",
        "rebase.py",
        DISTRO_KEPT,
        DISTRO_KEPT.replace("not rebase.force", "True"),
    ),
    Mutant(
        "force-takes-everything-but-the-variant",
        "rebaser-force-derived",
        "rebase.py",
        "for key in TARGET_KEYS if key in run_image.config}",
        "for key in TARGET_KEYS[:2]}",
    ),
    Mutant("force-refuses-another-architecture", "rebaser-force-derived", "rebase.py", FIND, "find = selection.find"),
    Mutant(
        "force-takes-the-hosts-child",
        "rebaser-force-index",
        "rebase.py",
        APP_PLATFORM,
        '    wanted = BuildPlatform(build_platform.runtime() if inputs.switch("force") else app.platform)\n',
    ),
    Mutant(
        "force-refuses-an-index",
        "rebaser-force-index",
        "rebase.py",
        "    check(rebase)\n    publish",
        f"    check(rebase)\n{REFUSED_INDEX}    publish",
    ),
    Mutant("force-takes-the-first-child", "rebaser-force-index", "rebase.py", APP_PLATFORM, FIRST_WITH_FORCE),
)
