"""Independent eyes: what a lifecycle made of an image is no reason for the suite to fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.observers.read_back import Skopeo
from fixtures.oci.platforms import AMD64
from tests.support.runs import write_program


@pytest.mark.parametrize("rootfs", [None, {}, {"diff_ids": None}], ids=["null", "empty", "null-inside"])
def test_image_without_diff_ids_is_seen_without_any(rootfs: Any, tmp_path: Path) -> None:
    config = json.dumps({"os": "linux", "architecture": "amd64", "rootfs": rootfs})
    write_program(tmp_path / "skopeo", f"#!/bin/sh\necho '{config}'\n")

    seen = Skopeo(str(tmp_path / "skopeo")).read("registry.example/app:latest", AMD64)

    assert seen.diff_ids == ()
