"""Distributions: the os-release file inside a lifecycle image."""

from __future__ import annotations

from pathlib import Path

from fixtures.cleanup.sweep import end_in_engine, private_directory
from fixtures.execution.container import ContainerSpec
from fixtures.execution.emulation import find_executor
from fixtures.lifecycle.targets.image import find
from fixtures.oci.images import ImageSpec, Layer
from fixtures.oci.platforms import host_platform
from tests.support.lifecycle_images import lifecycle_image, needs_engine, write_layout


@needs_engine
def test_file_of_a_lifecycle_image(tmp_path: Path) -> None:
    image = lifecycle_image(host_platform())
    released = ImageSpec(image.platform, (*image.layers, Layer.of({"usr/lib/os-release": "ID=inside\n"})))
    source = find(str(write_layout(tmp_path / "layout", released)))
    runner = find_executor(host_platform(), tmp_path)
    assert runner is not None
    with private_directory("place") as directory:
        name = source.fetch(host_platform(), directory)
        container = ContainerSpec(runner.platform, runner.prefix, "docker", name, "test").open(directory, directory)
        try:
            assert container.file("/usr/lib/os-release") == "ID=inside\n"
            assert container.file("/etc/os-release") == ""
            assert container.file("/etc/passwd").startswith("root:")
        finally:
            container.close()
            end_in_engine(directory)
