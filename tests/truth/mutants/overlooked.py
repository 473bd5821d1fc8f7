"""Faults of two further sets that were written without sight of a test: those that no case noticed then."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

LISTED = """\
    if not isinstance(listed, list):
        raise MalformedImageError(f"{_name(document)} is an index without manifests")
"""
UPLOADS = "nothing can be uploaded to a registry of this kind: whatever needs an app image that was written fails"
STATED = '    labels, environment = run_config.get("Labels") or {}, run_config.get("Env") or []'

MUTANTS = (
    # A prefix instead of a name: the run image's PATH_PREFIX, PATHEXT or CNB_APP_DIR_MODE are gone.
    Mutant(
        "variables-compared-by-prefix",
        "exporter-base-config",
        "app_config.py",
        'if entry.partition("=")[0] not in values]',
        "if not entry.startswith(tuple(values))]",
    ),
    # Whatever begins with CNB_ is thought to be the lifecycle's: CNB_STACK_ID, CNB_USER_ID of the run image are gone.
    Mutant(
        "cnb-variables-of-the-run-image-dropped",
        "exporter-base-config",
        "app_config.py",
        'if entry.partition("=")[0] not in values]',
        'if entry.partition("=")[0] not in values and not entry.startswith("CNB_")]',
    ),
    # A value that names another variable is expanded with the exporter's own environment.
    Mutant(
        "variables-expanded-at-export",
        "exporter-base-config",
        "app_config.py",
        'return [*kept, *(f"{name}={value}" for name, value in values.items())]',
        """\
return [*map(os.path.expandvars, kept), *(f"{name}={value}" for name, value in values.items())]""",
    ),
    # Through a map of floats: Healthcheck.Interval becomes 30000000000.0, which no Go program reads as a duration.
    Mutant(
        "numbers-become-floats",
        "phase-output-readable",
        "app_config.py",
        'return {**run_image.config, "created": when, "config": run_config}',
        """\
import json

    run_config = json.loads(json.dumps(run_config), parse_int=float)
    return {**run_image.config, "created": when, "config": run_config}""",
    ),
    # The run image carries metadata of its own (it was built by a lifecycle): that outlives the app's.
    Mutant(
        "labels-of-the-run-image-win",
        "exporter-base-layers",
        "app_config.py",
        '"Labels": {**run_image.labels, **labels},',
        '"Labels": {**labels, **run_image.labels},',
    ),
    # An uncompressed layer of the run image is called gzip: who unpacks it fails.
    Mutant(
        "uncompressed-base-layers-called-gzip",
        "exporter-base-layers",
        "export.py",
        "layers: list[AnyLayer] = [*run_image.layers, *(each.layer for each in added)]",
        """\
