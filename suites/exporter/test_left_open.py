"""What the texts leave open about an export: reported, and never judged."""

from __future__ import annotations

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci import elf
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.exports import built_app
from suites.inputs.index_shapes import others_than


@requirement("exporter-single-manifest")
def test_tag_leads_to_the_image_itself(lifecycle: Lifecycle, storage: StorageScope) -> None:
    """Everywhere else an index of the image alone stands for the image."""
    image = built_app(lifecycle, storage).image()

    expect.same("what the tag leads to", image.tagged, image.digest)


@requirement("exporter-launcher-architecture")
def test_launcher_of_another_architecture_is_noticed(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    export = built_app(lifecycle, storage)
    for name, platform in (("own", build_platform), ("foreign", others_than(build_platform)[0])):
        export.space.write(export.space.root / name, elf.program(platform.architecture), 0o755)
    own = expect.control(export.run(storage.unused("control"), flags={"-launcher": str(export.space.root / "own")}))

    run = export.run(flags={"-launcher": str(export.space.root / "foreign")})

    expect.proper_exit_status(run)
    more = len(run.warnings) > len(own.warnings)
    expect.holds(run.status or more, "a refusal or a warning", f"{run.ending}, and no warning of that")


@requirement("exporter-target-contradicted")
def test_target_that_the_run_image_contradicts_is_noticed(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """analyzed.toml says of the run image that it is for another architecture than the image says itself."""
    export, other = built_app(lifecycle, storage), others_than(build_platform)[0]
    base, path = run_image(build_platform), export.space.analyzed_path
    agreed = {"os": build_platform.os, "arch": build_platform.architecture}
    export.space.write_toml(path, export.analyzed(target=agreed))
    own = expect.control(export.run(storage.unused("control")))
    export.space.write_toml(path, export.analyzed(target={**agreed, "arch": other.architecture}))

    run = export.run()

    expect.proper_exit_status(run)
    if run.status == 0:
        image = expect.written(storage, run)
        expect.built_on(image, base)
        expect.same("the architecture of the config", image.platform.architecture, base.platform.architecture)
    more = len(run.warnings) > len(own.warnings)
    expect.holds(run.status or more, "a refusal or a warning", f"{run.ending}, and no warning of that")
