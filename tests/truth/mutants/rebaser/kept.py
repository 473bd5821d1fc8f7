"""Faults in what a rebase keeps, and in which tags it writes."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import (
    ANYTHING_GOES,
    EVERY_TAG,
    NEW_METADATA,
    REBASED_CONFIG,
    REBASED_LAYERS,
    REBASER_FINDS,
    REPORT,
    config_with,
    written,
)

KEPT_LABELS = "kept = {name: value for name, value in app.items() if not name.startswith(prefixes)}"

MUTANTS = (
    Mutant(
        "first-of-several-tags-written-then-refused",
        "rebaser-every-tag",
        "rebase.py",
        REBASER_FINDS,
        f"    rebase = {ANYTHING_GOES}    publish(registry, tags[-1:], _rebased(rebase), inputs)\n    check(rebase)\n",
    ),
    Mutant(
        "author-dropped",
        "rebaser-identical-otherwise",
        "rebase.py",
        REBASED_CONFIG,
        config_with('config.pop("author", None)'),
    ),
    Mutant(
        "environment-of-the-run-image",
        "rebaser-identical-otherwise",
        "rebase.py",
        REBASED_CONFIG,
        config_with('config["config"]["Env"] = run_image.run_config["Env"]'),
    ),
    Mutant(
        "environment-sorted-and-cut",
        "rebaser-identical-otherwise",
        "rebase.py",
        REBASED_CONFIG,
        config_with('config["config"]["Env"] = sorted(config["config"]["Env"])[1:]'),
    ),
    Mutant(
        "entrypoint-dropped",
        "rebaser-identical-otherwise",
        "rebase.py",
        REBASED_CONFIG,
        config_with('config["config"].pop("Entrypoint")'),
    ),
    Mutant(
        "working-directory-dropped",
        "rebaser-identical-otherwise",
        "rebase.py",
        REBASED_CONFIG,
        config_with('config["config"].pop("WorkingDir")'),
    ),
    Mutant(
        "user-of-the-run-image",
        "rebaser-identical-otherwise",
        "rebase.py",
        REBASED_CONFIG,
        config_with('config["config"]["User"] = run_image.run_config.get("User", "")'),
    ),
    Mutant(
        "unknown-fields-dropped",
        "rebaser-identical-otherwise",
        "rebase.py",
        REBASED_CONFIG,
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
        REBASED_LAYERS,
        REBASED_LAYERS.replace("app.layers[removed:]", "app.layers[removed:][::-1]"),
    ),
    Mutant(
        "app-layers-recorded-no-more",
        "rebaser-identical-otherwise",
        "rebase.py",
        NEW_METADATA,
        'return {"runImage": {**recorded, **located}}',
    ),
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
        written("rebaser", '[*tags, tags[0]._replace(tag="extra")]', "manifest"),
    ),
    Mutant(
        "author-of-the-new-run-image",
        "rebaser-identical-otherwise",
        "rebase.py",
        REBASED_CONFIG,
        config_with('config["author"] = run_image.config.get("author", "")'),
        origin="habit",
    ),
    # What the new run image has and the app image has not (Cmd, Healthcheck, Volumes) appears in the app image:
    # its process gets the run image's Cmd as arguments.
    Mutant(
        "run-config-of-new-run-image-leaks",
        "rebaser-identical-otherwise",
        "rebase.py",
        """\
    config = {**app.config, "created": CREATED, "config": {**app.run_config, "Labels": _labels(rebase)}}""",
        """\
    run_config = {**run_image.run_config, **app.run_config, "Labels": _labels(rebase)}
    config = {**app.config, "created": CREATED, "config": run_config}""",
        origin="unseen",
    ),
    # Where the app is on that run image already, further tags are not written and there is no report, with exit
    # status 0.
    Mutant(
        "nothing-to-do-nothing-written",
        "rebaser-every-tag",
        "rebase.py",
        "    publish(registry, tags, _rebased(rebase), inputs)",
        """\
    recorded = metadata.get("runImage")
    if isinstance(recorded, dict) and recorded.get("reference") == rebase.run_image.reference:
        console.info(f"{source} is on {rebase.run_image.reference} already")
        return
    publish(registry, tags, _rebased(rebase), inputs)""",
        origin="unseen",
    ),
    # The app image runs as another user after the rebase.
    Mutant(
        "user-of-new-run-image",
        "rebaser-identical-otherwise",
        "rebase.py",
        '"config": {**app.run_config, "Labels": _labels(rebase)}}',
        '"config": {**app.run_config, "User": run_image.run_config.get("User", ""), "Labels": _labels(rebase)}}',
        origin="unseen",
    ),
    # A prefix without its dot: the app's own label io.buildpacks.basedir goes with the base labels.
    Mutant(
        "base-label-prefix-without-its-dot",
        "rebaser-identical-otherwise",
        "labels.py",
        'BASE_PREFIX = "io.buildpacks.base."',
        'BASE_PREFIX = "io.buildpacks.base"',
        origin="unseen again",
    ),
    # A label that is there but empty is no longer there.
    Mutant(
        "empty-labels-dropped-at-a-rebase",
        "rebaser-identical-otherwise",
        "rebase.py",
        "for name, value in app.items() if not name.startswith(prefixes)}",
        "for name, value in app.items() if value and not name.startswith(prefixes)}",
        origin="unseen again",
    ),
    # The environment tells the app of the rebaser's Platform API instead of the one that it was built with.
    Mutant(
        "platform-api-of-the-rebaser",
        "rebaser-identical-otherwise",
        "rebase.py",
        'config = {**app.config, "created": CREATED, "config": {**app.run_config, "Labels": _labels(rebase)}}',
        """\
config = {**app.config, "created": CREATED, "config": {**app.run_config, "Labels": _labels(rebase)}}
    if app.environment.get("CNB_PLATFORM_API"):
        api = f"CNB_PLATFORM_API={rebase.inputs.api_text}"
        kept = [entry for entry in app.run_config["Env"] if not entry.startswith("CNB_PLATFORM_API=")]
        config["config"]["Env"] = [*kept, api]""",
        origin="unseen again",
    ),
    # One layer twice in the app: it is there once after a rebase.
    Mutant(
        "equal-layers-of-the-app-merged",
        "rebaser-identical-otherwise",
        "rebase.py",
        "layers = (*run_image.layers, *app.layers[removed:])",
        "layers = (*run_image.layers, *{layer.diff_id: layer for layer in app.layers[removed:]}.values())",
        origin="unseen again",
    ),
)