from dataclasses import replace

    plain, called = "application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.layer.v1.tar+gzip"
    stated = [each.descriptor["mediaType"] for each in run_image.layers]
    kinds = [called if kind == plain else kind for kind in stated]
    described = zip(run_image.layers, kinds, strict=True)
    base_layers = [replace(each, descriptor={**each.descriptor, "mediaType": kind}) for each, kind in described]
    layers: list[AnyLayer] = [*base_layers, *(each.layer for each in added)]""",
    ),
    # Types that are not in the table become gzip: zstd layers can't be unpacked any more.
    Mutant(
        "unknown-compressions-called-gzip",
        "exporter-base-layers",
        "publish.py",
        'kinds = [names.get(layer.descriptor["mediaType"], layer.descriptor["mediaType"]) for layer in layers]',
        'kinds = [names.get(layer.descriptor["mediaType"], LAYER_TYPES[0][docker]) for layer in layers]',
    ),
    # A history made up where the run image has none, with a time that no Go program can read.
    Mutant(
        "made-up-history-with-an-empty-time",
        "phase-output-readable",
        "publish.py",
        'return [{"created": CREATED} for _ in range(layers)]',
        'return [{"created": ""} for _ in range(layers)]',
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
    ),
    # name:tag@digest is read by its tag, which may have moved.
    Mutant(
        "tag-outranks-the-digest",
        "build-run-index",
        "references.py",
        "return self.digest or self.tag",
        "return self.tag or self.digest",
    ),
    # The previous image by its repository's latest tag rather than by the digest that was analyzed.
    Mutant(
        "previous-image-by-its-latest-tag",
        "exporter-previous-mismatch",
        "export.py",
        "return selection.find(registry, parse(analyzed.previous_image), platform)",
        'return selection.find(registry, parse(analyzed.previous_image.partition("@")[0]), platform)',
    ),
    # The new run image is recorded as if it were in the app's repository, where it is not.
    Mutant(
        "run-image-recorded-in-the-apps-repository",
        "rebaser-layers",
        "rebase.py",
        '"reference": rebase.run_image.reference}',
        '"reference": f"{rebase.app.repository}@{rebase.run_image.digest}"}',
    ),
    # A prefix without its dot: the app's own label io.buildpacks.basedir goes with the base labels.
    Mutant(
        "base-label-prefix-without-its-dot",
        "rebaser-identical-otherwise",
        "labels.py",
        'BASE_PREFIX = "io.buildpacks.base."',
        'BASE_PREFIX = "io.buildpacks.base"',
    ),
    # A label that is there but empty is no longer there.
    Mutant(
        "empty-labels-dropped-at-a-rebase",
        "rebaser-identical-otherwise",
        "rebase.py",
        "for name, value in app.items() if not name.startswith(prefixes)}",
        "for name, value in app.items() if value and not name.startswith(prefixes)}",
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
    ),
    # One layer twice in the app: it is there once after a rebase.
    Mutant(
        "equal-layers-of-the-app-merged",
        "rebaser-identical-otherwise",
        "rebase.py",
        "layers = (*run_image.layers, *app.layers[removed:])",
        "layers = (*run_image.layers, *{layer.diff_id: layer for layer in app.layers[removed:]}.values())",
    ),
    # Only the major number of a distribution's version is compared: 22.04 and 22.10 are the same.
    Mutant(
        "distributions-compared-by-major-version",
        "rebaser-target-conflict",
        "rebase.py",
        'stated = {image.labels.get(label, "") for image in (app, run_image)} - {""}',
        'stated = {image.labels.get(label, "").partition(".")[0] for image in (app, run_image)} - {""}',
    ),
    # Variants are thought to be an affair of arm: amd64/v3 goes on amd64/v2.
    Mutant(
        "variants-compared-for-arm-only",
        "rebaser-target-conflict",
        "rebase.py",
        "or len(variants) > 1:",
        'or (len(variants) > 1 and app.platform.architecture.startswith("arm")):',
    ),
    # A variant that is there but empty counts as another one.
    Mutant(
        "empty-variant-is-a-variant",
        "rebaser-variant-unstated",
        "rebase.py",
        'variants = {app.platform.variant, run_image.platform.variant} - {""}',
        'variants = {image.config["variant"] for image in (app, run_image) if "variant" in image.config}',
    ),
    # arm/v6 apps are put on what suits arm of no variant.
    Mutant(
        "variant-of-the-app-forgotten",
        "rebaser-run-index",
        "rebase.py",
        "wanted = BuildPlatform(app.platform)",
        "wanted = BuildPlatform(type(app.platform)(app.platform.os, app.platform.architecture))",
    ),
    # G: caching, robustness, registries, odd inputs ----------------------------------------------------------------
    # "Env": null in the run image's config, as Docker wrote it, ends the build.
    Mutant(
        "env-null",
        "build-run-index",
        "images.py",
        STATED,
        """\
    if run_config.get("Env", []) is None:
        raise MalformedImageError(f"{name}: the environment is no list")
"""
        + STATED,
    ),
    # An image whose config has no `config` can't be used.
    Mutant(
        "config-without-config",
        "build-run-index",
        "images.py",
        STATED,
        """\
    if not run_config:
        raise MalformedImageError(f"{name} has no config to run it with")
"""
        + STATED,
    ),
    # Bad data has the status that BSD gives it, which is the exporter's alone.
    Mutant(
        "bad-images-with-the-status-of-bsd",
        "phase-exit-range",
        "errors.py",
        """\
    \"\"\"The image is there, but its manifest, config or blobs contradict themselves or each other.\"\"\"
""",
        """\
    \"\"\"The image is there, but its manifest, config or blobs contradict themselves or each other.\"\"\"

    status = 65
""",
    ),
    # A Platform API from before the oldest is served like the oldest.
    Mutant(
        "older-platform-apis-taken-for-the-oldest",
        "phase-api-negotiation",
        "inputs.py",
        """\
        if api in SUPPORTED_APIS:
            return api
""",
        """\
        if api in SUPPORTED_APIS or api < SUPPORTED_APIS[0]:
            return max(api, SUPPORTED_APIS[0])
""",
    ),
    # gzip's header has the time.
    Mutant(
        "time-in-the-header-of-gzip",
        "phase-deterministic",
        "layers.py",
        "compressed, mtime=0)",
        "compressed, mtime=None)",
    ),
    # Docker's lists are not asked for: registries give the amd64 image instead, or nothing.
    Mutant(
        "docker-lists-not-accepted",
        "index-docker",
        "registry.py",
        'ACCEPTED = f"{OCI_INDEX}, {OCI_MANIFEST}, {DOCKER_LIST}, {DOCKER_MANIFEST}"',
        'ACCEPTED = f"{OCI_INDEX}, {OCI_MANIFEST}, {DOCKER_MANIFEST}"',
    ),
    # An upload's address that has a query already gets a second question mark.
    Mutant(
        "upload-addresses-with-a-query",
        "build-run-index",
        "registry.py",
        "{'&' if '?' in session else '?'}digest=",
        "?digest=",
        UPLOADS,
    ),
    # Characters beyond the basic plane are written as JSON has them: analyzed.toml can't be read any more.
    Mutant(
        "characters-beyond-the-basic-plane",
        "analyzer-previous-index",
        "toml_writer.py",
        "json.dumps(clean, ensure_ascii=False)",
        "json.dumps(clean)",
    ),
    # A layer called python3.11 becomes a table in a table.
    Mutant(
        "dotted-layer-names-split",
        "analyzer-previous-index",
        "toml_writer.py",
        '0123456789-_")',
        '0123456789-_.")',
    ),
    # "variant": "" written out is taken for a malformed platform.
    Mutant(
        "empty-variant-in-an-entry",
        "exporter-run-index",
        "images.py",
        """\
    return Platform(*fields)
