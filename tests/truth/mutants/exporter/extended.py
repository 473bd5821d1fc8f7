"""Faults of an export onto a run image that extensions extended."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

EXTENDED = 'run_image, extension = extended.extend(run_image, os.path.join(inputs.value("extended"), "run"))'
PLACED = "    layers[len(run_image.layers) : len(run_image.layers)] = extension\n"

MUTANTS = (
    Mutant("layers-of-extensions-lost", "exporter-extended-base", "export.py", PLACED, ""),
    Mutant(
        "layers-of-extensions-below-the-run-image",
        "exporter-extended-base",
        "export.py",
        PLACED,
        "    layers[:0] = extension\n",
    ),
    Mutant(
        "layers-of-extensions-in-reverse",
        "exporter-extended-base",
        "export.py",
        PLACED,
        PLACED.replace("= extension", "= extension[::-1]"),
    ),
    Mutant(
        "config-of-extensions-lost",
        "exporter-extended-base",
        "extended.py",
        "return run_image._replace(config=config), added",
        "return run_image, added",
    ),
    Mutant(
        "extension-passed-over",
        "exporter-extended-base",
        "export.py",
        EXTENDED,
        "pass",
        origin="habit",
    ),
    Mutant(
        "extended-image-at-the-usual-place-alone",
        "exporter-extended-base",
        "export.py",
        EXTENDED,
        EXTENDED.replace('inputs.value("extended")', 'inputs.value("layers"), "extended"'),
        origin="habit",
    ),
    Mutant(
        "history-of-an-extension-forgotten",
        "exporter-extended-base",
        "export.py",
        "history_of(run_image.config, len(run_image.layers) + len(extension))",
        "history_of(run_image.config, len(run_image.layers))",
        origin="drawn",
    ),
)
