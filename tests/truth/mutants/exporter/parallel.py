"""Faults of an export that is done in parallel."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

CREATED = "    created = app_config.created(inputs)\n"
ASSEMBLED = "publish(registry, tags, _assemble(run_image, extension, added, config, created), inputs)"

MUTANTS = (
    Mutant(
        "order-of-layers-by-who-is-ready-first",
        "exporter-parallel-same",
        "export.py",
        ASSEMBLED,
        "added = added[::-1] if inputs.switch('parallel') else added\n        " + ASSEMBLED,
        origin="habit",
    ),
    Mutant(
        "parallel-not-known",
        "exporter-parallel-same",
        "inputs.py",
        '        Flag("parallel", "CNB_PARALLEL_EXPORT", since=(0, 13), switch=True),\n',
        "",
    ),
    Mutant(
        "time-of-the-clock-in-parallel",
        "exporter-parallel-same",
        "export.py",
        CREATED,
        "    import time\n    created = time.ctime() if inputs.switch('parallel') else app_config.created(inputs)\n",
        origin="habit",
    ),
)
