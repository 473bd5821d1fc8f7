"""What no linter knows of this repository: do the locks fit pyproject.toml, do imports stay where they may."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.check_prose import unruly_prose

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "images" / "reference"

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ \\]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    """Give the version of each package that a lock file lists."""
    text = (ROOT / lock).read_text()
    return {canonicalize_name(pin["name"]): pin["version"] for pin in _PIN.finditer(text)}


def unlocked(project: dict[str, Any]) -> Iterator[str]:
    """Tell of dependencies that no lock satisfies, and of packages that the locks don't agree on."""
    running, developing = pins("requirements.lock"), pins("requirements-dev.lock")
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    for line, lock in [(line, running) for line in project["dependencies"]] + [(line, developing) for line in extras]:
        wanted = Requirement(line)
        version = lock.get(canonicalize_name(wanted.name))
        if version is None or not wanted.specifier.contains(version, prereleases=True):
            yield f"{line} is not what the locks have ({version or 'nothing'}): make lock"
    for name, version in running.items():
        if developing.get(name) != version:
            yield f"{name} {version} of requirements.lock is not in requirements-dev.lock: make lock"


def unexplained(project: dict[str, Any]) -> Iterator[str]:
    """Tell of dependencies that docs/dependencies.md does not name."""
    message = (ROOT / "docs" / "dependencies.md").read_text()
    every = [project["dependencies"], *project["optional-dependencies"].values()]
    for name in (Requirement(line).name for lines in every for line in lines):
        if f"| {name} |" not in message:
            yield f"docs/dependencies.md does not say what {name} is for"


def unwatched(root_packages: list[str]) -> Iterator[str]:
    """Tell of directories of suites that import-linter does not look at: those that are no packages of a package."""
    for directory in sorted({path.parent for path in (ROOT / "suites").rglob("*.py")}):
        name = ".".join(directory.relative_to(ROOT).parts)
        if name not in root_packages and not (directory / "__init__.py").exists():
            yield f"pyproject.toml: root_packages of import-linter lacks {name}"


def borrowed() -> Iterator[str]:
    """Tell of imports in the reference lifecycle from outside itself and the standard library."""
    own = {path.name for path in REFERENCE.iterdir() if path.is_dir()}
    for path in sorted(REFERENCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            else:
                continue
            for name in names:
                if name.partition(".")[0] not in own | sys.stdlib_module_names:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}: the reference lifecycle imports {name}"


_ACCUSING = re.compile(
    r"\b(NonConforming|Untestable|NotApplicable|NotRun)\b|\b(holds|same|positive_control)\(|\bsuites\.expect\b"
)
"""What only suites/expect says, and tests by it."""


def accusing(text: str, name: str) -> Iterator[str]:
    """Tell of lines of a module that say what was expected of a lifecycle."""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _ACCUSING.search(line):
            yield f"{name}:{number}: fixtures tell facts, and {found[0]} accuses: that is for suites/expect"


def accusing_fixtures() -> Iterator[str]:
    """Tell of every module of the fixtures that accuses."""
    for path in sorted((ROOT / "fixtures").rglob("*.py")):
        yield from accusing(path.read_text(), str(path.relative_to(ROOT)))


def judged_in_tests(paths: Iterable[Path]) -> Iterator[str]:
    """Tell of tests that decide by themselves whether they apply: that is said by what they need."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Raise) and node.exc and "NotApplicable" in ast.unparse(node.exc):
                yield f"{path}:{node.lineno}: a test decides whether it applies; say what it needs: suites.Needs"


MAX_LINES = 300
"""Lines that a file of the product may have at most: a longer one holds more than one matter."""

PRODUCT = ("bench", "conformance", "fixtures", "reports", "suites", "tools", "images/registry")


def long_files(root: Path = ROOT) -> Iterator[str]:
    """Tell of files of the product that are too long."""
    for path in sorted(path for room in PRODUCT for path in (root / room).rglob("*.py")):
        lines = len(path.read_text().splitlines())
        if lines > MAX_LINES:
            yield f"{path.relative_to(root)}: {lines} lines, of {MAX_LINES} at most"


def main() -> int:
    """Print what is wrong, and give the exit status."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = settings["project"]
    packages = settings["tool"]["importlinter"]["root_packages"]
    problems = [
        *unlocked(project),
        *unexplained(project),
        *unwatched(packages),
        *borrowed(),
        *accusing_fixtures(),
        *long_files(),
        *unruly_prose(ROOT),
    ]
    expect = ROOT / "suites" / "expect"
    problems += judged_in_tests(path for path in sorted((ROOT / "suites").rglob("*.py")) if expect not in path.parents)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
