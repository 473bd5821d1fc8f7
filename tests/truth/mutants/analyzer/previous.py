"""Faults of the analyzer in what it does with the previous image."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import (
    ABSENT,
    CHOOSE,
    DESCRIBED,
    LAST_CHILD,
    LISTED,
    NEXT_ENTRY,
    UNFIT,
    WITHOUT_LOOKING,
)

FIND_PREVIOUS = "        image = selection.find(registry, reference, wanted)\n"
WARN = 'console.warning(f"the previous image is not used: {error}")'
MISSING = 'console.info(f"previous image: {reference} does not exist")\n        return {}'
WITH_METADATA = 'return described if metadata is None else {**described, "metadata": labels.as_toml(metadata)}'

MUTANTS = (
    Mutant("last-child-as-previous-image", "analyzer-previous-index", "selection.py", CHOOSE, LAST_CHILD + CHOOSE),
    Mutant(
        "any-previous-child-where-none-fits",
        "analyzer-previous-absent",
        "selection.py",
        ABSENT,
        f"    if child is None and images.entries(document):\n{WITHOUT_LOOKING}{ABSENT}",
    ),
    Mutant(
        "foreign-image-analyzed",
        "analyzer-previous-foreign",
        "analyze.py",
        FIND_PREVIOUS,
        FIND_PREVIOUS.replace("find(", "find_any("),
    ),
    Mutant(
        "foreign-image-is-an-error",
        "analyzer-previous-foreign",
        "analyze.py",
        UNFIT,
        UNFIT.replace("(PlatformMismatchError, MalformedImageError)", "MalformedImageError"),
    ),
    Mutant(
        "metadata-of-a-foreign-image-kept",
        "analyzer-previous-foreign",
        "analyze.py",
        f"{WARN}\n        return {{}}",
        f"{WARN}\n        foreign = selection.find_any(registry, reference, wanted)\n"
        '        return {"metadata": labels.as_toml(labels.read_metadata(foreign) or {})}',
    ),
    Mutant(
        "reference-of-a-foreign-image-kept",
        "analyzer-previous-foreign",
        "analyze.py",
        f"{WARN}\n        return {{}}",
        f'{WARN}\n        return {{"image": {{"reference": str(reference)}}}}',
    ),
    Mutant(
        "absent-child-is-an-error",
        "analyzer-previous-absent",
        "analyze.py",
        UNFIT,
        f'{UNFIT}        if "is an index" in str(error):\n            raise\n',
    ),
    Mutant("silent", "analyzer-previous-warning", "analyze.py", WARN, WARN.replace("warning", "info")),
    Mutant(
        "warning-whether-or-not",
        "analyzer-previous-warning",
        "analyze.py",
        'console.info(f"previous image: {image.reference}")',
        'console.warning(f"previous image: {image.reference}")',
    ),
    Mutant(
        "warning-for-absent-children-only",
        "analyzer-previous-warning",
        "analyze.py",
        WARN,
        f'{WARN} if "is an index" in str(error) else console.info("no previous image")',
    ),
    Mutant("missing-image-is-an-error", "analyzer-previous-missing", "analyze.py", MISSING, "raise"),
    Mutant(
        "missing-image-named",
        "analyzer-previous-missing",
        "analyze.py",
        MISSING,
        MISSING.replace("return {}", 'return {"image": {"reference": str(reference)}}'),
    ),
    Mutant(
        "index-named-instead-of-its-child",
        "analyzer-previous-index",
        "analyze.py",
        DESCRIBED,
        DESCRIBED.replace("image.reference", "str(reference)"),
    ),
    Mutant("metadata-forgotten", "analyzer-previous-index", "analyze.py", WITH_METADATA, "return described"),
    Mutant(
        "index-taken-for-absent",
        "analyzer-previous-index",
        "analyze.py",
        FIND_PREVIOUS,
        f"{FIND_PREVIOUS}        if image.digest != registry.read_manifest(reference).digest:\n"
        "            return {}\n",
    ),
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
        origin="habit",
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
        origin="habit",
    ),
    Mutant(
        "previous-image-by-its-tag",
        "analyzer-previous-index",
        "analyze.py",
        DESCRIBED,
        DESCRIBED.replace("image.reference", 'str(reference).partition("@")[0]'),
        origin="habit",
    ),
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
        origin="unseen",
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
        origin="unseen",
    ),
    # Characters beyond the basic plane are written as JSON has them: analyzed.toml can't be read any more.
    Mutant(
        "characters-beyond-the-basic-plane",
        "analyzer-previous-index",
        "toml_writer.py",
        "json.dumps(clean, ensure_ascii=False)",
        "json.dumps(clean)",
        origin="unseen again",
    ),
    # A layer called python3.11 becomes a table in a table.
    Mutant(
        "dotted-layer-names-split",
        "analyzer-previous-index",
        "toml_writer.py",
        '0123456789-_")',
        '0123456789-_.")',
        origin="unseen again",
    ),
    # An index with an empty list of manifests is blamed on the registry.
    Mutant(
        "empty-index-blamed-on-the-registry",
        "analyzer-previous-absent",
        "images.py",
        LISTED,
        LISTED
        + """\
    if not listed:
        from .errors import RegistryError

        raise RegistryError(f"{document.repository} sent an index of nothing")
""",
        origin="unseen again",
    ),
    # The previous image is passed over without a word where it is the one that will be replaced.
    Mutant(
        "no-warning-for-the-output-tag",
        "analyzer-previous-warning",
        "analyze.py",
        "    analyzed = {**_previous_image(registry, previous, wanted), ",
        """\
    import contextlib
    import io

    quiet = contextlib.nullcontext() if inputs.value("previous-image") else contextlib.redirect_stderr(io.StringIO())
    with quiet:
        found = _previous_image(registry, previous, wanted)
    analyzed = {**found, """,
        origin="unseen again",
    ),
    # With -tag, the last tag is taken for the previous image.
    Mutant(
        "last-tag-as-previous-image",
        "analyzer-previous-missing",
        "analyze.py",
        'parse(inputs.value("previous-image") or inputs.images[0])',
        'parse(inputs.value("previous-image") or (*inputs.images, *inputs.repeated("tag"))[-1])',
        origin="unseen again",
    ),
    Mutant(
        "next-entry-where-a-child-is-lost-previous",
        "analyzer-previous-absent",
        "selection.py",
        CHOOSE,
        NEXT_ENTRY,
        origin="public",
    ),
)
