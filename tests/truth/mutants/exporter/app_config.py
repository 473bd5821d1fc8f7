"""Faults in what the config of an app image says of how it is started, and where its files are."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

ENTRYPOINT = '"Entrypoint": [start],'
VARIABLES = '"Env": _environment(run_image, inputs),'
WORKING_DIRECTORY = '"WorkingDir": os.path.abspath(inputs.value("app")),'
PATH = '"PATH": ":".join([PROCESSES, os.path.dirname(LAUNCHER), *([path] if path else [])]),'
WITHOUT_CMD = 'if key != "Cmd"}'
SOURCE_DATE = 'text = inputs.environ.get("SOURCE_DATE_EPOCH", "")'
CHOSEN = "    chosen = wanted or build.default_process_type\n"

MUTANTS = (
    Mutant(
        "variables-under-another-key",
        "exporter-app-config",
        "app_config.py",
        VARIABLES,
        VARIABLES.replace("Env", "Environment"),
        origin="drawn",
    ),
    Mutant(
        "no-layers-directory-in-the-environment",
        "exporter-app-config",
        "app_config.py",
        '        "CNB_LAYERS_DIR": os.path.abspath(inputs.value("layers")),\n',
        "",
    ),
    Mutant(
        "no-app-directory-in-the-environment",
        "exporter-app-config",
        "app_config.py",
        '        "CNB_APP_DIR": os.path.abspath(inputs.value("app")),\n',
        "",
    ),
    Mutant(
        "usual-layers-directory-in-the-environment",
        "exporter-app-config",
        "app_config.py",
        '"CNB_LAYERS_DIR": os.path.abspath(inputs.value("layers")),',
        '"CNB_LAYERS_DIR": "/layers",',
        origin="habit",
    ),
    # A run image that was an app image keeps its own directories.
    Mutant(
        "directories-of-the-run-image-kept",
        "exporter-app-config",
        "app_config.py",
        'return [*kept, *(f"{name}={value}" for name, value in values.items())]',
        "stated = run_image.environment\n"
        "    values |= {name: stated[name] for name in values if name.endswith('_DIR') and name in stated}\n"
        '    return [*kept, *(f"{name}={value}" for name, value in values.items())]',
        origin="habit",
    ),
    Mutant(
        "variables-added-to-those-of-the-run-image",
        "exporter-app-config",
        "app_config.py",
        'if entry.partition("=")[0] not in values]',
        'if entry.partition("=")[0] != "PATH"]',
        origin="habit",
    ),
    Mutant(
        "processes-behind-the-path-of-the-run-image",
        "exporter-app-config",
        "app_config.py",
        PATH,
        PATH.replace(
            "[PROCESSES, os.path.dirname(LAUNCHER), *([path] if path else [])]",
            "[*([path] if path else []), PROCESSES, os.path.dirname(LAUNCHER)]",
        ),
    ),
    Mutant(
        "launcher-before-the-processes",
        "exporter-app-config",
        "app_config.py",
        PATH,
        PATH.replace("PROCESSES, os.path.dirname(LAUNCHER)", "os.path.dirname(LAUNCHER), PROCESSES"),
    ),
    Mutant(
        "another-platform-api-in-the-environment",
        "exporter-app-config",
        "app_config.py",
        '"CNB_PLATFORM_API": inputs.api_text,',
        '"CNB_PLATFORM_API": "0.7",',
    ),
    Mutant(
        "root-as-working-directory",
        "exporter-app-config",
        "app_config.py",
        WORKING_DIRECTORY,
        '"WorkingDir": "/",',
    ),
    Mutant("no-working-directory", "exporter-app-config", "app_config.py", f"        {WORKING_DIRECTORY}\n", ""),
    Mutant(
        "working-directory-of-the-run-image-kept",
        "exporter-app-config",
        "app_config.py",
        WORKING_DIRECTORY,
        '"WorkingDir": run_image.run_config.get("WorkingDir") or os.path.abspath(inputs.value("app")),',
        origin="habit",
    ),
    Mutant(
        "empty-entrypoint", "exporter-entrypoint", "app_config.py", ENTRYPOINT, '"Entrypoint": [""],', origin="drawn"
    ),
    Mutant("no-entrypoint", "exporter-entrypoint", "app_config.py", f"        {ENTRYPOINT}\n", ""),
    Mutant(
        "entrypoint-behind-that-of-the-run-image",
        "exporter-entrypoint",
        "app_config.py",
        ENTRYPOINT,
        '"Entrypoint": [start, "--"],',
        origin="habit",
    ),
    Mutant(
        "default-process-never-read",
        "exporter-entrypoint",
        "app_config.py",
        'files.text(document, "buildpack-default-process-type", path)',
        'files.text(document, "default-process-type", path)',
        origin="drawn",
    ),
    Mutant(
        "default-of-the-buildpacks-outranks-the-platforms",
        "exporter-entrypoint",
        "app_config.py",
        CHOSEN,
        "    chosen = build.default_process_type or wanted\n",
    ),
    Mutant(
        "process-type-of-the-platform-ignored",
        "exporter-entrypoint",
        "app_config.py",
        CHOSEN,
        "    chosen = build.default_process_type\n",
    ),
    Mutant(
        "first-process-by-default",
        "exporter-entrypoint",
        "app_config.py",
        CHOSEN,
        "    chosen = wanted or build.default_process_type or next(iter(build.process_types), '')\n",
        origin="habit",
    ),
    Mutant(
        "process-that-there-is-not-taken",
        "exporter-entrypoint",
        "app_config.py",
        "if wanted and wanted not in build.process_types:",
        "if wanted and not build.process_types:",
    ),
    Mutant(
        "cmd-of-the-run-image-kept",
        "exporter-base-command",
        "app_config.py",
        WITHOUT_CMD,
        'if key != "Command"}',
        origin="drawn",
    ),
    Mutant(
        "source-date-not-read",
        "exporter-source-date",
        "app_config.py",
        SOURCE_DATE,
        SOURCE_DATE.replace("_EPOCH", ""),
    ),
    Mutant(
        "source-date-in-milliseconds",
        "exporter-source-date",
        "app_config.py",
        "time.gmtime(int(text))",
        "time.gmtime(int(text) // 1000)",
        origin="habit",
    ),
    # What is false is taken for what is not there.
    Mutant(
        "source-date-of-0-taken-for-none",
        "exporter-source-date",
        "app_config.py",
        "if not text or",
        "if not int(text or 0) or",
        origin="habit",
    ),
    Mutant(
        "source-date-in-32-bits",
        "exporter-source-date",
        "app_config.py",
        "time.gmtime(int(text))",
        "time.gmtime(int(text) % 2**32)",
        origin="habit",
    ),
    # config.md wants a time with its zone.
    Mutant(
        "source-date-without-a-zone",
        "exporter-source-date",
        "app_config.py",
        '"%Y-%m-%dT%H:%M:%SZ"',
        '"%Y-%m-%dT%H:%M:%S"',
        origin="habit",
    ),
)
