"""What a lifecycle pushed is of the types that it should have, or is told as what it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fixtures.oci.documents import Unreadable
from fixtures.oci.image_documents import config_of, manifest_of

DIGEST = "sha256:" + "a" * 64
MANIFEST: dict[str, Any] = {"config": {"digest": DIGEST, "size": 2}, "layers": [{"digest": DIGEST}]}
CONFIG: dict[str, Any] = {
    "os": "linux",
    "rootfs": {"diff_ids": [DIGEST]},
    "history": [{"empty_layer": True}],
    "config": {"Labels": {"a": "b"}, "Env": ["A=b"]},
}
DEEP = b'{"config":' + b"[" * 100_000


def test_what_is_right_is_given_as_it_is() -> None:
    assert manifest_of(json.dumps(MANIFEST).encode()) == MANIFEST
    assert config_of(json.dumps(CONFIG).encode()) == CONFIG


def test_what_may_be_left_out_may_be_null() -> None:
    assert config_of(b'{"config": {"Labels": null, "Env": null}, "rootfs": null, "history": null, "variant": null}')
    assert config_of(b'{"config": null}')
    assert manifest_of(json.dumps({**MANIFEST, "layers": None}).encode())


ODD: dict[str, tuple[Any, ...]] = {
    "config": (5, {}, {"digest": "sha256:../../x"}),
    "layers": (5, {"a": 1}, [5], [{}], [{"digest": 5}], [{"digest": "no digest"}]),
}


@pytest.mark.parametrize("odd", [{key: value} for key, values in ODD.items() for value in values], ids=str)
def test_a_manifest_of_other_types_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        manifest_of(json.dumps({**MANIFEST, **odd}).encode())


@pytest.mark.parametrize(
    "odd",
    [
        *({"rootfs": value} for value in (5, {"diff_ids": 5}, {"diff_ids": [5]})),
        *({"config": value} for value in (5, {"Labels": [1]}, {"Labels": {"a": 1}}, {"Env": "A=b"}, {"Env": [1]})),
        *({"history": value} for value in (5, [5])),
        *({"os": value} for value in (5, ["linux"], "\ud800")),
    ],
    ids=str,
)
def test_a_config_of_other_types_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        config_of(json.dumps({**CONFIG, **odd}).encode())


@pytest.mark.parametrize("body", [DEEP, b"[]", b"5", b"", b"\xff", b'{"config": ' + b"1" * 5000 + b"}"])
def test_what_is_no_document_is_refused(body: bytes) -> None:
    for parse in (manifest_of, config_of):
        with pytest.raises(Unreadable):
            parse(body)
