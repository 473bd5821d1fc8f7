"""An app image on a run image that extensions extended: the export takes what the extender left."""

from __future__ import annotations

from dataclasses import replace

from fixtures.lifecycle.extension import leave_extended
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.images import ImageSpec, Layer
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.exports import Export, built_app


def extended_of(base: ImageSpec) -> ImageSpec:
    """Give a run image with two layers, a variable and a label that extensions added."""
    added = tuple(Layer.of({f"extended/{name}.txt": f"{name} on {base.platform}\n"}) for name in ("first", "second"))
    env = (*base.env, "EXTENDED=by an extension")
    return replace(base, layers=base.layers + added, env=env, labels=(*base.labels, ("org.example.extended", "yes")))


def export_extended(export: Export, extended: ImageSpec, base: ImageSpec) -> PhaseRun:
    """Export onto an extended run image: in a directory of `<extended>/run`, as releases have it, or in that itself."""
    leave_both(export, extended, base)
    flags = {"-extended": str(export.space.root / "nested")}
    run = export.run(flags=flags)
    return run if run.status == 0 else export.run(flags={"-extended": str(export.space.root / "flat")})


def leave_both(export: Export, extended: ImageSpec, base: ImageSpec) -> None:
    """Leave an extended run image at both places, `nested` and `flat`, and an analyzed.toml that says so."""
    export.space.write_toml(export.space.analyzed_path, export.analyzed(extend=True))
    for place in ("nested/run/0", "flat/run"):
        leave_extended(export.space, export.space.root / place, extended, base)


def export_by_variable(export: Export, place: str) -> PhaseRun:
    """Export onto the extended run image that is in a directory which the variable names."""
    lifecycle = export.lifecycle.with_inputs({"CNB_EXTENDED_DIR": str(export.space.root / place)})
    return replace(export, lifecycle=lifecycle).run()


@requirement("exporter-extended-base", since="0.13")
def test_app_is_built_on_the_extended_run_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """Before Platform API 0.13, whether that is an experiment is left open."""
    base = run_image(build_platform)
    extended = extended_of(base)
    export = built_app(lifecycle, storage, base)
    expect.control(export.run(storage.unused("control")))

    image = expect.written(storage, expect.succeeded(export_extended(export, extended, base)))

    expect.built_on(image, base)
    expect.layers_hold(image, len(base.layers), extended.layers[len(base.layers) :])
    expect.layers_are_whole(image)
    expect.history_fits(image)
    expect.same("the platform of the app image", str(image.platform), str(base.platform))
    expect.variable(image, "EXTENDED", "by an extension")
    expect.same("the label of an extension", image.labels.get("org.example.extended"), "yes")


@requirement("phase-flag-over-environment", since="0.13")
def test_extended_run_image_that_a_variable_names(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    base = run_image(build_platform)
    extended = extended_of(base)
    export = built_app(lifecycle, storage, base)
    leave_both(export, extended, base)

    run = export_by_variable(export, "nested")
    run = run if run.status == 0 else export_by_variable(export, "flat")

    image = expect.written(storage, expect.succeeded(run))
    expect.variable(image, "EXTENDED", "by an extension")
