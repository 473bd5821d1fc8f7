"""Faults of the exporter in what it does with the previous image."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

FIND_ANALYZED_PREVIOUS = "return selection.find(registry, parse(analyzed.previous_image), platform)"
GONE = "    except ImageMissingError:\n"

PLATFORM = "    platform = BuildPlatform(run_image.platform, wanted.chooses)\n"

MUTANTS = (
    Mutant(
        "foreign-image-exported-after",
        "exporter-previous-mismatch",
        "export.py",
        FIND_ANALYZED_PREVIOUS,
        FIND_ANALYZED_PREVIOUS.replace("find(", "find_any("),
    ),
    Mutant("mismatch-passed-over", "exporter-previous-mismatch", "export.py", GONE, "    except RefusedError:\n"),
    Mutant(
        "absent-child-passed-over",
        "exporter-previous-mismatch",
        "export.py",
        GONE,
        "    except RefusedError as error:\n"
        '        if "is an index" not in str(error) and not isinstance(error, ImageMissingError):\n            raise\n',
    ),
    Mutant(
        "previous-image-never-looked-at",
        "exporter-previous-mismatch",
        "export.py",
        "    if not analyzed.previous_image:\n",
        "    if True:\n",
    ),
    Mutant(
        "first-child-as-previous-image-of-an-export",
        "exporter-previous-mismatch",
        "export.py",
        f"        {FIND_ANALYZED_PREVIOUS}\n",
        "        document = registry.read_manifest(parse(analyzed.previous_image))\n"
        "        if selection.images.is_index(document):\n"
        "            entry = selection.images.entries(document)[0]\n"
        "            return selection._read(registry, selection._read_child(registry, document, entry))\n"
        f"        {FIND_ANALYZED_PREVIOUS}\n",
        origin="habit",
    ),
    Mutant(
        "previous-image-trusted-where-a-digest-names-it",
        "exporter-previous-mismatch",
        "export.py",
        "platform = BuildPlatform(run_image.platform, wanted.chooses)",
        "platform = BuildPlatform(run_image.platform, wanted.chooses)\n"
        "    if '@' in analyzed.previous_image:\n"
        "        return selection.find_any(registry, parse(analyzed.previous_image), platform)",
        origin="habit",
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
        origin="unseen",
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
        origin="unseen",
    ),
    # The previous image by its repository's latest tag rather than by the digest that was analyzed.
    Mutant(
        "previous-image-by-its-latest-tag",
        "exporter-previous-mismatch",
        "export.py",
        "return selection.find(registry, parse(analyzed.previous_image), platform)",
        'return selection.find(registry, parse(analyzed.previous_image.partition("@")[0]), platform)',
        origin="unseen again",
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
    if analyzed.previous_image and parse(analyzed.previous_image).repository == tags[0].repository:
        analyzed = analyzed._replace(previous_image=str(tags[0]))
    previous = Previous(_find_previous(registry, analyzed, run_image, wanted), analyzed.metadata)
""",
        origin="unseen again",
    ),
    Mutant(
        "system-of-the-previous-image-ignored",
        "exporter-previous-mismatch",
        "export.py",
        PLATFORM,
        f"{PLATFORM}"
        "    if not selection.images.is_index(registry.read_manifest(parse(analyzed.previous_image))):\n"
        "        found = selection.find_any(registry, parse(analyzed.previous_image), platform)\n"
        "        platform = platform._replace(platform=platform.platform._replace(os=found.platform.os))\n",
        origin="habit",
    ),
    Mutant(
        "variant-of-the-previous-image-ignored",
        "exporter-previous-variant",
        "export.py",
        PLATFORM,
        '    platform = BuildPlatform(run_image.platform._replace(variant=""), wanted.chooses)\n',
    ),
)
