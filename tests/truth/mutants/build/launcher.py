"""Faults by which an app image does not start by its launcher, though its own programs would."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import REBASED_CONFIG, config_with

PROGRAM = "    program = Entry(LAUNCHER, tarfile.REGTYPE, 0o755, source=path)\n"

MUTANTS = (
    Mutant(
        "no-platform-api-in-the-environment",
        "build-launcher-starts",
        "app_config.py",
        '        "CNB_PLATFORM_API": inputs.api_text,\n',
        "",
        origin="drawn",
    ),
    Mutant(
        "launcher-in-the-image-not-executable",
        "build-launcher-starts",
        "app_layers.py",
        PROGRAM,
        PROGRAM.replace("0o755", "0o644"),
        origin="started",
    ),
    Mutant(
        "launcher-for-another-machine",
        "build-launcher-starts",
        "app_layers.py",
        PROGRAM,
        "    another = os.path.join(writer._directory, 'launcher')\n"
        "    with open(another, 'wb') as file:\n"
        "        file.write(b'\\x7fELF\\x02\\x01\\x01' + bytes(9) + b'\\x02\\x00\\xf3\\x00' + bytes(100))\n"
        + PROGRAM.replace("source=path", "source=another"),
        origin="started",
    ),
    Mutant(
        "empty-launcher",
        "build-launcher-starts",
        "app_layers.py",
        PROGRAM,
        PROGRAM.replace(", source=path", ""),
        origin="started",
    ),
    Mutant(
        "no-link-for-the-default-process",
        "build-launcher-starts",
        "app_layers.py",
        "for kind in dict.fromkeys(types))",
        "for kind in dict.fromkeys(types[:1]))",
        origin="started",
    ),
    Mutant(
        "metadata-at-another-place",
        "build-launcher-starts",
        "app_config.py",
        '"CNB_LAYERS_DIR": os.path.abspath(inputs.value("layers")),',
        '"CNB_LAYERS_DIR": os.path.dirname(inputs.value("layers")),',
        origin="started",
    ),
    Mutant(
        "entrypoint-lost-at-a-rebase",
        "build-launcher-starts",
        "rebase.py",
        REBASED_CONFIG,
        config_with("config['config'].pop('Entrypoint', None)"),
        origin="started",
    ),
)
