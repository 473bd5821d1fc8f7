"""Faults in what the analyzer finds out about what the build will be let to read and to write."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

CHECKED = "    _check_access(registry, inputs, tags)\n"
PASSED_OVER = "    except (PlatformMismatchError, MalformedImageError) as error:\n"

MUTANTS = (
    Mutant("right-to-write-not-checked", "analyzer-access", "analyze.py", CHECKED, "", origin="drawn"),
    Mutant(
        "right-to-write-further-tags-not-checked",
        "analyzer-access",
        "analyze.py",
        CHECKED,
        "    _check_access(registry, inputs, tags[:1])\n",
    ),
    Mutant(
        "right-to-write-the-cache-not-checked",
        "analyzer-access",
        "analyze.py",
        "    written = [*tags, *([parse(cache)] if cache else [])]\n",
        "    written = [*tags]\n",
        origin="drawn",
    ),
    Mutant(
        "denied-previous-image-passed-over",
        "analyzer-access",
        "analyze.py",
        PASSED_OVER,
        "    except (PlatformMismatchError, MalformedImageError, OSError, Exception) as error:\n",
    ),
    Mutant(
        "denied-run-image-left-to-the-exporter",
        "analyzer-access",
        "analyze.py",
        "    run_image = selection.find(registry, parse(name), wanted)\n",
        """\
    from .errors import RegistryError
    try:
        run_image = selection.find(registry, parse(name), wanted)
    except RegistryError:
        files.write_toml(inputs.value("analyzed"), {"run-image": {"reference": name, "image": name}}, owner)
        return
""",
    ),
)
