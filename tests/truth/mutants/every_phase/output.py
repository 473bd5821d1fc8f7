"""Faults by which others cannot read what was written."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import RIGHT, WRITE_TAG, as_index

FORMAT = "media_type = format_of(layers, app.media_type)"
FINAL = "NewImage(media_type, manifest, config, in_format(layers, media_type), tuple(history))"
CONFIG_TYPE = "CONFIG_TYPES[self.media_type == DOCKER_MANIFEST]"
DESCRIPTORS = '"layers": [layer.descriptor for layer in self.layers]'

MUTANTS = (
    Mutant(
        "media-types-mixed",
        "phase-output-readable",
        "export.py",
        FINAL,
        FINAL.replace("in_format(layers, media_type)", "tuple(layers)"),
    ),
    Mutant(
        "media-types-mixed-at-a-rebase",
        "phase-output-readable",
        "rebase.py",
        FINAL,
        FINAL.replace("in_format(layers, media_type)", "layers"),
    ),
    Mutant(
        "type-is-what-the-manifest-says-or-none",
        "phase-output-readable",
        "images.py",
        'str(manifest.get("mediaType", document.media_type))',
        'str(manifest.get("mediaType"))',
        origin="drawn",
    ),
    Mutant(
        "layers-of-no-stated-kind",
        "phase-output-readable",
        "publish.py",
        '{"type": "layers", "diff_ids"',
        '{"diff_ids"',
        origin="drawn",
    ),
    Mutant(
        "config-of-no-known-type",
        "phase-output-readable",
        "publish.py",
        CONFIG_TYPE,
        '"application/json"',
        origin="habit",
    ),
    Mutant(
        "layers-of-no-known-type",
        "phase-output-readable",
        "publish.py",
        DESCRIPTORS,
        '"layers": [{**layer.descriptor, "mediaType": "application/gzip"} for layer in self.layers]',
        origin="habit",
    ),
    Mutant(
        "sizes-that-are-wrong",
        "phase-output-readable",
        "publish.py",
        DESCRIPTORS,
        '"layers": [{**layer.descriptor, "size": layer.descriptor["size"] + 1} for layer in self.layers]',
        origin="habit",
    ),
    Mutant(
        "type-in-the-manifest-not-the-one-it-is-sent-with",
        "phase-output-readable",
        "rebase.py",
        FINAL,
        FINAL.replace("NewImage(media_type", 'NewImage("application/vnd.oci.image.manifest.v1+json"'),
        origin="habit",
    ),
    Mutant(
        "docker-manifest-whatever-the-layers-are",
        "phase-output-readable",
        "rebase.py",
        FORMAT,
        "media_type = app.media_type",
        origin="habit",
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
        origin="unseen again",
    ),
    # A history made up where the run image has none, with a time that no Go program can read.
    Mutant(
        "made-up-history-with-an-empty-time",
        "phase-output-readable",
        "publish.py",
        'return [{"created": CREATED} for _ in range(layers)]',
        'return [{"created": ""} for _ in range(layers)]',
        origin="unseen again",
    ),
    # Nobody who asks for the app's own platform gets it.
    Mutant(
        "index-describes-its-image-as-anothers",
        "phase-output-readable",
        "publish.py",
        WRITE_TAG,
        as_index('{"os": "linux", "architecture": "mips64"}'),
        origin="published",
    ),
    Mutant(
        "index-describes-its-image-with-another-variant",
        "phase-output-readable",
        "publish.py",
        WRITE_TAG,
        as_index(f'{{**{RIGHT}, **({{"variant": "v1"}} if said.get("variant") else {{}})}}'),
        origin="published",
    ),
    Mutant(
        "index-of-one-is-read", "phase-output-readable", "publish.py", WRITE_TAG, as_index(RIGHT), origin="left open"
    ),
    Mutant(
        "schema-version-of-another-time",
        "phase-output-readable",
        "export.py",
        'manifest = {"schemaVersion": 2,',
        'manifest = {"schemaVersion": 3,',
        origin="drawn",
    ),
    Mutant(
        "layer-without-size-believed",
        "phase-output-readable",
        "images.py",
        "        if not isinstance(size, int) or isinstance(size, bool) or size < 0:\n",
        "        if not whole:\n",
        origin="drawn",
    ),
)
