"""Faults in what of an index's documents is heeded, and in which of several variants is chosen."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import LISTED

NESTED = "        leaf = _choose(registry, child, wanted, (*above, index.digest))\n"
MAY_BE = '    known = entry.get("mediaType") in (*INDEXES, *MANIFESTS)\n'
STATED = '    stated = _parsed(document).get("mediaType", document.media_type)\n'
TYPE = '        media_type = answer.header("Content-Type").partition(";")[0].strip()\n'
UNSTATED = 'UNSTATED_VARIANT = {"amd64": "v1", "arm": "v7", "arm64": "v8"}'
LEVEL = "    return tuple(int(part) for part in numbers) if levelled else ()\n"
ODD_TYPES = "    if not all(isinstance(field, str) for field in fields) or"


def heeded(condition: str) -> str:
    """Give the reading of an index that is refused on a condition of its `document`, parsed as `top`."""
    return f"{LISTED}    top = _parsed(document)\n    if {condition}:\n        raise MalformedImageError('odd')\n"


MUTANTS = (
    Mutant(
        "artifact-type-of-an-index-refused",
        "index-properties",
        "images.py",
        LISTED,
        heeded('"artifactType" in top'),
        origin="public",
    ),
    Mutant("index-about-another-refused", "index-properties", "images.py", LISTED, heeded('"subject" in top')),
    Mutant(
        "unknown-properties-of-an-index-refused",
        "index-properties",
        "images.py",
        LISTED,
        heeded('set(top) - {"schemaVersion", "mediaType", "manifests", "artifactType", "subject"}'),
    ),
    Mutant(
        "entries-with-addresses-passed-over",
        "index-properties",
        "images.py",
        MAY_BE,
        MAY_BE.replace('entry.get("mediaType") in', 'not entry.get("urls") and entry.get("mediaType") in'),
    ),
    Mutant(
        "unknown-type-refused",
        "index-unknown-type",
        "images.py",
        MAY_BE,
        f"{MAY_BE}    if not known:\n        raise MalformedImageError('of unknown type')\n",
    ),
    Mutant("unknown-type-taken", "index-unknown-type", "images.py", MAY_BE, "    known = True\n"),
    Mutant(
        "parameters-of-the-content-type-refused",
        "index-content-type",
        "registry.py",
        TYPE,
        f"{TYPE}        if answer.header('Content-Type') != media_type:\n"
        "            raise MalformedImageError('of an odd type')\n",
    ),
    Mutant(
        "first-entry-where-the-type-is-odd",
        "index-content-type",
        "selection.py",
        "    child = _choose(registry, document, wanted.platform, ())\n",
        """\
    if document.media_type not in (*images.INDEXES, *images.MANIFESTS):
        return _read(registry, _read_child(registry, document, images.entries(document)[0]))
    child = _choose(registry, document, wanted.platform, ())
""",
    ),
    Mutant(
        "inner-index-must-have-one-entry",
        "index-nested",
        "selection.py",
        NESTED,
        f"        if len(images._parsed(child)['manifests']) != 1:\n            continue\n{NESTED}",
        origin="public",
    ),
    Mutant(
        "first-entry-of-an-inner-index",
        "index-nested",
        "selection.py",
        NESTED,
        "        listed = images._parsed(child)['manifests'][0]\n"
        "        first = Descriptor(listed['mediaType'], listed['digest'], None)\n"
        "        leaf = _read(registry, _read_child(registry, child, first))\n",
        origin="public",
    ),
    Mutant(
        "arm64-is-no-v8",
        "index-variant",
        "platforms.py",
        UNSTATED,
        UNSTATED.replace(', "arm64": "v8"', ""),
        origin="drawn",
    ),
    Mutant("arm64-is-v9", "index-variant", "platforms.py", UNSTATED, UNSTATED.replace('"v8"', '"v9"'), origin="drawn"),
    Mutant("amd64-is-v3", "index-variant", "platforms.py", UNSTATED, UNSTATED.replace('"v1"', '"v3"'), origin="public"),
    Mutant(
        "variant-of-no-level-is-fatal",
        "index-variant",
        "platforms.py",
        LEVEL,
        "    if variant and not levelled:\n"
        "        from .errors import MalformedImageError\n"
        f"        raise MalformedImageError(f'{{variant}} is no variant')\n{LEVEL}",
        origin="drawn",
    ),
    Mutant(
        "platform-of-wrong-types-is-fatal",
        "index-sibling",
        "images.py",
        ODD_TYPES,
        "    if any(field is None for field in (value.get(key, '') for key in ('os', 'architecture', 'variant'))):\n"
        f"        raise MalformedImageError('odd')\n{ODD_TYPES}",
        origin="drawn",
    ),
    # Left open: OCI distribution tells clients to reject what its own mediaType contradicts the header of.
    Mutant(
        "content-type-before-the-media-type",
        "index-content-type",
        "images.py",
        STATED,
        "    stated = document.media_type\n",
        origin="left open",
    ),
)
