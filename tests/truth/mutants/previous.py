"""Faults in what is done with a previous image."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

FIND = "        image = selection.find(registry, reference, wanted)\n"
UNFIT = "    except (PlatformMismatchError, MalformedImageError) as error:\n"
WARN = 'console.warning(f"the previous image is not used: {error}")'
MISSING = 'console.info(f"previous image: {reference} does not exist")\n        return {}'
DESCRIBED = 'described: Table = {"image": {"reference": image.reference}}'
WITH_METADATA = 'return described if metadata is None else {**described, "metadata": labels.as_toml(metadata)}'
EXPORTED = "return selection.find(registry, parse(analyzed.previous_image), platform)"
GONE = "    except ImageMissingError:\n"
ADD_LAYERS = "        added, metadata = _add_layers(export, LayerWriter(directory, inputs.owner))\n"
WITH_FOREIGN_LAYER = (
    ADD_LAYERS
    + """\
        if registry.can_read(tags[0]):
            earlier = selection.find_any(registry, tags[0], wanted)
            added.insert(0, Added(earlier.layers[-1], "earlier"))
"""
)

MUTANTS = (
    Mutant(
        "foreign-image-analyzed",
        "analyzer-previous-foreign",
        "analyze.py",
        FIND,
        FIND.replace("find(", "find_any("),
    ),
    Mutant(
        "foreign-image-is-an-error",
        "analyzer-previous-foreign",
        "analyze.py",
        UNFIT,
        UNFIT.replace("(PlatformMismatchError, MalformedImageError)", "MalformedImageError"),
    ),
    Mutant(
        "foreign-image-stops-the-build",
        "build-previous-foreign",
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
    Mutant(
        "metadata-forgotten",
        "analyzer-previous-index",
        "analyze.py",
        WITH_METADATA,
        "return described",
    ),
    Mutant(
        "index-taken-for-absent",
        "analyzer-previous-index",
        "analyze.py",
        FIND,
        f"{FIND}        if image.digest != registry.read_manifest(reference).digest:\n            return {{}}\n",
    ),
    Mutant(
        "previous-digest-of-nothing",
        "analyzer-references-resolve",
        "analyze.py",
        DESCRIBED,
        'described: Table = {"image": {"reference": f"{image.repository}@sha256:{64 * chr(48)}"}}',
    ),
    Mutant(
        "foreign-image-exported-after",
        "exporter-previous-mismatch",
        "export.py",
        EXPORTED,
        EXPORTED.replace("find(", "find_any("),
    ),
    Mutant(
        "mismatch-passed-over",
        "exporter-previous-mismatch",
        "export.py",
        GONE,
        "    except RefusedError:\n",
    ),
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
        "foreign-layers-reused",
        "build-previous-foreign",
        "export.py",
        ADD_LAYERS,
        WITH_FOREIGN_LAYER,
    ),
)
