"""A lifecycle given as its release's archive: judged as where it is unpacked, and nothing of it stays."""

from __future__ import annotations

import tarfile
from pathlib import Path

from fixtures.oci.platforms import host_platform
from tests.support.runs import EMBEDDED, REFERENCE, run_suite


def test_archive_is_judged_as_the_directory_in_it(tmp_path: Path) -> None:
    path = tmp_path / f"lifecycle-v1.2.3+linux.{host_platform().architecture}.tgz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(REFERENCE, "lifecycle", filter=lambda entry: None if "__pycache__" in entry.name else entry)

    run = run_suite(
        tmp_path / "run",
        *EMBEDDED,
        "--only=exporter-base-config,rebaser-report",
        "--lifecycle",
        f"archive:{path}",
        "-n",
        "2",
    )

    assert (run.verdict, run.status) == ("conformant", 0), run.output
    lifecycle = run.results["lifecycle"]
    assert (lifecycle["name"], lifecycle["target"]) == ("lifecycle-v1.2.3", f"archive:{path}")
    assert f"{host_platform()}/rebaser" in lifecycle["digest"]
