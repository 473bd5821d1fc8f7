"""Faults in the names by which an app image knows its run image, and in what the report says of tags and size."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

NAMED = 'names = run_images.describe(files.read_run_images(inputs.value("run")), analyzed.run_image_name)'
HOLDS = "        if any(same_name(name, run_image) for name in names.all):\n"
MIRRORS = 'return {**names, "mirrors": list(self.mirrors)} if self.mirrors else names'
STACK = '"stack": {"runImage": names.as_json()}}'
REPORTED = '"tags": [str(tag) for tag in tags]'
SIZE = ', "manifest-size": len(manifest)}'

MUTANTS = (
    Mutant(
        "first-on-offer-always-named",
        "exporter-run-image-named",
        "run_images.py",
        HOLDS,
        "        if names.all:\n",
    ),
    Mutant(
        "mirrors-not-looked-through",
        "exporter-run-image-named",
        "run_images.py",
        HOLDS,
        "        if same_name(names.image, run_image):\n",
    ),
    Mutant(
        "none-named-where-none-on-offer-was-analyzed",
        "exporter-run-image-named",
        "run_images.py",
        "    return next(iter(images), RunImageNames())\n\n\ndef _nothing",
        "    return RunImageNames(run_image)\n\n\ndef _nothing",
    ),
    Mutant(
        "mirrors-dropped-at-export", "exporter-run-image-named", "files.py", MIRRORS, "return names", origin="habit"
    ),
    Mutant(
        "names-on-offer-dropped",
        "exporter-run-image-named",
        "export.py",
        NAMED,
        NAMED.replace('files.read_run_images(inputs.value("run"))', "()"),
        origin="drawn",
    ),
    Mutant(
        "analyzed-name-without-the-mirrors",
        "exporter-run-image-named",
        "export.py",
        "return names if names.image else RunImageNames(analyzed.run_image_name)",
        "return RunImageNames(analyzed.run_image_name or names.image)",
        origin="habit",
    ),
    Mutant(
        "stack-says-what-was-analyzed",
        "exporter-run-image-named",
        "export.py",
        STACK,
        '"stack": {"runImage": {**names.as_json(), "image": export.analyzed.run_image_name + "-old"}}}',
    ),
    Mutant(
        "names-in-stack-alone",
        "exporter-run-image-named",
        "export.py",
        "        located |= names.as_json()\n",
        "        pass\n",
    ),
    Mutant("no-stack", "exporter-stack-key", "export.py", f", {STACK}", "}", origin="drawn"),
    Mutant("stack-without-run-image", "exporter-stack-key", "export.py", STACK, '"stack": {}}', origin="drawn"),
    Mutant("tags-not-reported", "exporter-report", "publish.py", f"{REPORTED}, ", ""),
    Mutant("first-tag-reported", "exporter-report", "publish.py", REPORTED, REPORTED.replace("in tags", "in tags[:1]")),
    Mutant(
        "repositories-reported",
        "exporter-report",
        "publish.py",
        REPORTED,
        REPORTED.replace("str(tag)", "str(tag.repository)"),
    ),
    Mutant(
        "digests-reported-as-tags",
        "exporter-report",
        "publish.py",
        REPORTED,
        REPORTED.replace("str(tag)", 'f"{tag.repository}@{digest_of(manifest)}"'),
        origin="habit",
    ),
    Mutant("size-not-reported", "exporter-report", "publish.py", SIZE, "}"),
    Mutant(
        "size-of-the-config-reported",
        "exporter-report",
        "publish.py",
        SIZE,
        SIZE.replace("len(manifest)", "len(image.config_content())"),
    ),
    Mutant(
        "size-of-the-layers-reported",
        "exporter-report",
        "publish.py",
        SIZE,
        SIZE.replace("len(manifest)", 'sum(layer.descriptor["size"] for layer in image.layers)'),
        origin="habit",
    ),
    Mutant(
        "size-up-to-four-kilobytes",
        "exporter-report",
        "publish.py",
        SIZE,
        SIZE.replace("len(manifest)", "min(4096, len(manifest))"),
        origin="habit",
    ),
)
