"""Faults that are done to input images, and runs that are not like the one before."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.refusal import DELETE, LITTER

EXPORTED = "        publish(registry, tags, _assemble(run_image, added, config, created), inputs)\n"
REBASED = "    publish(registry, tags, _rebased(rebase), inputs)\n"
ANALYZED = '    files.write_toml(inputs.value("analyzed"), analyzed, owner)\n'
CONSTANT_TIME = "    if not text or inputs.api < (0, 9):\n        return CREATED\n"
REBASED_CONFIG = '"created": CREATED, "config": {**app.run_config'
FORGOTTEN = """\
    import os

    seen = inputs.value("layers") + "/seen"
    if os.path.exists(seen):
        files.write_toml(inputs.value("analyzed"), {"run-image": analyzed["run-image"]}, owner)
    open(seen, "w").close()
"""
COUNTED = """\
    cache = os.path.join(inputs.value("layers"), "exports")
    with open(cache, "a+") as file:
        file.write(".")
        file.seek(0)
        return f"1980-01-01T00:00:{len(file.read()):02}Z"
"""


def then(statement: str, more: str, tag: str) -> str:
    """Give a statement with others behind it, which the same indentation has."""
    lead = statement[: len(statement) - len(statement.lstrip())]
    body = "".join(f"{lead}{line.removeprefix(8 * ' ')}\n" for line in more.replace("TAG", tag).splitlines())
    return f"{statement}{lead}import json\n{body}"


MUTANTS = (
    Mutant(
        "run-image-overwritten",
        "phase-inputs-untouched",
        "export.py",
        EXPORTED,
        then(EXPORTED, LITTER, "parse(analyzed.run_image_name)"),
    ),
    Mutant(
        "run-image-deleted-after-use",
        "phase-inputs-untouched",
        "rebase.py",
        REBASED,
        then(REBASED, DELETE, "parse(name)"),
    ),
    Mutant(
        "previous-image-deleted-after-use",
        "phase-inputs-untouched",
        "rebase.py",
        REBASED,
        then(
            REBASED,
            "        if inputs.value('previous-image'):\n" + DELETE.replace("        ", "            "),
            "source",
        ),
    ),
    Mutant(
        "previous-image-replaced",
        "phase-inputs-untouched",
        "rebase.py",
        REBASED,
        REBASED.replace("tags,", "(*tags, source),"),
    ),
    Mutant(
        "analyzer-writes-to-the-run-images-repository",
        "phase-inputs-untouched",
        "analyze.py",
        ANALYZED,
        then(ANALYZED, LITTER, "parse(name.partition('@')[0].rpartition(':')[0] + ':seen')"),
    ),
    Mutant(
        "analyzer-overwrites-the-previous-image",
        "phase-inputs-untouched",
        "analyze.py",
        ANALYZED,
        then(ANALYZED, LITTER, "previous"),
    ),
    Mutant(
        "time-of-day",
        "phase-deterministic",
        "app_config.py",
        CONSTANT_TIME,
        '    if not text:\n        import time\n\n        return f"{time.time()}"\n',
    ),
    Mutant(
        "time-of-day-at-a-rebase",
        "phase-deterministic",
        "rebase.py",
        REBASED_CONFIG,
        REBASED_CONFIG.replace("CREATED", 'str(__import__("time").time())'),
    ),
    Mutant("cache-that-changes-the-second-run", "phase-deterministic", "app_config.py", CONSTANT_TIME, COUNTED),
    Mutant(
        "random-layer-metadata",
        "phase-deterministic",
        "export.py",
        'recorded["exec-env"]',
        'recorded["build-id"] = __import__("uuid").uuid4().hex\n        recorded["exec-env"]',
    ),
    Mutant("second-analysis-forgets", "phase-deterministic", "analyze.py", ANALYZED, ANALYZED + FORGOTTEN),
)
