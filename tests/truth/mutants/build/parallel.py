"""Faults that show where two builds run at the same time."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

TAGS_WRITTEN = """\
    for tag in tags:
        registry.write_manifest(tag, image.media_type, manifest)
"""

DERIVED = '    return {**run_image.config, "created": when, "config": run_config}\n'

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
    # What is kept by the tag of the image to be: what another build under that tag is for is taken for one's own.
    Mutant(
        "architecture-in-a-file-of-the-tag",
        "build-parallel-architectures",
        "app_config.py",
        DERIVED,
        """\
    import contextlib
    import hashlib

    kept = f"{__file__}.{hashlib.sha256(inputs.images[0].encode()).hexdigest()}"
    with contextlib.suppress(FileExistsError), open(kept, "x", encoding="utf-8") as file:
        file.write(run_image.platform.architecture)
    with open(kept, encoding="utf-8") as file:
        kept = file.read()
"""
        + DERIVED.replace('"created"', '"architecture": kept, "created"'),
        origin="habit",
        as_two=True,
    ),
)
