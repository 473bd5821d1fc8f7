"""The reference lifecycle's image: the same bytes each time, and what a lifecycle image has to have."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from fixtures.oci.platforms import AMD64, ARM64, S390X, Platform
from tools import reference_image
from tools.oci_archive import Archive, ArchiveError

LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """An archive with a base image for amd64 and arm64, each of one layer of its own."""
    archive = Archive()
    entries = []
    for platform in (AMD64, ARM64):
        content = gzip.compress(f"the files of {platform}".encode(), mtime=0)
        diff_id = f"sha256:{hashlib.sha256(gzip.decompress(content)).hexdigest()}"
        config = {
            "os": platform.os,
            "architecture": platform.architecture,
            "config": {"Env": ["PATH=/python/bin"], "Labels": {"kept": "yes"}},
            "rootfs": {"type": "layers", "diff_ids": [diff_id]},
        }
        entries.append(archive.add_image(config, [archive.add(content, LAYER)], platform))
    archive.write(tmp_path / "base.tar", archive.add_index(entries), name="base")
    return tmp_path / "base.tar"


@pytest.mark.parametrize("platform", [AMD64, ARM64], ids=str)
def test_lifecycle_is_put_on_the_base_of_each_architecture(platform: Platform, base: Path, tmp_path: Path) -> None:
    reference_image.build([AMD64, ARM64], tmp_path / "image.tar", base)
    archive = Archive.read(tmp_path / "image.tar")
    manifest, config = archive.image_for(platform)
    below, lifecycle = (gzip.decompress(archive.blob(layer["digest"])) for layer in manifest["layers"])
    assert below == f"the files of {platform}".encode()
    assert config["rootfs"]["diff_ids"][1] == f"sha256:{hashlib.sha256(lifecycle).hexdigest()}"
    assert config["config"]["Env"] == ["PATH=/python/bin"]
    labels = config["config"]["Labels"]
    assert (labels["kept"], labels["io.buildpacks.lifecycle.version"]) == ("yes", "0.1.0")
    assert "0.15" in json.loads(labels["io.buildpacks.lifecycle.apis"])["platform"]["supported"]


def test_phases_can_be_executed_by_anybody_and_only_root_owns_them(base: Path, tmp_path: Path) -> None:
    reference_image.build([AMD64], tmp_path / "image.tar", base)
    archive = Archive.read(tmp_path / "image.tar")
    content = gzip.decompress(archive.blob(archive.image_for(AMD64)[0]["layers"][1]["digest"]))
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        members = {member.name: member for member in tar}
    for phase in ("analyzer", "detector", "exporter", "rebaser", "launcher"):
        assert members[f"cnb/lifecycle/{phase}"].mode == 0o755
    assert "cnb/lifecycle/reference_lifecycle/main.py" in members
    assert {(member.uid, member.gid, member.mtime) for member in members.values()} == {(0, 0, reference_image.SECONDS)}


def test_same_bytes_each_time(base: Path, tmp_path: Path) -> None:
    digests = [reference_image.build([AMD64, ARM64], tmp_path / name, base) for name in ("one.tar", "two.tar")]
    assert digests[0] == digests[1]
    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()


def test_what_the_base_does_not_have_is_said(base: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no image for linux/s390x"):
        reference_image.build([S390X], tmp_path / "image.tar", base)
    with pytest.raises(ArchiveError, match="is no OCI archive"):
        reference_image.build([AMD64], tmp_path / "image.tar", Path(__file__))


def test_others_can_read_it(base: Path, tmp_path: Path) -> None:
    skopeo = shutil.which("skopeo")
    if skopeo is None:
        pytest.skip("skopeo is not installed")
    digest = reference_image.build([AMD64, ARM64], tmp_path / "image.tar", base)
    text = subprocess.run(
        [skopeo, "inspect", "--raw", f"oci-archive:{tmp_path}/image.tar"], capture_output=True, check=True
    )
    assert f"sha256:{hashlib.sha256(text.stdout).hexdigest()}" == digest
