"""Faults in the app image that an export gives, and in what is said of it."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

LAYERS = "layers: list[AnyLayer] = [*run_image.layers, *(each.layer for each in added)]"
IN_FORMAT = "NewImage(media_type, manifest, config, in_format(layers, media_type), tuple(history))"
CONFIG = 'return {**run_image.config, "created": when, "config": run_config}'
DIFF_IDS = '"diff_ids": [layer.diff_id for layer in self.layers]'
LOCATED = 'located: Json = {"topLayer": export.run_image.diff_ids[-1], "reference": export.run_image.reference}'
KEPT_ENV = 'return [*kept, *(f"{name}={value}" for name, value in values.items())]'
KEPT_LABELS = '"Labels": {**run_image.labels, **labels},'
TARGET = 'target: Table = {"os": platform.os, "arch": platform.architecture}'
VARIANT = '        target["variant"] = platform.variant\n'
DISTRO = '        target["distro"] = distro\n'
ANY_DISTRO = "    if any(distro.values()):\n"
OS_RELEASE = '__import__("platform").freedesktop_os_release()'
NAMED = 'return {"reference": image.reference, "image": name, "target": target}'
EVERY_TAG = "    for tag in tags:\n        registry.write_manifest(tag, image.media_type, manifest)\n"
REPORT = '"digest": digest_of(manifest), "manifest-size"'
RUN_IMAGE = "selection.find(registry, parse(analyzed.run_image), wanted)"


def without(field: str) -> str:
    """Give the expression for the config of the app image without a field of the run image's."""
    return (
        f'return {{**{{key: value for key, value in run_image.config.items() if key != "{field}"}}, '
        '"created": when, "config": run_config}'
    )


def written(file: str, *arguments: str) -> str:
    """Give the loop over tags of one phase with other arguments; the other phase's stays."""
    tag, manifest = arguments
    return (
        f"    mutated = inputs.phase == {file!r}\n    for place, tag in enumerate({tag} if mutated else tags):\n"
        f"        registry.write_manifest(tag, image.media_type, {manifest} if mutated else manifest)\n"
    )


