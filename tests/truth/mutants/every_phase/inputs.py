"""Faults that are done to input images, and runs that are not like the one before."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import DELETE, LITTER, REBASED_CONFIG

PUBLISH_EXPORTED = "        publish(registry, tags, _assemble(run_image, extension, added, config, created), inputs)\n"
PUBLISH_REBASED = "    publish(registry, tags, _rebased(rebase), inputs)\n"
ANALYZED = '    files.write_toml(inputs.value("analyzed"), analyzed, owner)\n'
CONSTANT_TIME = "    if not text or inputs.api < (0, 9):\n        return CREATED\n"
CREATED_AT_A_REBASE = '"created": CREATED, "config": {**app.run_config'
FORGOTTEN = """\
    import os

    seen = inputs.value("layers") + "/seen"
    if os.path.exists(seen):
        files.write_toml(inputs.value("analyzed"), {"run-image": analyzed["run-image"]}, owner)
    open(seen, "w").close()
"""

COUNTED_IN_LAYERS = """\
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


UNCHANGED = f"""\
        own = [each.layer.diff_id for each in added]
        if previous.image and list(previous.image.diff_ids[-len(own) :]) == own:
            console.info("nothing of the app has changed")
            files.write_toml(inputs.value("report"), {{"image": {{"digest": previous.image.digest}}}}, inputs.owner)
            return
{PUBLISH_EXPORTED}"""

COUNTED_IN_DIRECTORY = """\
    seen = os.path.join(os.environ["DIRECTORY"], "runs")
    with open(seen, "a+") as file:
        file.write(".")
        file.seek(0)
        return f"1980-01-01T00:00:{len(file.read()):02}Z"
"""

SECONDS = "f'1980-01-01T00:00:{runs:02}Z'"
COUNTED_REBASES = """\
    import os

    with open(os.path.join(os.environ["HOME"], "rebases"), "a+") as file:
        file.write(".")
        file.seek(0)
        runs = len(file.read())
"""
OS_AND_ARCHITECTURE = '    if not config.get("os") or not config.get("architecture"):\n'

MUTANTS = (
    Mutant(
        "run-image-overwritten",
        "phase-inputs-untouched",
        "export.py",
        PUBLISH_EXPORTED,
        then(PUBLISH_EXPORTED, LITTER, "parse(analyzed.run_image_name)"),
    ),
    Mutant(
        "run-image-deleted-after-use",
        "phase-inputs-untouched",
        "rebase.py",
        PUBLISH_REBASED,
        then(PUBLISH_REBASED, DELETE, "parse(name)"),
    ),
    Mutant(
        "previous-image-deleted-after-use",
        "phase-inputs-untouched",
        "rebase.py",
        PUBLISH_REBASED,
        then(
            PUBLISH_REBASED,
            "        if inputs.value('previous-image'):\n" + DELETE.replace("        ", "            "),
            "source",
        ),
    ),
    Mutant(
        "previous-image-replaced",
        "phase-inputs-untouched",
        "rebase.py",
        PUBLISH_REBASED,
        PUBLISH_REBASED.replace("tags,", "(*tags, source),"),
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
        CREATED_AT_A_REBASE,
        CREATED_AT_A_REBASE.replace("CREATED", 'str(__import__("time").time())'),
    ),
    Mutant(
        "cache-that-changes-the-second-run", "phase-deterministic", "app_config.py", CONSTANT_TIME, COUNTED_IN_LAYERS
    ),
    Mutant(
        "random-layer-metadata",
        "phase-deterministic",
        "export.py",
        'recorded["exec-env"]',
        'recorded["build-id"] = __import__("uuid").uuid4().hex\n        recorded["exec-env"]',
    ),
    Mutant("second-analysis-forgets", "phase-deterministic", "analyze.py", ANALYZED, ANALYZED + FORGOTTEN),
    Mutant(
        "unchanged-app-stays-on-its-old-run-image",
        "phase-any-history",
        "export.py",
        PUBLISH_EXPORTED,
        UNCHANGED,
        origin="generated",
    ),
    Mutant(
        "file-in-home-that-changes-the-second-run",
        "phase-deterministic",
        "app_config.py",
        CONSTANT_TIME,
        COUNTED_IN_DIRECTORY.replace("DIRECTORY", "HOME"),
        origin="habit",
    ),
    Mutant(
        "temporary-file-that-changes-the-second-run",
        "phase-deterministic",
        "app_config.py",
        CONSTANT_TIME,
        COUNTED_IN_DIRECTORY.replace("DIRECTORY", "TMPDIR"),
        origin="habit",
    ),
    Mutant(
        "second-rebase-differs",
        "phase-deterministic",
        "rebase.py",
        f"    {REBASED_CONFIG}\n",
        COUNTED_REBASES + f"    {REBASED_CONFIG.replace('CREATED', SECONDS)}\n",
        origin="habit",
    ),
    # A fresh checkout of the same sources gives another app image.
    Mutant(
        "layer-files-keep-their-mtime",
        "phase-deterministic",
        "layers.py",
        "            header.size = os.fstat(file.fileno()).st_size",
        """\
            status = os.fstat(file.fileno())
            header.size, header.mtime = status.st_size, int(status.st_mtime)""",
        origin="unseen",
    ),
    # gzip's header has the time.
    Mutant(
        "time-in-the-header-of-gzip",
        "phase-deterministic",
        "layers.py",
        "compressed, mtime=0)",
        "compressed, mtime=None)",
        origin="unseen again",
    ),
    # What becomes of a previous image that can't be read, no text says: to fail is as right as to go on without it.
    Mutant(
        "config-of-wrong-types-is-an-error",
        "phase-any-history",
        "images.py",
        OS_AND_ARCHITECTURE,
        f"""\
    from .errors import RefusedError

    if not isinstance(config.get("os.features") or [], list):
        raise RefusedError(f"{{name}}: os.features must be a list")
{OS_AND_ARCHITECTURE}""",
        origin="left open",
    ),
)
