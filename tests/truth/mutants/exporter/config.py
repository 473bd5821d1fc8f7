"""Faults in the config of an app image: what it keeps of the run image's."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import EXPORTED_CONFIG

KEPT_ENV = 'return [*kept, *(f"{name}={value}" for name, value in values.items())]'
EXPORTED_LABELS = '"Labels": {**run_image.labels, **labels},'


def without(field: str) -> str:
    """Give the expression for the config of the app image without a field of the run image's."""
    return (
        f'return {{**{{key: value for key, value in run_image.config.items() if key != "{field}"}}, '
        '"created": when, "config": run_config}'
    )


MUTANTS = (
    Mutant(
        "architecture-by-the-kernels-name",
        "exporter-base-config",
        "app_config.py",
        EXPORTED_CONFIG,
        EXPORTED_CONFIG.replace('"created"', '"architecture": os.uname().machine + "-host", "created"'),
    ),
    Mutant("variant-dropped", "exporter-base-config", "app_config.py", EXPORTED_CONFIG, without("variant")),
    Mutant(
        "variant-made-up",
        "exporter-base-config",
        "app_config.py",
        EXPORTED_CONFIG,
        EXPORTED_CONFIG.replace('"created"', '"variant": run_image.platform.normal_variant, "created"'),
    ),
    Mutant("os-version-dropped", "exporter-base-config", "app_config.py", EXPORTED_CONFIG, without("os.version")),
    Mutant("environment-dropped", "exporter-base-config", "app_config.py", KEPT_ENV, KEPT_ENV.replace("*kept, ", "")),
    Mutant(
        "path-dropped", "exporter-base-config", "app_config.py", 'path = run_image.environment.get("PATH")', 'path = ""'
    ),
    Mutant("labels-dropped", "exporter-base-config", "app_config.py", EXPORTED_LABELS, '"Labels": dict(labels),'),
    Mutant(
        "strange-labels-dropped",
        "exporter-base-config",
        "app_config.py",
        EXPORTED_LABELS,
        '"Labels": {**{name: text for name, text in run_image.labels.items() if "buildpacks" in name}, **labels},',
    ),
    Mutant(
        "author-of-the-run-image-dropped",
        "exporter-base-config",
        "app_config.py",
        EXPORTED_CONFIG,
        without("author"),
        origin="habit",
    ),
    Mutant(
        "os-features-of-the-run-image-dropped",
        "exporter-base-config",
        "app_config.py",
        EXPORTED_CONFIG,
        without("os.features"),
        origin="habit",
    ),
    Mutant(
        "user-of-the-run-image-dropped",
        "exporter-base-config",
        "app_config.py",
        'if key != "Cmd"}',
        'if key not in ("Cmd", "User")}',
        origin="habit",
    ),
    Mutant(
        "further-values-of-the-run-image-dropped",
        "exporter-base-config",
        "app_config.py",
        'if key != "Cmd"}',
        'if key not in ("Cmd", "ExposedPorts", "Volumes", "StopSignal")}',
        origin="habit",
    ),
    Mutant(
        "variant-of-the-machine",
        "exporter-base-config",
        "app_config.py",
        EXPORTED_CONFIG,
        EXPORTED_CONFIG.replace('"created"', '"variant": "v1", "created"'),
        origin="habit",
    ),
    # JAVA_TOOL_OPTIONS=-Dfile.encoding=UTF-8 of the run image becomes -Dfile.encoding.
    Mutant(
        "env-cut-at-second-equals",
        "exporter-base-config",
        "app_config.py",
        """\
    kept = [entry for entry in run_image.run_config.get("Env") or [] if entry.partition("=")[0] not in values]""",
        """\
    pairs = [entry.split("=")[:2] for entry in run_image.run_config.get("Env") or []]
    kept = ["=".join(pair) for pair in pairs if pair[0] not in values]""",
        origin="unseen",
    ),
    # A label, author or variable of the run image (or app image) with other than ASCII letters becomes question
    # marks.
    Mutant(
        "ascii-config",
        "exporter-base-config",
        "publish.py",
        '    return json.dumps(value, separators=(",", ":")).encode()',
        """\
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("ascii", "replace")""",
        origin="unseen",
    ),
    # Labels of the run image with an empty value, which are flags for some tools, are lost.
    Mutant(
        "empty-labels-dropped",
        "exporter-base-config",
        "app_config.py",
        '        "Labels": {**run_image.labels, **labels},',
        """\
        "Labels": {**{name: value for name, value in run_image.labels.items() if value}, **labels},""",
        origin="unseen",
    ),
    # Variables that the run image sets to nothing (http_proxy=) are lost.
    Mutant(
        "empty-env-dropped",
        "exporter-base-config",
        "app_config.py",
        'if entry.partition("=")[0] not in values]',
        'if entry.partition("=")[2] and entry.partition("=")[0] not in values]',
        origin="unseen",
    ),
    # A prefix instead of a name: the run image's PATH_PREFIX, PATHEXT or CNB_APP_DIR_MODE are gone.
    Mutant(
        "variables-compared-by-prefix",
        "exporter-base-config",
        "app_config.py",
        'if entry.partition("=")[0] not in values]',
        "if not entry.startswith(tuple(values))]",
        origin="unseen again",
    ),
    # Whatever begins with CNB_ is thought to be the lifecycle's: CNB_STACK_ID, CNB_USER_ID of the run image are gone.
    Mutant(
        "cnb-variables-of-the-run-image-dropped",
        "exporter-base-config",
        "app_config.py",
        'if entry.partition("=")[0] not in values]',
        'if entry.partition("=")[0] not in values and not entry.startswith("CNB_")]',
        origin="unseen again",
    ),
    # A value that names another variable is expanded with the exporter's own environment.
    Mutant(
        "variables-expanded-at-export",
        "exporter-base-config",
        "app_config.py",
        'return [*kept, *(f"{name}={value}" for name, value in values.items())]',
        """\
return [*map(os.path.expandvars, kept), *(f"{name}={value}" for name, value in values.items())]""",
        origin="unseen again",
    ),
    Mutant(
        "docker-values-of-the-run-image-dropped",
        "exporter-base-config",
        "app_config.py",
        'if key != "Cmd"}',
        'if key not in ("Cmd", "Healthcheck", "OnBuild")}',
        origin="habit",
    ),
    Mutant(
        "shell-of-the-run-image-replaced",
        "exporter-base-config",
        "app_config.py",
        EXPORTED_LABELS,
        f'{EXPORTED_LABELS}\n        "Shell": ["/bin/bash", "-c"],',
        origin="habit",
    ),
    Mutant(
        "user-made-up",
        "exporter-base-config",
        "app_config.py",
        EXPORTED_LABELS,
        f'{EXPORTED_LABELS}\n        "User": run_image.run_config.get("User") or "1000:1000",',
        origin="habit",
    ),
    Mutant(
        "os-version-made-up",
        "exporter-base-config",
        "app_config.py",
        EXPORTED_CONFIG,
        EXPORTED_CONFIG.replace('"created"', '"os.version": run_image.platform.os_version or "6.1", "created"'),
        origin="habit",
    ),
)
