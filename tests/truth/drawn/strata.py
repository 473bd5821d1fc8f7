"""What the code of the reference lifecycle decides: strata that faults are drawn from, so that none goes unasked."""

from __future__ import annotations

STRATA = {
    "architecture": 15,
    "selection": 16,
    "refusal": 16,
    "written": 28,
    "files": 9,
    "statuses": 4,
    "negotiation": 7,
    "registry": 5,
}
"""Of a hundred faults so many are drawn from each."""

_OF_FILES = {
    "analyze.py": "written",
    "app_config.py": "written",
    "app_layers.py": "written",
    "bills.py": "written",
    "build_platform.py": "architecture",
    "buildpack_layers.py": "written",
    "console.py": "files",
    "detect.py": "files",
    "errors.py": "statuses",
    "export.py": "written",
    "extended.py": "written",
    "files.py": "files",
    "images.py": "selection",
    "inputs.py": "negotiation",
    "labels.py": "written",
    "layers.py": "written",
    "main.py": "statuses",
    "platforms.py": "architecture",
    "publish.py": "written",
    "rebase.py": "written",
    "references.py": "selection",
    "registry.py": "registry",
    "run_images.py": "selection",
    "selection.py": "selection",
    "toml_writer.py": "files",
    "transport.py": "registry",
    "wire.py": "registry",
    "__init__.py": "statuses",
}

_REFUSING = {
    "analyze.py": ("_check_access", "_previous_image"),
    "app_config.py": ("entrypoint",),
    "buildpack_layers.py": ("check_api",),
    "export.py": ("_find_run_image", "_find_previous", "_tell_of_contradictions"),
    "images.py": ("build", "config_digest", "_check_config", "_layer_descriptors", "_parse"),
    "rebase.py": ("check", "_check_alone", "_is_known", "_mixins", "_stack_problems", "_target_problems"),
}
"""Functions that refuse, in files that do other things too."""


def stratum_of(file: str, unit: str) -> str:
    """Give the stratum of a function. Raises KeyError for a file that none is noted for: give it one."""
    return "refusal" if unit in _REFUSING.get(file, ()) else _OF_FILES[file]
