"""Faults in what a tag leads to, where that is an index of the app image; and what of such an index is none."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

WRITTEN = "        registry.write_manifest(tag, image.media_type, manifest)\n"


def as_index(platform: str, also: str = "") -> str:
    """Give the writing of an index, of an app image that it describes with a platform, and of further entries."""
    return f"""\
        digest, size = digest_of(manifest), len(manifest)
        registry.write_manifest(replace(tag, digest=digest), image.media_type, manifest)
        said, entry = image.config, {{"mediaType": image.media_type, "digest": digest, "size": size}}
        entry["platform"] = {platform}
        kind = "application/vnd.oci.image.index.v1+json"
        index = {{"schemaVersion": 2, "mediaType": kind, "manifests": [entry{also}]}}
        registry.write_manifest(tag, kind, json.dumps(index).encode())
"""


RIGHT = '{key: said[key] for key in ("os", "architecture", "variant", "os.version") if said.get(key)}'
OF_ANOTHER = ', {**entry, "platform": {"os": "linux", "architecture": "mips64"}}'

MUTANTS = (
    # Nobody who asks for the app's own platform gets it.
    Mutant(
        "index-describes-its-image-as-anothers",
        "phase-output-readable",
        "publish.py",
        WRITTEN,
        as_index('{"os": "linux", "architecture": "mips64"}'),
    ),
    Mutant(
        "index-describes-its-image-with-another-variant",
        "phase-output-readable",
        "publish.py",
        WRITTEN,
        as_index(f'{{**{RIGHT}, **({{"variant": "v1"}} if said.get("variant") else {{}})}}'),
    ),
    Mutant(
        "index-describes-its-image-as-nobodys",
        "exporter-base-layers",
        "publish.py",
        WRITTEN,
        as_index('{"os": "unknown", "architecture": "unknown"}'),
    ),
    Mutant(
        "index-lists-the-app-for-another-platform-too",
        "exporter-base-layers",
        "publish.py",
        WRITTEN,
        as_index(RIGHT, OF_ANOTHER),
    ),
)

LEFT_OPEN = (
    # No text asks that a tag leads to a manifest itself.
    Mutant("index-of-one-is-published", "exporter-every-tag", "publish.py", WRITTEN, as_index(RIGHT)),
    Mutant("index-of-one-is-reported", "exporter-report-digest", "publish.py", WRITTEN, as_index(RIGHT)),
    Mutant("index-of-one-is-read", "phase-output-readable", "publish.py", WRITTEN, as_index(RIGHT)),
)
