"""Faults in which tags are written, and in what the report says."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import (
    DELETE,
    EVERY_TAG,
    EXPORTER_FINDS,
    LITTER,
    REPORT,
    RIGHT,
    WRITE_TAG,
    as_index,
    tried,
    written,
)

WRITE_BLOBS = "    for repository in dict.fromkeys(tag.repository for tag in tags):\n"

MUTANTS = (
    Mutant(
        "one-of-several-tags-written",
        "exporter-every-tag",
        "export.py",
        EXPORTER_FINDS,
        tried(EXPORTER_FINDS, LITTER, "tags[-1]"),
    ),
    Mutant(
        "tag-deleted-by-the-exporter",
        "exporter-every-tag",
        "export.py",
        EXPORTER_FINDS,
        tried(EXPORTER_FINDS, DELETE, "tags[0]"),
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
        written("exporter", '[*tags, tags[0]._replace(tag="extra")]', "manifest"),
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
    Mutant(
        "layers-sent-to-the-first-repository-alone",
        "exporter-every-tag",
        "publish.py",
        WRITE_BLOBS,
        WRITE_BLOBS.replace("for tag in tags", "for tag in tags[:1]"),
        origin="habit",
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
        origin="unseen",
    ),
    # No text asks that a tag leads to a manifest itself.
    Mutant(
        "index-of-one-is-published", "exporter-every-tag", "publish.py", WRITE_TAG, as_index(RIGHT), origin="left open"
    ),
    Mutant(
        "index-of-one-is-reported",
        "exporter-report-digest",
        "publish.py",
        WRITE_TAG,
        as_index(RIGHT),
        origin="left open",
    ),
)
