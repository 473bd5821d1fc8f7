"""Faults with layers that another place than the registry has."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

IS_ELSEWHERE = 'return bool(self.descriptor.get("urls")) and ("nondistributable" in kind or "foreign" in kind)'
DESCRIBED = 'layer._replace(descriptor={**layer.descriptor, "mediaType": kind})'

MUTANTS = (
    Mutant(
        "every-layer-asked-of-the-registry",
        "exporter-foreign-layers",
        "images.py",
        IS_ELSEWHERE,
        "return False",
        origin="drawn",
    ),
    Mutant(
        "oci-layers-alone-are-elsewhere",
        "exporter-foreign-layers",
        "images.py",
        IS_ELSEWHERE,
        IS_ELSEWHERE.replace(' or "foreign" in kind', ""),
        origin="drawn",
    ),
    Mutant(
        "urls-dropped",
        "exporter-foreign-layers",
        "publish.py",
        DESCRIBED,
        'layer._replace(descriptor={"mediaType": kind, **{k: layer.descriptor[k] for k in ("size", "digest")}})',
        origin="habit",
    ),
    Mutant(
        "type-of-layers-that-are-elsewhere-changed",
        "exporter-foreign-layers",
        "publish.py",
        'kinds = [names.get(layer.descriptor["mediaType"], layer.descriptor["mediaType"]) for layer in layers]',
        "kinds = [LAYER_TYPES[0][docker] for _ in layers]",
        origin="habit",
    ),
)
