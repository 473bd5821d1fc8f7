"""Faults that an implementation is likely to have, and that are in no other family: caches, shortcuts, habits."""

from __future__ import annotations

from tests.truth.mutants.choice import APP_PLATFORM, RANKED
from tests.truth.mutants.exports import CONFIG as EXPORTED_CONFIG
from tests.truth.mutants.exports import LOCATED as EXPORTED_LOCATED
from tests.truth.mutants.exports import RUN_IMAGE, TARGET, without
from tests.truth.mutants.inputs import CONSTANT_TIME
from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.previous import DESCRIBED, EXPORTED, WITH_METADATA
from tests.truth.mutants.rebases import CONFIG as REBASED
from tests.truth.mutants.rebases import FINAL, FORMAT, config_with
from tests.truth.mutants.refusal import LITTER, REBASER_FINDS, tried

SOURCE = 'source = parse(inputs.value("previous-image")) if inputs.value("previous-image") else tags[0]'
NAME = "name = given or _resolve(registry, metadata, source.repository.registry, inputs)"
WRITE_BLOBS = "    for repository in dict.fromkeys(tag.repository for tag in tags):\n"
CONFIG_TYPE = "CONFIG_TYPES[self.media_type == DOCKER_MANIFEST]"
DESCRIPTORS = '"layers": [layer.descriptor for layer in self.layers]'
WRITTEN = 'headers = {"Content-Type": media_type}'
HISTORY = "    history += [{"
REBASED_HISTORY = "    history = history_of(run_image.config, len(run_image.layers)) + history_after("
FOUND = "    run_image = _find_run_image(registry, analyzed, wanted)\n"

BY_DIGEST = LITTER.replace("TAG, ", "Reference(TAG.repository, '', digest_of(litter), ''), ").replace(
    "        litter",
    "        from .references import Reference\n        from .registry import digest_of\n        litter",
    1,
)
"""Statements that write a manifest of nothing under its digest, and no tag."""

COUNTED = """\
    seen = os.path.join(os.environ["DIRECTORY"], "runs")
    with open(seen, "a+") as file:
        file.write(".")
        file.seek(0)
        return f"1980-01-01T00:00:{len(file.read()):02}Z"
"""
SECONDS = "f'1980-01-01T00:00:{runs:02}Z'"

COUNTED_REBASES = """\
    import os

    with open(os.path.join(os.environ["HOME"], "rebases"), "a+") as file:
        file.write(".")
        file.seek(0)
        runs = len(file.read())
"""


def last_of_equals_in(phase: str) -> str:
    """Give the statement that takes the last of equal children in one phase alone."""
    return f"import sys\n    if sys.argv[0].endswith({phase!r}):\n        ranked.reverse()\n    {RANKED}"


