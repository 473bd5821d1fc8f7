"""Faults that were written by somebody who knew the requirements and the reference lifecycle, and not one test.

They are those that no case noticed then.
"""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

MUTANTS = (
    # On a layers volume that is used again, [image] and [metadata] of an earlier analysis stay in analyzed.toml
    # although today's previous image is foreign, absent or missing.
    Mutant(
        "analyzed-toml-merged-with-old-one",
        "analyzer-previous-foreign",
        "analyze.py",
        '    files.write_toml(inputs.value("analyzed"), analyzed, owner)',
        """\
    earlier = files.read_toml(inputs.value("analyzed"), optional=True)
    files.write_toml(inputs.value("analyzed"), {**earlier, **analyzed}, owner)""",
    ),
    # Of a tag whose manifest is indented (as docker push and buildx write them) a digest is recorded that no
    # registry has.
    Mutant(
        "digest-of-reserialized-manifest",
        "analyzer-references-resolve",
        "registry.py",
        "        digest = _verified(answer.body, stated, str(reference))",
        """\
        _verified(answer.body, stated, str(reference))
        parsed = json.loads(answer.body)
        digest = reference.digest or digest_of(json.dumps(parsed, separators=(",", ":")).encode())""",
    ),
    # A run image of a rolling distribution, which states a name and no version, has no distribution in analyzed.toml.
    Mutant(
        "distro-only-if-name-and-version",
        "analyzer-run-target",
        "analyze.py",
        "    if any(distro.values()):",
        "    if all(distro.values()):",
    ),
    # registry/run without a tag is recorded as registry/run:latest, which is not the name the platform gave.
    Mutant(
        "run-image-name-gets-latest",
        "analyzer-run-image-name",
        "analyze.py",
        '    return {"reference": image.reference, "image": name, "target": target}',
        """\
    given = parse(name)
    recorded = name if given.digest else given.name
    return {"reference": image.reference, "image": recorded, "target": target}""",
    ),
    # Where -previous-image does not exist (or is foreign), what the output tag holds is recorded as the
    # previous image.
    Mutant(
        "foreign-flagged-previous-gives-output-tag",
        "analyzer-previous-missing",
        "analyze.py",
        """\
    analyzed = {**_previous_image(registry, previous, wanted), "run-image": _describe(run_image, name, inputs)}""",
        """\
    found = _previous_image(registry, previous, wanted) or _previous_image(registry, tags[0], wanted)
    analyzed = {**found, "run-image": _describe(run_image, name, inputs)}""",
    ),
    # Where an index has no amd64 child but a 386 one, the app silently becomes a 386 image (what containerd's
    # lenient matcher does).
    Mutant(
        "386-runs-on-amd64",
        "build-run-absent",
        "platforms.py",
        """\
    if (offered.os, offered.architecture) != (wanted.os, wanted.architecture) or not wanted.architecture:
        return None""",
        """\
    if offered.os == wanted.os and (wanted.architecture, offered.architecture) == ("amd64", "386"):
        return 3, (), 0
    if (offered.os, offered.architecture) != (wanted.os, wanted.architecture) or not wanted.architecture:
        return None""",
    ),
    # A single run image for 386 is put under an amd64 app; only in an index it is told apart.
    Mutant(
        "386-image-fits-amd64",
        "rebaser-run-foreign",
        "platforms.py",
        """\
    same = (offered.os, offered.architecture) == (wanted.os, wanted.architecture) and bool(wanted.architecture)""",
        """\
    if offered.os == wanted.os and (wanted.architecture, offered.architecture) == ("amd64", "386"):
        return True
    same = (offered.os, offered.architecture) == (wanted.os, wanted.architecture) and bool(wanted.architecture)""",
    ),
    # A freebsd/amd64 (or darwin) run image is taken for a linux build: the os is only asked whether it is Windows.
    Mutant(
        "only-windows-is-another-os",
        "build-run-foreign",
        "platforms.py",
        """\
    same = (offered.os, offered.architecture) == (wanted.os, wanted.architecture) and bool(wanted.architecture)""",
        """\
    same_family = (offered.os == "windows") == (wanted.os == "windows")
    same = same_family and offered.architecture == wanted.architecture and bool(wanted.architecture)""",
    ),
    # A run image without labels fails every phase with an internal error.
    Mutant(
        "run-image-needs-labels",
        "build-run-index",
        "images.py",
        '    labels, environment = run_config.get("Labels") or {}, run_config.get("Env") or []',
        """\
    if "Labels" not in run_config:
        raise MalformedImageError(f"{name} has no labels")
    labels, environment = run_config.get("Labels") or {}, run_config.get("Env") or []""",
    ),
    # A fitting child whose index entry has any annotation (org.opencontainers.image.*, com.docker.*) is passed
    # over as an attestation.
    Mutant(
        "annotated-entry-is-attestation",
        "exporter-run-index",
        "images.py",
        '    attests = isinstance(annotations, dict) and "vnd.docker.reference.type" in annotations',
        "    attests = isinstance(annotations, dict) and bool(annotations)",
    ),
    # An OCI index without the optional field mediaType is taken for an image, and the build on it refused.
    Mutant(
        "index-needs-media-type-field",
        "exporter-run-index",
        "images.py",
        '    stated = _parsed(document).get("mediaType", document.media_type)',
        '    stated = _parsed(document).get("mediaType", OCI_MANIFEST)',
    ),
    # An index with one image, which is what buildx pushes by default, is used as that image whatever
    # architecture it has.
    Mutant(
        "index-of-one-is-no-choice",
        "exporter-run-absent",
        "selection.py",
        """\
    if child is None:
        raise PlatformMismatchError(f"{reference} is an index without an image for {wanted.platform}")""",
        """\
    if child is None:
        entries = images.entries(document)
        if len(entries) == 1:
            return _read(registry, _read_child(registry, document, entries[0]))
        raise PlatformMismatchError(f"{reference} is an index without an image for {wanted.platform}")""",
    ),
    # A previous image of another architecture goes unnoticed where analyzed.toml has no layer metadata with it.
    Mutant(
        "previous-without-metadata-unchecked",
        "exporter-previous-mismatch",
        "export.py",
        """\
    if not analyzed.previous_image:
        return None""",
        """\
    if not analyzed.previous_image or not analyzed.metadata:
        return None""",
    ),
    # A previous image that is an empty index, or one of attestations alone, counts as deleted: the exporter
    # goes on and the analyzer does not warn.
    Mutant(
        "index-without-platforms-is-missing",
        "exporter-previous-mismatch",
        "selection.py",
        "    for number in best(wanted, offers):",
        """\
    if not offers:
        raise ImageMissingError(f"{index.repository}@{index.digest} holds no images")
    for number in best(wanted, offers):""",
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
    ),
    # JAVA_TOOL_OPTIONS=-Dfile.encoding=UTF-8 of the run image becomes -Dfile.encoding.
    Mutant(
        "env-cut-at-second-equals",
        "exporter-base-config",
        "app_config.py",
        """\
    kept = [entry for entry in run_image.run_config.get("Env") or [] if entry.partition("=")[0] not in values]""",
        """\
    pairs = [entry.split("=")[:2] for entry in run_image.run_config.get("Env") or []]
    kept = ["=".join(pair) for pair in pairs if pair[0] not in values]""",
    ),
    # Where the analyzed run image was deleted meanwhile, the app is silently based on whatever its tag holds
    # now, which nobody analyzed.
    Mutant(
        "exporter-follows-tag-if-digest-is-gone",
        "exporter-run-recorded",
        "export.py",
        "    run_image = selection.find(registry, parse(analyzed.run_image), wanted)",
        """\
    try:
        run_image = selection.find(registry, parse(analyzed.run_image), wanted)
    except ImageMissingError:
        if not analyzed.run_image_name:
            raise
        run_image = selection.find(registry, parse(analyzed.run_image_name), wanted)""",
    ),
    # On a layers volume that is used again, report.toml names the digest of the build before.
    Mutant(
        "report-of-earlier-run-stays",
        "exporter-report-digest",
        "publish.py",
        '    files.write_toml(report, {"image": described}, owner)',
        """\
    if not files.os.path.exists(report):
        files.write_toml(report, {"image": described}, owner)""",
    ),
    # A label, author or variable of the run image (or app image) with other than ASCII letters becomes question
    # marks.
    Mutant(
        "ascii-config",
        "exporter-base-config",
        "publish.py",
        '    return json.dumps(value, separators=(",", ":")).encode()',
        """\
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("ascii", "replace")""",
    ),
    # Labels of the run image with an empty value, which are flags for some tools, are lost.
    Mutant(
        "empty-labels-dropped",
        "exporter-base-config",
        "app_config.py",
        '        "Labels": {**run_image.labels, **labels},',
        """\
        "Labels": {**{name: value for name, value in run_image.labels.items() if value}, **labels},""",
    ),
    # Variables that the run image sets to nothing (http_proxy=) are lost.
    Mutant(
        "empty-env-dropped",
        "exporter-base-config",
        "app_config.py",
        'if entry.partition("=")[0] not in values]',
        'if entry.partition("=")[2] and entry.partition("=")[0] not in values]',
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
    ),
    # The app image runs as another user after the rebase.
    Mutant(
        "user-of-new-run-image",
        "rebaser-identical-otherwise",
        "rebase.py",
        '"config": {**app.run_config, "Labels": _labels(rebase)}}',
        '"config": {**app.run_config, "User": run_image.run_config.get("User", ""), "Labels": _labels(rebase)}}',
    ),
    # Where the old run image has empty_layer entries, the rebased image has more history entries than layers.
    Mutant(
        "history-cut-by-layers",
        "rebaser-layers",
        "rebase.py",
        "history_after(app.config, len(app.layers), removed)",
        "history_of(app.config, len(app.layers))[removed:]",
    ),
    # One entry without a platform in an index (an OCI artifact, say) makes every phase fail with an internal
    # error, although the fitting child is there.
    Mutant(
        "entry-without-platform-is-fatal",
        "index-sibling",
        "images.py",
        """\
    if not isinstance(value, dict):
        return None
    fields = [""",
        """\
    if not isinstance(value, dict):
        raise MalformedImageError("an entry without a platform")
    fields = [""",
    ),
    # A Docker manifest list of OCI images (docker manifest create over buildx images makes them) seems empty.
    Mutant(
        "docker-list-of-docker-only",
        "index-docker",
        "images.py",
        """\
    return [_descriptor(entry) for entry in listed if isinstance(entry, dict) and _may_be_image(entry)]""",
        """\
    docker = _parsed(document).get("mediaType", document.media_type) == DOCKER_LIST
    known = [entry for entry in listed if isinstance(entry, dict) and _may_be_image(entry)]
    return [_descriptor(entry) for entry in known if not docker or "docker" in entry["mediaType"]]""",
    ),
    # An unknown/unknown entry without Docker's annotation that stands first shifts the count: the attestation
    # is taken for the image.
    Mutant(
        "filtered-before-numbered",
        "index-attestation",
        "selection.py",
        """\
    offers = [(number, entry.platform) for number, entry in enumerate(entries) if entry.platform]""",
        """\
    with_platform = (entry.platform for entry in entries if entry.platform)
    offers = list(enumerate(with_platform))""",
    ),
    # A Docker manifest list inside an index is taken for an image; an OCI index there is followed.
    Mutant(
        "nested-docker-list-is-leaf",
        "index-nested",
        "selection.py",
        """\
        if not images.is_index(child):
            return _read(registry, child)""",
        """\
        if child.media_type != images.OCI_INDEX:
            return _read(registry, child)""",
    ),
    # Without -arch, a previous image that is an index with one image is taken for the machine's architecture
    # instead of being refused.
    Mutant(
        "index-of-one-needs-no-arch",
        "source-flag-required",
        "selection.py",
        "    if not wanted.chooses:",
        "    if not wanted.chooses and len(images.entries(document)) > 1:",
    ),
    # On a layers volume that an amd64 build has used, an arm64 detection leaves amd64 recorded: the next phases
    # use the amd64 children.
    Mutant(
        "record-of-earlier-detection-stays",
        "source-recorded-analyzer",
        "build_platform.py",
        """\
    if _source(inputs) == "recorded":
        here = runtime()""",
        """\
    path = os.path.join(inputs.value("layers"), RECORD)
    if _source(inputs) == "recorded" and not os.path.exists(path):
        here = runtime()""",
    ),
    # The analyzer removes the record after reading it, and the exporter goes by what it runs as.
    Mutant(
        "record-consumed",
        "source-recorded-exporter",
        "build_platform.py",
        """\
    return Platform(str(table["os"]), str(table["architecture"])""",
        """\
    os.unlink(path)
    return Platform(str(table["os"]), str(table["architecture"])""",
    ),
    # Platform API 1.12 is taken for 0.12 instead of status 11.
    Mutant(
        "major-version-ignored",
        "phase-api-negotiation",
        "inputs.py",
        """\
        if api in SUPPORTED_APIS:
            return api""",
        """\
        if (0, api[1]) in SUPPORTED_APIS:
            return 0, api[1]""",
    ),
    # A fresh checkout of the same sources gives another app image.
    Mutant(
        "layer-files-keep-their-mtime",
        "phase-deterministic",
        "layers.py",
        "            header.size = os.fstat(file.fileno()).st_size",
        """\
            status = os.fstat(file.fileno())
            header.size, header.mtime = status.st_size, int(status.st_mtime)""",
    ),
)
