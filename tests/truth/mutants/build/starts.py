"""Faults by which an app image does not start, or starts as something else, though its labels look right."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import EXPORTED_CONFIG, EXPORTED_LAYERS, REBASED_LAYERS, RUN_IMAGE

SIBLING = """\
    index = registry.read_manifest(parse({name}))
    if selection.images.is_index(index):
        another = next(each for each in selection.images.entries(index) if each.digest != run_image.digest)
        sibling = selection._read(registry, selection._read_child(registry, index, another))
        run_image = run_image._replace({changed})
"""
"""Take something of another child of the index that holds the run image."""

REBASER_FINDS_ALONE = "    rebase = Rebase(app, metadata, find(registry, parse(name), wanted), name, inputs)\n"
FOUND_BEFORE = "    run_image = find(registry, parse(name), wanted)\n{sibling}"
GIVEN = REBASER_FINDS_ALONE.replace("find(registry, parse(name), wanted)", "run_image")


def exported_with(changed: str) -> str:
    """Give the finding of the run image, of which something is another child's then."""
    sibling = SIBLING.format(name="analyzed.run_image_name", changed=changed)
    return f"    run_image = {RUN_IMAGE}\n{sibling}"


def rebased_with(changed: str) -> str:
    """Give the finding of the new run image, of which something is another child's then."""
    return FOUND_BEFORE.format(sibling=SIBLING.format(name="name", changed=changed)) + GIVEN


MUTANTS = (
    Mutant(
        "layers-of-another-child-under-the-right-config",
        "build-app-starts",
        "export.py",
        f"    run_image = {RUN_IMAGE}\n",
        exported_with("layers=sibling.layers"),
        origin="started",
    ),
    Mutant(
        "config-of-another-child-over-the-right-layers",
        "build-app-starts",
        "export.py",
        f"    run_image = {RUN_IMAGE}\n",
        exported_with("config={**run_image.config, 'architecture': sibling.platform.architecture}"),
        origin="started",
    ),
    Mutant(
        "rebased-onto-the-layers-of-another-child",
        "build-app-starts",
        "rebase.py",
        REBASER_FINDS_ALONE,
        rebased_with("layers=sibling.layers"),
        origin="started",
    ),
    Mutant(
        "rebased-into-the-config-of-another-child",
        "build-app-starts",
        "rebase.py",
        "    return NewImage(media_type, manifest, config, in_format(layers, media_type), tuple(history))",
        "    config['architecture'] = 'arm64' if app.platform.architecture != 'arm64' else 'amd64'\n"
        "    return NewImage(media_type, manifest, config, in_format(layers, media_type), tuple(history))",
        origin="started",
    ),
    Mutant(
        "old-base-under-the-new-label",
        "build-app-starts",
        "rebase.py",
        REBASED_LAYERS,
        "layers = app.layers",
        origin="started",
    ),
    Mutant(
        "programs-no-longer-executable",
        "build-app-starts",
        "layers.py",
        "return Entry(path, tarfile.REGTYPE, mode, self._owner, source=path)",
        "return Entry(path, tarfile.REGTYPE, mode & ~0o111, self._owner, source=path)",
        origin="started",
    ),
    Mutant(
        "only-the-run-image-is-there",
        "build-app-starts",
        "export.py",
        EXPORTED_LAYERS,
        f"added = [each for each in added if 'pplication' not in each.created_by]\n    {EXPORTED_LAYERS}",
        origin="started",
    ),
    Mutant(
        "architecture-by-the-kernels-name-in-the-config",
        "build-app-starts",
        "app_config.py",
        EXPORTED_CONFIG,
        EXPORTED_CONFIG.replace('"created"', '"architecture": os.uname().machine + "-host", "created"'),
        origin="started",
    ),
)
