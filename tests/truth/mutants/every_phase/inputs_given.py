"""Faults in how a phase reads what the platform says, and in whose files it leaves."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

GIVEN = "texts = {name: given.get(name) or _from_environment(flag, environ) for name, flag in known.items()}"
RUNTIME = "    if not wanted.chooses:\n"
OWNED = "            os.chown(beside, *owner)\n"


def outranked(*names: str) -> str:
    """Give the reading of inputs in which the variables of these outrank their flags."""
    return (
        f"outranked = {names!r}\n"
        "    texts = {name: _from_environment(flag, environ) if name in outranked and environ.get(flag.env)\n"
        "             else given.get(name) or _from_environment(flag, environ) for name, flag in known.items()}"
    )


VARIABLES = {
    "analysis": "CNB_ANALYZED_PATH",
    "group": "CNB_GROUP_PATH",
    "app": "CNB_APP_DIR",
    "extended-run-image": "CNB_EXTENDED_DIR",
    "project-metadata": "CNB_PROJECT_METADATA_PATH",
    "process-type": "CNB_PROCESS_TYPE",
    "cache-image": "CNB_CACHE_IMAGE",
}

MUTANTS = (
    Mutant(
        "environment-outranks-every-flag",
        "phase-flag-over-environment",
        "inputs.py",
        GIVEN,
        "texts = {name: _from_environment(flag, environ) or given.get(name) or [] for name, flag in known.items()}",
    ),
    *(
        Mutant(f"environment-outranks-{name}", "phase-flag-over-environment", "inputs.py", GIVEN, outranked(*names))
        for name, names in {
            "run-image": ("run-image",),
            "previous-image": ("previous-image",),
            "layers": ("layers", "analyzed"),
            "report": ("report",),
            "force": ("force",),
            "cache-image": ("cache-image",),
        }.items()
    ),
    Mutant(
        "environment-is-not-read",
        "phase-flag-over-environment",
        "inputs.py",
        '    text = environ.get(flag.env, "") if flag.env else ""\n',
        '    text = environ.get(flag.env, "") if flag.env in ("CNB_PLATFORM_API",) else ""\n',
    ),
    *(
        Mutant(
            f"variable-for-the-{what}-not-read",
            "phase-flag-over-environment",
            "inputs.py",
            '    text = environ.get(flag.env, "") if flag.env else ""\n',
            f'    text = environ.get(flag.env, "") if flag.env not in ("", "{variable}") else ""\n',
            origin="drawn",
        )
        for what, variable in VARIABLES.items()
    ),
    Mutant(
        "no-cache-directory",
        "phase-known-flags",
        "inputs.py",
        '        Flag("cache-dir", "CNB_CACHE_DIR"),\n',
        "",
        origin="drawn",
    ),
    Mutant(
        "no-layers-to-skip",
        "phase-known-flags",
        "inputs.py",
        '        Flag("skip-layers", "CNB_SKIP_LAYERS", since=(0, 9), switch=True),\n',
        "",
        origin="drawn",
    ),
    Mutant(
        "docker-default-platform-is-believed",
        "phase-environment-neutral",
        "selection.py",
        RUNTIME,
        """\
    import os
    if os.environ.get("DOCKER_DEFAULT_PLATFORM"):
        there = os.environ["DOCKER_DEFAULT_PLATFORM"].split("/")[1]
        wanted = wanted._replace(platform=wanted.platform._replace(architecture=there))
    if not wanted.chooses:
""",
    ),
    Mutant(
        "target-of-the-environment-is-believed",
        "phase-environment-neutral",
        "build_platform.py",
        "def runtime() -> Platform:\n",
        """\
def runtime() -> Platform:
    import os
    return _runtime() if not os.environ.get("CNB_TARGET_ARCH") else Platform("linux", os.environ["CNB_TARGET_ARCH"])


def _runtime() -> Platform:
""",
    ),
    Mutant(
        "flags-are-read-before-the-platform-api",
        "phase-api-first",
        "main.py",
        "        api = inputs.platform_api(os.environ)\n",
        "        inputs.read(phase, (0, 15), arguments, dict(os.environ))\n"
        "        api = inputs.platform_api(os.environ)\n",
    ),
    Mutant(
        "platform-api-that-is-no-number-is-an-input-error",
        "phase-api-negotiation",
        "inputs.py",
        '    supported = ", ".join(f"{one}.{two}" for one, two in SUPPORTED_APIS)\n',
        '    if not major.isdigit():\n        raise InvalidInputError("no number")\n'
        '    supported = ", ".join(f"{one}.{two}" for one, two in SUPPORTED_APIS)\n',
        origin="drawn",
    ),
    Mutant(
        "dot-at-the-end-of-a-platform-api-does-not-matter",
        "phase-api-negotiation",
        "inputs.py",
        'text = environ.get("CNB_PLATFORM_API", "").strip()',
        'text = environ.get("CNB_PLATFORM_API", "").strip(" .")',
        origin="drawn",
    ),
    Mutant(
        "debug-is-no-log-level",
        "phase-known-flags",
        "inputs.py",
        'not in {"debug", "info", "warn", "error"}',
        'not in {"info", "warn", "error"}',
        origin="drawn",
    ),
    Mutant("no-further-tags", "phase-known-flags", "inputs.py", '        Flag("tag", repeated=True),\n', ""),
    Mutant(
        "no-project-metadata",
        "phase-known-flags",
        "inputs.py",
        'Flag("project-metadata", "CNB_PROJECT_METADATA_PATH", "<layers>/project-metadata.toml"),',
        'Flag("project", "CNB_PROJECT_METADATA_PATH", "<layers>/project-metadata.toml"),',
    ),
    Mutant("no-cache-image", "phase-known-flags", "inputs.py", '    Flag("cache-image", "CNB_CACHE_IMAGE"),\n', ""),
    Mutant(
        "layers-are-never-skipped",
        "phase-known-flags",
        "inputs.py",
        'Flag("skip-layers", "CNB_SKIP_LAYERS", since=(0, 9), switch=True),',
        'Flag("skip-layers", "CNB_SKIP_LAYERS", since=(0, 90), switch=True),',
        origin="habit",
    ),
    Mutant("files-stay-whoevers-they-are", "phase-owner", "files.py", OWNED, "            pass\n", origin="drawn"),
    Mutant(
        "files-are-given-to-the-user-alone", "phase-owner", "files.py", OWNED, OWNED.replace("*owner", "owner[0], -1")
    ),
)
