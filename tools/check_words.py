"""Words that this project once had of its own and has given up for the field's: none comes back as a name in code."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

WORDS: Mapping[str, str] = {
    "Action": "PhaseCall",
    "Asked": "Probe",
    "Climate": "ChaosRates",
    "Finished": "Completed",
    "Flavour": "MediaTypes",
    "Given": "WorkerFixtures",
    "InContainer": "ContainerExecutor",
    "LESS_USUAL": "VALID_VARIATIONS",
    "Leg": "Setting",
    "NoWay": "CannotRunHere",
    "ODD": "MALFORMED",
    "OnHost": "HostExecutor",
    "Overlay": "CannedReplies",
    "Pushed": "Placed",
    "Runner": "Executor, or HostSpec",
    "Shelf": "what `share` keeps",
    "Speaker": "ProbeProgram",
    "Starter": "ImageRunner",
    "Story": "Evidence",
    "UNTOLD": "UNANNOUNCED",
    "Weather": "Chaos",
    "World": "Scenario, or History",
    "accused": "false_positives",
    "flavour": "media_types",
    "in_brief": "sampled",
    "leg": "setting",
    "may_decline": "may_refuse",
    "speaking": "at_api",
    "startable": "runnable",
    "told": "text, message, reason",
    "weather": "chaos",
    "world": "scenario, or history",
}
"""What each word is called now."""

ROOMS = ("bench", "conformance", "fixtures", "images/registry", "reports", "suites", "tests", "tools")
APART = ("tests/truth/second_lifecycle",)
"""Programs that stand for other people's code, and speak as they like."""


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Give every name that code has, with its line."""
    for node in ast.walk(tree):
        for field in ("id", "arg", "attr", "name", "asname"):
            if isinstance(name := getattr(node, field, None), str):
                yield getattr(node, "lineno", 1), name


def old_words(text: str, path: str) -> Iterator[str]:
    """Tell of each name in a module that is an old word, and of what it is called now."""
    for line, name in sorted(set(names(ast.parse(text)))):
        if name in WORDS:
            yield f"{path}:{line}: {name} is called {WORDS[name]}"


def main() -> int:
    """Print every old word, and give the exit status."""
    problems = [
        problem
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if not (name := path.relative_to(ROOT).as_posix()).startswith(APART)
        for problem in old_words(path.read_text(), name)
    ]
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
