"""Faults in what a rebase leaves in labels and report, and in which rebases it allows."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import NEW_METADATA, REBASED_CONFIG, REBASER_FINDS, config_with

PREFIXES = "prefixes = (labels.STACK_PREFIX, labels.BASE_PREFIX) if rebase.has_targets else (labels.STACK_PREFIX,)"
KEPT_LABELS = "kept = {name: value for name, value in app.items() if not name.startswith(prefixes)}"
SYNCED = "synced = {name: value for name, value in run_image.items() if name.startswith(prefixes)}"
KNOWN = "if not rebase.has_targets or _is_known(rebase):"
RENAMED = 'return {**rebase.metadata, "runImage": {**located, **names}, "stack": {"runImage": names}}'
ALIKE = "return parse(_without_digest(one)).name == parse(_without_digest(other)).name"
REPORTED = (
    'described = {"tags": [str(tag) for tag in tags], "digest": digest_of(manifest), "manifest-size": len(manifest)}'
)
NAMED = "    if not _is_known(rebase):\n"


def reported(change: str) -> str:
    """Give the report of the rebaser with a change; the exporter's stays."""
    return f'{REPORTED}\n    if inputs.phase == "rebaser":\n        {change}'


MUTANTS = (
    Mutant("base-labels-stay-old", "rebaser-base-labels", "rebase.py", PREFIXES, "prefixes = (labels.STACK_PREFIX,)"),
    Mutant("stack-labels-stay-old", "rebaser-base-labels", "rebase.py", PREFIXES, "prefixes = (labels.BASE_PREFIX,)"),
    Mutant(
        "new-base-labels-are-not-added",
        "rebaser-base-labels",
        "rebase.py",
        SYNCED,
        "synced = {name: run_image[name] for name in app if name.startswith(prefixes) and name in run_image}",
    ),
    Mutant(
        "old-base-labels-stay-where-the-new-image-has-none",
        "rebaser-base-labels",
        "rebase.py",
        KEPT_LABELS,
        "kept = {name: value for name, value in app.items()}",
        origin="drawn",
    ),
    Mutant(
        "base-labels-of-the-first-child",
        "rebaser-base-labels",
        "rebase.py",
        "app, run_image = rebase.app.labels, rebase.run_image.labels\n    kept",
        """\
app, run_image = rebase.app.labels, rebase.run_image.labels
    registry = Registry(rebase.inputs.environ)
    document = registry.read_manifest(parse(rebase.run_image_name))
    if selection.images.is_index(document):
        first = selection._read_child(registry, document, selection.images.entries(document)[0])
        run_image = selection._read(registry, first).labels
    kept""",
    ),
    Mutant(
        "every-rebase-renames",
        "rebaser-names-kept",
        "rebase.py",
        KNOWN,
        "if not rebase.has_targets:",
        origin="drawn",
    ),
    Mutant(
        "mirrors-forgotten-at-a-rebase",
        "rebaser-names-kept",
        "rebase.py",
        NEW_METADATA,
        'return {**rebase.metadata, "runImage": {"image": recorded.get("image"), **located}}',
        origin="drawn",
    ),
    Mutant(
        "stack-key-forgotten-at-a-rebase",
        "rebaser-names-kept",
        "rebase.py",
        NEW_METADATA,
        'return {**rebase.metadata, "runImage": {**recorded, **located}, "stack": {}}',
    ),
    Mutant(
        "forced-rename-drops-all-else",
        "rebaser-names-kept",
        "rebase.py",
        RENAMED,
        'return {"runImage": {**located, **names}, "stack": {"runImage": names}}',
        origin="drawn",
    ),
    Mutant("old-name-kept-though-forced", "rebaser-force-renames", "rebase.py", KNOWN, "if True:"),
    Mutant(
        "old-mirrors-kept-though-forced",
        "rebaser-force-renames",
        "rebase.py",
        'names = {"image": rebase.run_image_name}',
        'names = {"image": rebase.run_image_name, "mirrors": recorded.get("mirrors", [])}',
    ),
    Mutant(
        "old-name-in-the-stack-key-though-forced",
        "rebaser-force-renames",
        "rebase.py",
        RENAMED,
        'return {**rebase.metadata, "runImage": {**located, **names}}',
    ),
    Mutant(
        "rebased-onto-an-unnamed-run-image", "rebaser-run-named", "rebase.py", NAMED, "    if False:\n", origin="drawn"
    ),
    Mutant(
        "names-are-compared-as-they-are-spelled",
        "rebaser-run-spelling",
        "references.py",
        ALIKE,
        "return parse(one).text == parse(other).text",
        origin="drawn",
    ),
    Mutant(
        "names-are-compared-with-their-digest",
        "rebaser-run-spelling",
        "references.py",
        ALIKE,
        "return parse(one).name + parse(one).digest == parse(other).name + parse(other).digest",
        origin="drawn",
    ),
    Mutant(
        "not-rebasable-is-not-read",
        "rebaser-rebasable",
        "rebase.py",
        'if app.labels.get(labels.REBASABLE) == "false":',
        "if False:",
    ),
    Mutant(
        "not-rebasable-with-force-either",
        "rebaser-rebasable",
        "rebase.py",
        "    problems = _target_problems(rebase)",
        '    if rebase.app.labels.get(labels.REBASABLE) == "false":\n'
        '        raise RefusedError("never")\n'
        "    problems = _target_problems(rebase)",
    ),
    Mutant(
        "os-features-dropped-at-a-rebase",
        "rebaser-os-fields-agree",
        "rebase.py",
        REBASED_CONFIG,
        config_with('config.pop("os.features", None)'),
    ),
    Mutant(
        "os-version-dropped-at-a-rebase",
        "rebaser-os-fields-agree",
        "rebase.py",
        REBASED_CONFIG,
        config_with('config.pop("os.version", None)'),
    ),
    Mutant(
        "os-features-dropped-with-force",
        "rebaser-os-fields-agree",
        "rebase.py",
        "config |= {key: run_image.config[key] for key in TARGET_KEYS if key in run_image.config}",
        "config |= {key: run_image.config[key] for key in TARGET_KEYS[:4] if key in run_image.config}",
    ),
    Mutant(
        "size-not-reported-by-the-rebaser",
        "rebaser-report",
        "publish.py",
        REPORTED,
        reported('del described["manifest-size"]'),
    ),
    Mutant(
        "size-of-the-config-reported-by-the-rebaser",
        "rebaser-report",
        "publish.py",
        REPORTED,
        reported('described["manifest-size"] = len(image.config_content())'),
    ),
    Mutant(
        "first-tag-reported-by-the-rebaser",
        "rebaser-report",
        "publish.py",
        REPORTED,
        reported('described["tags"] = described["tags"][:1]'),
    ),
    Mutant(
        "label-without-mirrors-names-nothing",
        "rebaser-run-index",
        "labels.py",
        'image, mirrors = value.get("image"), value.get("mirrors")',
        'image, mirrors = value.get("image") if "mirrors" in value else "", value.get("mirrors")',
        origin="drawn",
    ),
    Mutant(
        "entry-without-layers-is-no-metadata",
        "rebaser-run-index",
        "labels.py",
        "    return value if isinstance(value, dict) else None\n\n\ndef as_toml",
        """\
    if isinstance(value, dict) and not all("layers" in entry for entry in value.get("buildpacks") or []):
        return None
    return value if isinstance(value, dict) else None


def as_toml""",
        origin="drawn",
    ),
    Mutant(
        "all-below-the-first-layer-of-the-app-is-the-base",
        "rebaser-identical-otherwise",
        "rebase.py",
        "    return places[-1] + 1\n",
        "    return lowest_own\n",
        origin="drawn",
    ),
    Mutant(
        "variant-of-amd64-must-be-the-same",
        "rebaser-variant-unstated",
        "platforms.py",
        "    if same and not (wanted.variant and offered.variant):",
        '    if same and not (wanted.variant and offered.variant) and wanted.architecture != "amd64":',
        origin="drawn",
    ),
    Mutant(
        "next-entry-where-a-child-is-lost-rebase",
        "rebaser-run-absent",
        "rebase.py",
        REBASER_FINDS,
        f"""\
    from .errors import MalformedImageError
    try:
    {REBASER_FINDS.splitlines()[0]}
    except MalformedImageError:
        document = registry.read_manifest(parse(name))
        left = [each for each in selection.images.entries(document) if each.platform != app.platform]
        child = selection._read_child(registry, document, left[0])
        rebase = Rebase(app, metadata, selection._read(registry, child), name, inputs)
    else:
        check(rebase)
""",
        origin="public",
    ),
    # Left open: where the three images say different things of os.features, no text names whose are kept.
    Mutant(
        "old-os-features-stay-though-forced",
        "rebaser-os-fields-agree",
        "rebase.py",
        'TARGET_KEYS = ("os", "architecture", "variant", "os.version", "os.features")',
        'TARGET_KEYS = ("os", "architecture", "variant", "os.version")',
        origin="left open",
    ),
)