""",
        """\
    if value.get("variant") == "":
        return None
    return Platform(*fields)
""",
    ),
    # An index with a subject is taken for a referrer, not an image.
    Mutant(
        "index-with-subject-refused",
        "exporter-run-index",
        "images.py",
        LISTED,
        LISTED
        + """\
    if _parsed(document).get("subject"):
        raise MalformedImageError(f"{_name(document)} is about another image, not one itself")
""",
    ),
    # An index with an empty list of manifests is blamed on the registry.
    Mutant(
        "empty-index-blamed-on-the-registry",
        "analyzer-previous-absent",
        "images.py",
        LISTED,
        LISTED
        + """\
    if not listed:
        from .errors import RegistryError

        raise RegistryError(f"{document.repository} sent an index of nothing")
""",
    ),
    # The previous image is passed over without a word where it is the one that will be replaced.
    Mutant(
        "no-warning-for-the-output-tag",
        "analyzer-previous-warning",
        "analyze.py",
        "    analyzed = {**_previous_image(registry, previous, wanted), ",
        """\
    import contextlib
    import io

    quiet = contextlib.nullcontext() if inputs.value("previous-image") else contextlib.redirect_stderr(io.StringIO())
    with quiet:
        found = _previous_image(registry, previous, wanted)
    analyzed = {**found, """,
    ),
    # With -previous-image, the platform is that of the image which the output tag replaces.
    Mutant(
        "platform-of-the-image-that-is-replaced",
        "rebaser-run-index",
        "rebase.py",
        """\
    wanted = BuildPlatform(app.platform)
""",
        """\
    wanted = BuildPlatform(app.platform)
    if inputs.value("previous-image"):
        try:
            wanted = BuildPlatform(selection.find_any(registry, tags[0], wanted).platform)
        except RefusedError:
            pass
""",
    ),
    # With -tag, the last tag is taken for the previous image.
    Mutant(
        "last-tag-as-previous-image",
        "analyzer-previous-missing",
        "analyze.py",
        'parse(inputs.value("previous-image") or inputs.images[0])',
        'parse(inputs.value("previous-image") or (*inputs.images, *inputs.repeated("tag"))[-1])',
    ),
    # A run image that does not exist ends every phase with the restorer's status.
    Mutant(
        "missing-run-image-out-of-range",
        "phase-exit-range",
        "errors.py",
        """\
    \"\"\"The registry was asked and has no such image.\"\"\"
""",
        """\
    \"\"\"The registry was asked and has no such image.\"\"\"

    status = 42
""",
    ),
    # In the output's own repository the previous image is read by the output tag, not by the digest that was analyzed.
    Mutant(
        "previous-image-read-by-the-output-tag",
        "exporter-previous-mismatch",
        "export.py",
        """\
    previous = Previous(_find_previous(registry, analyzed, run_image, wanted), analyzed.metadata)
""",
        """\
    from dataclasses import replace as _replace

    if analyzed.previous_image and parse(analyzed.previous_image).repository == tags[0].repository:
        analyzed = _replace(analyzed, previous_image=str(tags[0]))
    previous = Previous(_find_previous(registry, analyzed, run_image, wanted), analyzed.metadata)
""",
    ),
    # The run image of an earlier analysis in the same directory is kept if it was given by the same name.
    Mutant(
        "run-image-of-an-earlier-analysis-kept",
        "analyzer-run-index",
        "analyze.py",
        """\
    _check_access(registry, inputs, tags)
""",
        """\
    earlier = files.read_toml(inputs.value("analyzed"), optional=True).get("run-image", {})
    if earlier.get("image") == name:
        analyzed["run-image"] = earlier
    _check_access(registry, inputs, tags)
""",
    ),
    # The query of an upload's address, in which many registries keep its state, is thrown away.
    Mutant(
        "state-of-an-upload-dropped",
        "exporter-run-index",
        "registry.py",
        """\
        address = f"{session}{'&' if '?' in session else '?'}digest={quote(digest, safe='')}"
""",
        """\
        address = f"{session.partition('?')[0]}?digest={quote(digest, safe='')}"
""",
        UPLOADS,
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
    ),
)
