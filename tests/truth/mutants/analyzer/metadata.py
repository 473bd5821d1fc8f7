"""Faults in what the analyzer takes over of a previous image."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import UNFIT

STACK = '    renamed["stack"] = _renamed(renamed.get("stack"))\n'
NO_LAYERS = '    if not isinstance(entry, dict) or not isinstance(entry.get("layers"), dict):\n'
FOUND_AGAIN = '    image = selection.find(registry, parse(analyzed["image"]["reference"]), wanted)\n'
CHILD = "            return _read(registry, child)\n"

MUTANTS = (
    Mutant(
        "null-is-a-word",
        "analyzer-metadata-keys",
        "toml_writer.py",
        "        if value is not None and not _has_header(value):\n",
        "        if not _has_header(value):\n",
        origin="drawn",
    ),
    Mutant(
        "bill-of-materials-can-not-be-written",
        "analyzer-metadata-keys",
        "bills.py",
        'with open(path, "wb") as file:',
        'with open(path, "rb+") as file:',
        origin="drawn",
    ),
    Mutant(
        "numbers-with-a-fraction-are-none",
        "analyzer-metadata-keys",
        "toml_writer.py",
        "if isinstance(value, float) and not math.isfinite(value):",
        "if isinstance(value, float):",
        origin="drawn",
    ),
    Mutant(
        "run-image-under-another-key",
        "analyzer-metadata-keys",
        "labels.py",
        'TOML_NAMES = {"runImage": "run-image"',
        'TOML_NAMES = {"runImage": "run_image"',
        origin="drawn",
    ),
    Mutant(
        "stack-under-another-key",
        "analyzer-metadata-keys",
        "labels.py",
        STACK,
        STACK.replace('["stack"] = ', '["stacks"] = ').replace("get(", "pop("),
        origin="drawn",
    ),
    Mutant(
        "top-layer-left-out",
        "analyzer-metadata-keys",
        "labels.py",
        "    return {TOML_NAMES.get(key, key): inner for key, inner in value.items()} if isinstance(value, dict)",
        "    return {TOML_NAMES.get(k, k): v for k, v in value.items() if k != 'topLayer'} if isinstance(value, dict)",
    ),
    Mutant(
        "data-of-previous-layers-not-recorded",
        "analyzer-metadata-keys",
        "labels.py",
        "for key, value in layer.items()}",
        'for key, value in layer.items() if key != "data"}',
        origin="drawn",
    ),
    Mutant(
        "first-previous-buildpack-alone-recorded",
        "analyzer-metadata-keys",
        "toml_writer.py",
        "            for item in value:\n",
        "            for item in value[:1]:\n",
        origin="drawn",
    ),
    Mutant(
        "buildpack-without-layers-refused",
        "analyzer-metadata-keys",
        "labels.py",
        NO_LAYERS,
        "    from .errors import RefusedError\n"
        '    if "layers" not in entry:\n'
        '        raise RefusedError("a buildpack without layers")\n'
        f"{NO_LAYERS}",
        origin="drawn",
    ),
    Mutant(
        "variant-that-the-index-leaves-out-is-a-contradiction",
        "analyzer-previous-variant-spelling",
        "selection.py",
        CHILD,
        """\
            image, stated = _read(registry, child), entries[number].platform
            if stated and image.platform.variant != stated.variant:
                raise MalformedImageError("another variant than the index states")
            return image
""",
    ),
    Mutant(
        "bill-of-materials-of-a-foreign-image",
        "analyzer-foreign-sbom",
        "analyze.py",
        UNFIT,
        f"""\
{UNFIT}        import gzip
        import io
        import tarfile
        foreign = selection.find_any(registry, reference, wanted)
        sbom = (labels.read_metadata(foreign) or {{}}).get("sbom") or {{}}
        for layer in foreign.layers:
            if layer.diff_id == sbom.get("sha"):
                blob = gzip.decompress(registry.read_blob(layer.source, layer.digest))
                tarfile.open(fileobj=io.BytesIO(blob)).extractall("/")
""",
    ),
    Mutant(
        "bills-of-materials-of-the-first-child",
        "analyzer-foreign-sbom",
        "analyze.py",
        FOUND_AGAIN,
        """\
    from . import images
    whole = registry.read_manifest(parse(inputs.value("previous-image") or inputs.images[0]))
    first = images.entries(whole)[0].digest if images.is_index(whole) else whole.digest
    image = selection._read(registry, registry.read_manifest(parse(f"{whole.repository}@{first}")))
    bills_layer = labels.read_metadata(image)["sbom"]
""",
    ),
)