MUTANTS = (
    # the choice
    Mutant(
        "another-of-equal-children-for-the-exporter",
        "index-first-match",
        "platforms.py",
        RANKED,
        last_of_equals_in("exporter"),
    ),
    Mutant(
        "another-of-equal-children-for-the-rebaser",
        "index-first-match",
        "platforms.py",
        RANKED,
        last_of_equals_in("rebaser"),
    ),
    Mutant(
        "last-child-for-the-exporter-alone",
        "exporter-run-index",
        "export.py",
        f"    run_image = {RUN_IMAGE}\n",
        f"    run_image = {RUN_IMAGE}\n"
        "    document = registry.read_manifest(parse(analyzed.run_image))\n"
        "    if selection.images.is_index(document):\n"
        "        entry = selection.images.entries(document)[-1]\n"
        "        run_image = selection._read(registry, selection._read_child(registry, document, entry))\n",
    ),
    Mutant(
        "index-digest-recorded-in-the-label",
        "exporter-run-index",
        "export.py",
        EXPORTED_LOCATED,
        EXPORTED_LOCATED.replace("export.run_image.reference", "export.analyzed.run_image"),
    ),
    Mutant(
        "docker-entries-without-features-left-out",
        "index-docker",
        "images.py",
        'attests = isinstance(annotations, dict) and "vnd.docker.reference.type" in annotations',
        'attests = "docker" in str(entry.get("mediaType")) and "features" not in entry.get("platform", {})',
    ),
    Mutant(
        "rebased-onto-the-recorded-digest",
        "rebaser-run-index",
        "rebase.py",
        NAME,
        'name = given or metadata["runImage"]["reference"]',
    ),
    Mutant(
        "apps-of-another-architecture-refused",
        "rebaser-run-index",
        "rebase.py",
        APP_PLATFORM,
        f"{APP_PLATFORM}\n"
        "    if app.platform.architecture != build_platform.runtime().architecture:\n"
        '        raise RefusedError("an app for another machine")',
    ),
    # previous images
    Mutant(
        "metadata-of-a-sibling",
        "analyzer-previous-index",
        "analyze.py",
        WITH_METADATA,
        "document = registry.read_manifest(reference)\n"
        "    if selection.images.is_index(document):\n"
        "        first = selection._read_child(registry, document, selection.images.entries(document)[-1])\n"
        "        metadata = labels.read_metadata(selection._read(registry, first))\n"
        f"    {WITH_METADATA}",
    ),
    Mutant(
        "metadata-of-every-child",
        "analyzer-previous-index",
        "analyze.py",
        WITH_METADATA,
        "document = registry.read_manifest(reference)\n"
        "    more = selection.images.entries(document) if selection.images.is_index(document) else []\n"
        "    read = [selection._read(registry, selection._read_child(registry, document, each)) for each in more]\n"
        '    metadata = {**(metadata or {}), "siblings": [labels.read_metadata(each) or {} for each in read]}\n'
        f"    {WITH_METADATA}",
    ),
    Mutant(
        "previous-image-by-its-tag",
        "analyzer-previous-index",
        "analyze.py",
        DESCRIBED,
        DESCRIBED.replace("image.reference", 'str(reference).partition("@")[0]'),
    ),
    Mutant(
        "first-child-as-previous-image-of-an-export",
        "exporter-previous-mismatch",
        "export.py",
        f"        {EXPORTED}\n",
        "        document = registry.read_manifest(parse(analyzed.previous_image))\n"
        "        if selection.images.is_index(document):\n"
        "            entry = selection.images.entries(document)[0]\n"
        "            return selection._read(registry, selection._read_child(registry, document, entry))\n"
        f"        {EXPORTED}\n",
    ),
    Mutant(
        "previous-image-trusted-where-a-digest-names-it",
        "exporter-previous-mismatch",
        "export.py",
        "platform = BuildPlatform(run_image.platform, wanted.chooses)",
        "platform = BuildPlatform(run_image.platform, wanted.chooses)\n"
        "    if '@' in analyzed.previous_image:\n"
        "        return selection.find_any(registry, parse(analyzed.previous_image), platform)",
    ),
    # refusals
    Mutant(
        "half-written-by-digest",
        "exporter-run-absent",
        "export.py",
        FOUND,
        tried(FOUND, BY_DIGEST, "tags[0]"),
    ),
    Mutant(
        "half-written-by-the-rebaser",
        "rebaser-run-foreign",
        "rebase.py",
        REBASER_FINDS,
        tried(REBASER_FINDS, BY_DIGEST, "tags[0]"),
    ),
    Mutant(
        "digest-references-are-trusted",
        "exporter-run-foreign",
        "export.py",
        RUN_IMAGE,
        f"(selection.find_any if '@' in analyzed.run_image else selection.find)({RUN_IMAGE.partition('(')[2]}",
    ),
    Mutant(
        "tags-are-trusted",
        "exporter-run-foreign",
        "export.py",
        RUN_IMAGE,
        f"(selection.find if '@' in analyzed.run_image else selection.find_any)({RUN_IMAGE.partition('(')[2]}",
    ),
    Mutant(
        "apps-of-old-platform-apis-are-not-compared",
        "rebaser-run-foreign",
        "rebase.py",
        REBASER_FINDS,
        '    old = app.environment.get("CNB_PLATFORM_API") in ("0.7", "0.11")\n'
        f"    find = selection.find_any if old else find\n{REBASER_FINDS}".replace("    check(", "    old or check("),
    ),
    # what is exported
    *(
        Mutant(f"{field.replace('.', '-')}-of-the-run-image-dropped", "exporter-base-config", *where)
        for field, where in {
            "author": ("app_config.py", EXPORTED_CONFIG, without("author")),
            "os.features": ("app_config.py", EXPORTED_CONFIG, without("os.features")),
            "user": (
                "app_config.py",
                'if key != "Cmd"}',
                'if key not in ("Cmd", "User")}',
            ),
            "further-values": (
                "app_config.py",
                'if key != "Cmd"}',
                'if key not in ("Cmd", "ExposedPorts", "Volumes", "StopSignal")}',
            ),
        }.items()
    ),
    Mutant(
        "variant-of-the-machine",
        "exporter-base-config",
        "app_config.py",
        EXPORTED_CONFIG,
        EXPORTED_CONFIG.replace('"created"', '"variant": "v1", "created"'),
    ),
    Mutant(
        "history-of-the-run-image-dropped",
        "exporter-base-layers",
        "export.py",
        HISTORY,
        "    history = []\n" + HISTORY,
    ),
    Mutant(
        "layers-sent-to-the-first-repository-alone",
        "exporter-every-tag",
        "publish.py",
        WRITE_BLOBS,
        WRITE_BLOBS.replace("for tag in tags", "for tag in tags[:1]"),
    ),
    Mutant(
        "target-variant-of-the-machine",
        "analyzer-run-target",
        "analyze.py",
        TARGET,
        f'{TARGET}\n    target["variant"] = build_platform.runtime().variant or "v1"',
    ),
    # whether others can read it
    Mutant(
        "config-of-no-known-type",
        "phase-output-readable",
        "publish.py",
        CONFIG_TYPE,
        '"application/json"',
    ),
    Mutant(
        "layers-of-no-known-type",
        "phase-output-readable",
        "publish.py",
        DESCRIPTORS,
        '"layers": [{**layer.descriptor, "mediaType": "application/gzip"} for layer in self.layers]',
    ),
    Mutant(
        "sizes-that-are-wrong",
        "phase-output-readable",
        "publish.py",
        DESCRIPTORS,
        '"layers": [{**layer.descriptor, "size": layer.descriptor["size"] + 1} for layer in self.layers]',
    ),
    Mutant(
        "type-in-the-manifest-not-the-one-it-is-sent-with",
        "phase-output-readable",
        "rebase.py",
        FINAL,
        FINAL.replace("NewImage(media_type", 'NewImage("application/vnd.oci.image.manifest.v1+json"'),
    ),
    Mutant(
        "docker-manifest-whatever-the-layers-are",
        "phase-output-readable",
        "rebase.py",
        FORMAT,
        "media_type = app.media_type",
    ),
    # rebases
    Mutant(
        "previous-image-of-a-rebase-ignored",
        "rebaser-layers",
        "rebase.py",
        SOURCE,
        "source = tags[0]",
    ),
    Mutant(
        "history-of-the-new-base-left-out",
        "rebaser-layers",
        "rebase.py",
        REBASED_HISTORY,
        "    history = history_after(",
    ),
    Mutant(
        "author-of-the-new-run-image",
        "rebaser-identical-otherwise",
        "rebase.py",
        REBASED,
        config_with('config["author"] = run_image.config.get("author", "")'),
    ),
    # runs that are not like the one before
    Mutant(
        "file-in-home-that-changes-the-second-run",
        "phase-deterministic",
        "app_config.py",
        CONSTANT_TIME,
        COUNTED.replace("DIRECTORY", "HOME"),
    ),
    Mutant(
        "temporary-file-that-changes-the-second-run",
        "phase-deterministic",
        "app_config.py",
        CONSTANT_TIME,
        COUNTED.replace("DIRECTORY", "TMPDIR"),
    ),
    Mutant(
        "second-rebase-differs",
        "phase-deterministic",
        "rebase.py",
        f"    {REBASED}\n",
        COUNTED_REBASES + f"    {REBASED.replace('CREATED', SECONDS)}\n",
    ),
)
