"""Faults that show where two builds run at the same time."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

TAGS_WRITTEN = """\
    for tag in tags:
        registry.write_manifest(tag, image.media_type, manifest)
"""

MUTANTS = (
    Mutant(
        "manifest-in-a-file-that-all-builds-share",
        "build-parallel-architectures",
        "publish.py",
        TAGS_WRITTEN,
        """\
    import time
    shared = f"{__file__}.manifest"
    with open(shared, "wb") as file:
        file.write(manifest)
    time.sleep(2)
    with open(shared, "rb") as file:
        manifest = file.read()
"""
        + TAGS_WRITTEN,
        origin="habit",
    ),
    Mutant(
        "digest-of-what-the-tag-leads-to-afterward",
        "build-parallel-architectures",
        "publish.py",
        '    described = {"tags": [str(tag) for tag in tags], "digest": digest_of(manifest), ',
        "    import time\n"
        "    time.sleep(2)\n"
        "    now = registry.read_manifest(tags[0]).digest\n"
        '    described = {"tags": [str(tag) for tag in tags], "digest": now, ',
        origin="habit",
    ),
)
