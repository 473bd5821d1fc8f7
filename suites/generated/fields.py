"""Optional properties of an index and of its entries, as they are drawn: right, odd, and of another type.

Sources: OCI image specification 1.1, image-index.md, descriptor.md; Docker's Image Manifest V2, Schema 2.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial
from typing import Any

from fixtures.oci.images import Entry, ImageSpec, platform_document
from fixtures.oci.options import NOTED, SUBJECT

Fields = tuple[tuple[str, Any], ...]
MakeEntry = Callable[[ImageSpec], Entry]

ELSEWHERE = ["https://blobs.example/a", "http://[::1]:1/b"]


def described(image: ImageSpec, **fields: Any) -> Entry:
    """Give an entry whose descriptor states this besides."""
    return Entry(image, fields=tuple(fields.items()))


def on(image: ImageSpec, **parts: Any) -> Entry:
    """Give an entry whose platform states this besides, a dot in a name written as two underscores."""
    more = {name.replace("__", "."): value for name, value in parts.items()}
    return Entry(image, {**(platform_document(image.platform) or {}), **more})


def embedded(image: ImageSpec) -> Entry:
    """Give an entry that has its manifest in it (descriptor.md, "data")."""
    return described(image, data=base64.b64encode(image.root.body).decode())


def lost(image: ImageSpec) -> Entry:
    """Give an entry whose digest is none."""
    return Entry(image, fields=(("digest", "sha256:12"),), is_there=False)


def larger(image: ImageSpec) -> Entry:
    """Give an entry that says another size than its child has."""
    return described(image, size=len(image.root.body) + 1)


VALID_ENTRIES: tuple[MakeEntry, ...] = (
    partial(described, annotations=NOTED),
    partial(described, annotations={}, urls=[]),
    partial(described, urls=ELSEWHERE),
    lambda image: Entry(image, fields=(("com.example.more", {"of": [1]}),)),
    embedded,
    partial(on, features=[], os__features=[]),
    partial(on, com__example__tier=1),
    partial(on, variant=""),
)
"""Entries that say more than they have to, and are as right as any."""

ODD_ENTRIES: tuple[MakeEntry, ...] = (
    partial(described, annotations=None, urls=None),
    partial(described, annotations=[1]),
    partial(described, annotations={"com.example": 1}),
    partial(described, urls="https://blobs.example/a"),
    partial(described, data="e30="),
    partial(described, data="no base64"),
    partial(described, data=7),
    partial(described, artifactType=""),
    partial(described, artifactType=["application/vnd.example"]),
    partial(described, size="many"),
    partial(described, mediaType=None),
    larger,
    lost,
    partial(on, os__features=["win32k"]),
    partial(on, features=["sse4"]),
    partial(on, features="sse4"),
    partial(on, variant=8),
    partial(on, os=None),
    partial(on, architecture=["amd64", "arm64"]),
    lambda image: Entry(image, None, fields=(("platform", ["linux", "amd64"]),)),
)
"""Entries that may be meant otherwise than they would be without, or can't be read."""

VALID_FIELDS: tuple[Fields, ...] = (
    *[()] * 12,
    (("annotations", NOTED),),
    (("annotations", {}), ("subject", SUBJECT)),
    (("com.example.more", [{"of": None}]),),
    (("mediaType", None),),
)
"""What an index may say of itself; nothing, mostly."""

ODD_FIELDS: tuple[Fields, ...] = (
    (("artifactType", "application/vnd.example.set"),),
    (("artifactType", 7),),
    (("annotations", [1]),),
    (("annotations", {"com.example": 1}),),
    (("subject", "sha256:12"),),
    (("subject", {"digest": 1}),),
    (("schemaVersion", 1),),
    (("schemaVersion", "2"),),
    (("schemaVersion", None),),
    (("mediaType", "application/vnd.oci.image.manifest.v1+json"),),
    (("mediaType", 7),),
)
"""What makes an index another thing, or none that can be read."""
