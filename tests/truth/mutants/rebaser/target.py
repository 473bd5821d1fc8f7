"""Faults in the target of a rebased image, with force and without."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import REBASED_CONFIG, config_with

FORCED_CONFIG = "    if rebase.force:\n        config = {key"
TARGET_DROPPED = "        config = {key: value for key, value in config.items() if key not in TARGET_KEYS}\n"
DISTRO_KEPT = "    if not rebase.force:\n        # Without"
FORCE = 'return self.inputs.switch("force")'
FIND_RUN_IMAGE = 'find = selection.find_any if inputs.switch("force") else selection.find'
VARIANTS = 'variants = {app.platform.variant, run_image.platform.variant} - {""}'
CONFLICT = "if not fits(app.platform, run_image.platform) or len(variants) > 1:"
APP_PLATFORM_LINE = "    wanted = BuildPlatform(app.platform)\n"
FIRST_WITH_FORCE = f"""\
{APP_PLATFORM_LINE}\
    document = registry.read_manifest(parse(name))
    if inputs.switch("force") and selection.images.is_index(document):
        wanted = BuildPlatform(selection.images.entries(document)[0].platform)
"""

REFUSED_INDEX = """\
    if rebase.force and selection.images.is_index(registry.read_manifest(parse(name))):
        raise RefusedError("an index")
"""

MUTANTS = (
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
        REBASED_CONFIG,
        config_with('config.pop("variant", None)'),
    ),
    Mutant(
        "variant-of-the-run-image",
        "rebaser-target-kept",
        "rebase.py",
        REBASED_CONFIG,
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
        REBASED_CONFIG,
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
    Mutant(
        "force-refuses-another-architecture",
        "rebaser-force-derived",
        "rebase.py",
        FIND_RUN_IMAGE,
        "find = selection.find",
    ),
    Mutant(
        "force-takes-the-hosts-child",
        "rebaser-force-index",
        "rebase.py",
        APP_PLATFORM_LINE,
        '    wanted = BuildPlatform(build_platform.runtime() if inputs.switch("force") else app.platform)\n',
    ),
    Mutant(
        "force-refuses-an-index",
        "rebaser-force-index",
        "rebase.py",
        "    check(rebase)\n    publish",
        f"    check(rebase)\n{REFUSED_INDEX}    publish",
    ),
    Mutant("force-takes-the-first-child", "rebaser-force-index", "rebase.py", APP_PLATFORM_LINE, FIRST_WITH_FORCE),
    # Only the major number of a distribution's version is compared: 22.04 and 22.10 are the same.
    Mutant(
        "distributions-compared-by-major-version",
        "rebaser-target-conflict",
        "rebase.py",
        'stated = {image.labels.get(label, "") for image in (app, run_image)} - {""}',
        'stated = {image.labels.get(label, "").partition(".")[0] for image in (app, run_image)} - {""}',
        origin="unseen again",
    ),
    # Variants are thought to be an affair of arm: amd64/v3 goes on amd64/v2.
    Mutant(
        "variants-compared-for-arm-only",
        "rebaser-target-conflict",
        "rebase.py",
        "or len(variants) > 1:",
        'or (len(variants) > 1 and app.platform.architecture.startswith("arm")):',
        origin="unseen again",
    ),
    # A variant that is there but empty counts as another one.
    Mutant(
        "empty-variant-is-a-variant",
        "rebaser-variant-unstated",
        "rebase.py",
        'variants = {app.platform.variant, run_image.platform.variant} - {""}',
        'variants = {image.config["variant"] for image in (app, run_image) if "variant" in image.config}',
        origin="unseen again",
    ),
    # Two sentences of the specification contradict each other.
    Mutant(
        "distribution-lost-where-the-run-image-states-none",
        "rebaser-target-kept",
        "rebase.py",
        DISTRO_KEPT,
        DISTRO_KEPT.replace("not rebase.force", "False"),
        origin="left open",
    ),
)