MUTANTS = (
    Mutant(
        "lowest-base-layer-missing",
        "exporter-base-layers",
        "export.py",
        LAYERS,
        LAYERS.replace("layers, *(", "layers[1:], *("),
    ),
    Mutant(
        "top-base-layer-missing",
        "exporter-base-layers",
        "export.py",
        LAYERS,
        LAYERS.replace("layers, *(", "layers[:-1], *("),
    ),
    Mutant(
        "base-layer-repeated",
        "exporter-base-layers",
        "export.py",
        LAYERS,
        LAYERS.replace("[*run", "[run_image.layers[0], *run"),
    ),
    Mutant(
        "base-layers-reversed",
        "exporter-base-layers",
        "export.py",
        LAYERS,
        LAYERS.replace("layers, *(", "layers[::-1], *("),
    ),
    Mutant(
        "equal-base-layers-merged",
        "exporter-base-layers",
        "export.py",
        LAYERS,
        LAYERS.replace("*run_image.layers", "*{each.digest: each for each in run_image.layers}.values()"),
    ),
    Mutant("app-below-its-base", "exporter-base-layers", "export.py", LAYERS, f"{LAYERS}\n    layers = layers[::-1]"),
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
        "media-types-mixed",
        "phase-output-readable",
        "export.py",
        IN_FORMAT,
        IN_FORMAT.replace("in_format(layers, media_type)", "tuple(layers)"),
    ),
    Mutant(
        "lowest-layer-recorded-as-top", "exporter-base-layers", "export.py", LOCATED, LOCATED.replace("[-1]", "[0]")
    ),
    Mutant(
        "top-layer-by-its-compressed-digest",
        "exporter-base-layers",
        "export.py",
        LOCATED,
        LOCATED.replace("diff_ids[-1]", "layers[-1].digest"),
    ),
    Mutant(
        "run-image-recorded-by-tag",
        "exporter-run-index",
        "export.py",
        LOCATED,
        LOCATED.replace("export.run_image.reference", "export.analyzed.run_image_name"),
    ),
    Mutant(
        "architecture-by-the-kernels-name",
        "exporter-base-config",
        "app_config.py",
        CONFIG,
        CONFIG.replace('"created"', '"architecture": os.uname().machine + "-host", "created"'),
    ),
    Mutant("variant-dropped", "exporter-base-config", "app_config.py", CONFIG, without("variant")),
    Mutant(
        "variant-made-up",
        "exporter-base-config",
        "app_config.py",
        CONFIG,
        CONFIG.replace('"created"', '"variant": run_image.platform.normal_variant, "created"'),
    ),
    Mutant("os-version-dropped", "exporter-base-config", "app_config.py", CONFIG, without("os.version")),
    Mutant("environment-dropped", "exporter-base-config", "app_config.py", KEPT_ENV, KEPT_ENV.replace("*kept, ", "")),
    Mutant(
        "path-dropped", "exporter-base-config", "app_config.py", 'path = run_image.environment.get("PATH")', 'path = ""'
    ),
    Mutant("labels-dropped", "exporter-base-config", "app_config.py", KEPT_LABELS, '"Labels": dict(labels),'),
    Mutant(
        "strange-labels-dropped",
        "exporter-base-config",
        "app_config.py",
        KEPT_LABELS,
        '"Labels": {**{name: text for name, text in run_image.labels.items() if "buildpacks" in name}, **labels},',
    ),
    Mutant(
        "tag-read-again",
        "exporter-run-recorded",
        "export.py",
        RUN_IMAGE,
        RUN_IMAGE.replace("run_image)", "run_image_name or analyzed.run_image)"),
    ),
    Mutant(
        "tag-read-again-where-it-is-an-index",
        "exporter-run-recorded",
        "export.py",
        f"    run_image = {RUN_IMAGE}\n",
        f"    run_image = {RUN_IMAGE}\n"
        "    moved = registry.read_manifest(parse(analyzed.run_image_name))\n"
        "    if 'index' in moved.media_type:\n"
        "        run_image = selection.find(registry, parse(analyzed.run_image_name), wanted)\n",
    ),
    Mutant(
        "analyzed-digest-dropped",
        "build-run-index",
        "export.py",
        RUN_IMAGE,
        RUN_IMAGE.replace("run_image)", "run_image.partition('@')[0] + ':newest')"),
    ),
    Mutant(
        "first-tag-only", "exporter-every-tag", "publish.py", EVERY_TAG, written("exporter", "tags[:1]", "manifest")
    ),
    Mutant(
        "last-tag-only", "exporter-every-tag", "publish.py", EVERY_TAG, written("exporter", "tags[-1:]", "manifest")
    ),
    Mutant(
        "another-image-for-each-tag",
        "exporter-every-tag",
        "publish.py",
        EVERY_TAG,
        written("exporter", "tags", "manifest + b' ' * place"),
    ),
    Mutant(
        "one-tag-more",
        "exporter-every-tag",
        "publish.py",
        EVERY_TAG,
        written("exporter", '[*tags, replace(tags[0], tag="extra")]', "manifest"),
    ),
    Mutant(
        "digest-of-the-config-reported",
        "exporter-report-digest",
        "publish.py",
        REPORT,
        REPORT.replace("manifest)", "image.config_content())"),
    ),
    Mutant(
        "digest-of-something-else-reported",
        "exporter-report-digest",
        "publish.py",
        REPORT,
        REPORT.replace("manifest)", "manifest + b' ')"),
    ),
    Mutant("digest-not-reported", "exporter-report-digest", "publish.py", REPORT, '"manifest-size"'),
    Mutant(
        "nothing-reported",
        "exporter-report-digest",
        "publish.py",
        '    files.write_toml(report, {"image": described}, owner)',
        "    return",
    ),
    Mutant("target-variant-dropped", "analyzer-run-target", "analyze.py", VARIANT, "        pass\n"),
    Mutant(
        "target-variant-made-up",
        "analyzer-run-target",
        "analyze.py",
        TARGET,
        f'{TARGET}\n    target["variant"] = platform.normal_variant',
    ),
    Mutant("target-distribution-dropped", "analyzer-run-target", "analyze.py", DISTRO, "        pass\n"),
    Mutant(
        "target-distribution-without-version",
        "analyzer-run-target",
        "analyze.py",
        DISTRO,
        '        target["distro"] = {"name": distro["name"]}\n',
    ),
    Mutant(
        "target-distribution-made-up",
        "analyzer-run-target",
        "analyze.py",
        ANY_DISTRO,
        f'    distro = {{key: value or "made-up" for key, value in distro.items()}}\n{ANY_DISTRO}',
    ),
    Mutant(
        "os-release-outranks-the-labels",
        "analyzer-run-target",
        "analyze.py",
        ANY_DISTRO,
        f'    distro |= {{"name": {OS_RELEASE}["ID"], "version": {OS_RELEASE}.get("VERSION_ID")}}\n{ANY_DISTRO}',
    ),
    Mutant(
        "target-architecture-by-the-kernels-name",
        "analyzer-run-target",
        "analyze.py",
        TARGET,
        TARGET.replace("platform.architecture", "__import__('os').uname().machine + '-host'"),
    ),
    Mutant(
        "target-of-the-first-child",
        "analyzer-run-target",
        "analyze.py",
        '"run-image": _describe(run_image, name, inputs)}\n',
        """\
"run-image": _describe(run_image, name, inputs)}
    document = registry.read_manifest(parse(name))
    if selection.images.is_index(document):
        first = selection.images.entries(document)[0]
        first = selection._read(registry, selection._read_child(registry, document, first))
        analyzed["run-image"]["target"] = _describe(first, name, inputs)["target"]
""",
    ),
    Mutant(
        "digest-as-the-name",
        "analyzer-run-image-name",
        "analyze.py",
        NAMED,
        NAMED.replace('"image": name', '"image": image.reference'),
    ),
    Mutant(
        "name-without-its-digest",
        "analyzer-run-image-name",
        "analyze.py",
        NAMED,
        NAMED.replace('"image": name', '"image": name.partition("@")[0]'),
    ),
    Mutant("no-name", "analyzer-run-image-name", "analyze.py", NAMED, NAMED.replace('"image": name, ', "")),
)
