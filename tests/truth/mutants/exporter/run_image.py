"""Faults of the exporter in the run image that it takes."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import (
    ABSENT,
    BY_DIGEST,
    CHOOSE,
    ENTRIES,
    EXPORTED_LOCATED,
    EXPORTER_FINDS,
    LAST_CHILD,
    LISTED,
    LITTER,
    NEXT_ENTRY,
    RUN_IMAGE,
    STATUS,
    UPLOADS,
    WITHOUT_LOOKING,
    tried,
)

OWN_FAMILY = """\
family = "docker" in document.media_type
    mine = [entry for entry in listed if isinstance(entry, dict) and _may_be_image(entry)]
    return [_descriptor(entry) for entry in mine if ("docker" in entry["mediaType"]) == family]"""

MUTANTS = (
    Mutant("last-child", "exporter-run-index", "selection.py", CHOOSE, LAST_CHILD + CHOOSE),
    Mutant(
        "any-child-where-none-fits-the-exporter",
        "exporter-run-absent",
        "selection.py",
        ABSENT,
        f"    if child is None and images.entries(document):\n{WITHOUT_LOOKING}{ABSENT}",
    ),
    Mutant(
        "foreign-run-image-accepted-by-the-exporter",
        "exporter-run-foreign",
        "export.py",
        "selection.find(registry, parse(analyzed.run_image), wanted)",
        "selection.find_any(registry, parse(analyzed.run_image), wanted)",
    ),
    Mutant("success-with-nothing-done", "exporter-run-absent", "main.py", STATUS, "return 0"),
    Mutant(
        "half-written", "exporter-run-foreign", "export.py", EXPORTER_FINDS, tried(EXPORTER_FINDS, LITTER, "tags[0]")
    ),
    Mutant(
        "run-image-recorded-by-tag",
        "exporter-run-index",
        "export.py",
        EXPORTED_LOCATED,
        EXPORTED_LOCATED.replace("export.run_image.reference", "export.analyzed.run_image_name"),
    ),
    Mutant(
        "tag-read-again",
        "exporter-run-recorded",
        "export.py",
        RUN_IMAGE,
        RUN_IMAGE.replace("run_image)", "run_image_name or analyzed.run_image)"),
    ),
    Mutant(
        "tag-read-again-where-it-is-an-index",
        "exporter-run-recorded",
        "export.py",
        f"    run_image = {RUN_IMAGE}\n",
        f"    run_image = {RUN_IMAGE}\n"
        "    moved = registry.read_manifest(parse(analyzed.run_image_name))\n"
        "    if 'index' in moved.media_type:\n"
        "        run_image = selection.find(registry, parse(analyzed.run_image_name), wanted)\n",
    ),
    Mutant(
        "only-children-of-the-family-of-the-index",
        "exporter-any-index",
        "images.py",
        ENTRIES,
        OWN_FAMILY,
        origin="generated",
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
        origin="habit",
    ),
    Mutant(
        "index-digest-recorded-in-the-label",
        "exporter-run-index",
        "export.py",
        EXPORTED_LOCATED,
        EXPORTED_LOCATED.replace("export.run_image.reference", "export.analyzed.run_image"),
        origin="habit",
    ),
    Mutant(
        "half-written-by-digest",
        "exporter-run-absent",
        "export.py",
        EXPORTER_FINDS,
        tried(EXPORTER_FINDS, BY_DIGEST, "tags[0]"),
        origin="habit",
    ),
    Mutant(
        "digest-references-are-trusted",
        "exporter-run-foreign",
        "export.py",
        RUN_IMAGE,
        f"(selection.find_any if '@' in analyzed.run_image else selection.find)({RUN_IMAGE.partition('(')[2]}",
        origin="habit",
    ),
    Mutant(
        "tags-are-trusted",
        "exporter-run-foreign",
        "export.py",
        RUN_IMAGE,
        f"(selection.find if '@' in analyzed.run_image else selection.find_any)({RUN_IMAGE.partition('(')[2]}",
        origin="habit",
    ),
    # A fitting child whose index entry has any annotation (org.opencontainers.image.*, com.docker.*) is passed
    # over as an attestation.
    Mutant(
        "annotated-entry-is-attestation",
        "exporter-run-index",
        "images.py",
        '    attests = isinstance(annotations, dict) and "vnd.docker.reference.type" in annotations',
        "    attests = isinstance(annotations, dict) and bool(annotations)",
        origin="unseen",
    ),
    # An OCI index without the optional field mediaType is taken for an image, and the build on it refused.
    Mutant(
        "index-needs-media-type-field",
        "exporter-run-index",
        "images.py",
        '    stated = _parsed(document).get("mediaType", document.media_type)',
        '    stated = _parsed(document).get("mediaType", OCI_MANIFEST)',
        origin="unseen",
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
        origin="unseen",
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
        origin="unseen",
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
        origin="unseen again",
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
        origin="unseen again",
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
        origin="unseen again",
    ),
    # Where descriptor and config disagree, all that is asked is consistency.
    Mutant(
        "entry-believed-whatever-the-config-says",
        "exporter-run-foreign",
        "selection.py",
        "    return _fitting(child, wanted.platform, str(reference))",
        "    return child",
        origin="left open",
    ),
    Mutant(
        "next-entry-where-a-child-is-lost-export",
        "exporter-run-absent",
        "selection.py",
        CHOOSE,
        NEXT_ENTRY,
        origin="public",
    ),
)
