"""results.json: everything a run found out, for gates and for other reports. Its form is in ``results.schema.json``."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from reports.about import EnvironmentInfo, Rules, Scope
from reports.model import Case, Outcome, Results, Row, Verdict

SCHEMA_ID = "lifecycle-arch-conformance/results/1"
FILE = "results.json"


class ResultsError(ValueError):
    """A results.json that can't be read; the message names the file."""


def schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) that every results.json follows."""
    text = Path(__file__).with_name("results.schema.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def to_json(results: Results) -> dict[str, Any]:
    """Give the content of results.json: the same for the same results, in whatever order the cases came in."""
    return {
        "schema": SCHEMA_ID,
        "suite": {"version": results.suite_version},
        "lifecycle": dict(results.lifecycle),
        "environment": _environment(results.environment),
        "verdict": results.verdict.value,
        "exit_status": results.exit_status,
        "interrupted": results.interrupted,
        "scope": _scope(results),
        **({"rules": _rules(results.rules)} if results.rules else {}),
        "requirements": [_requirement(outcome) for outcome in results.outcomes],
        "not_run": not_run(results),
        "examples": results.examples,
        "cases": [case.to_json() for case in sorted(results.cases, key=_order)],
    }


def not_run(results: Results) -> list[dict[str, Any]]:
    """List what was not run, by reason: the requirements concerned, and how many cases (0: it never came to cases)."""
    found: dict[str, dict[str, Any]] = {}
    for outcome in results.outcomes:
        reasons = [case.message or "no reason was given" for case in outcome.cases if case.verdict is Verdict.NOT_RUN]
        never = not outcome.cases and outcome.verdict is Verdict.NOT_RUN
        for reason in [outcome.reason] if never else reasons:
            entry = found.setdefault(reason, {"reason": reason, "requirements": [], "cases": 0})
            if outcome.row.id not in entry["requirements"]:
                entry["requirements"].append(outcome.row.id)
            entry["cases"] += 0 if never else 1
        if outcome.selected and outcome.missing:
            told = f"left out: {' '.join(results.scope.by)}"
            entry = found.setdefault(told, {"reason": told, "requirements": [], "cases": 0})
            entry["requirements"].append(outcome.row.id)
            entry["cases"] += outcome.missing
    return list(found.values())


def write(results: Results, directory: Path) -> Path:
    """Write results.json into a directory (made if need be), whole or not at all, and give its path."""
    text = json.dumps(to_json(results), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    # A lone surrogate, as a lifecycle's output may hold, is written as the JSON escape that it is read from.
    return write_whole(directory / FILE, text.encode("utf-8", "backslashreplace"))


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file so that a reader sees all of it or the one before, and give its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(content)
            file.close()
            temporary.chmod(0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    return path


def load(path: Path) -> Results:
    """Read a results.json back. Raises ResultsError where it is none, or one of another schema."""
    try:
        return _from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ResultsError(f"{path}: can't be read as results: {error}") from error


def _from_json(document: dict[str, Any]) -> Results:
    if document["schema"] != SCHEMA_ID:
        raise ValueError(f"its schema is {document['schema']!r}, not {SCHEMA_ID!r}")
    requirements = document["requirements"]
    return Results(
        suite_version=document["suite"]["version"],
        lifecycle=document["lifecycle"],
        environment=document["environment"],
        rows=tuple(_row(item) for item in requirements),
        cases=tuple(Case.from_json(case) for case in document["cases"]),
        selected=frozenset(item["id"] for item in requirements if item["selected"]),
        scope=Scope(
            by=tuple(document.get("scope", {}).get("by", ())),
            left_out={item["id"]: item["left_out"] for item in requirements if item.get("left_out")},
        ),
        rules=_read_rules(document.get("rules")),
        interrupted=document.get("interrupted", False),
    )


def _scope(results: Results) -> dict[str, Any]:
    asked = sum(len(outcome.asked) for outcome in results.outcomes)
    return {
        "narrowed": bool(results.scope.by),
        "by": list(results.scope.by),
        "requirements": {"asked": len(results.selected), "of": len(results.rows)},
        "cases": {"asked": asked, "of": asked + sum(results.scope.left_out.values())},
    }


def _rules(rules: Rules) -> dict[str, Any]:
    return {"file": rules.file, "added": list(rules.added), "changed": list(rules.changed)}


def _read_rules(item: dict[str, Any] | None) -> Rules | None:
    return Rules(item["file"], tuple(item["added"]), tuple(item["changed"])) if item else None


def _environment(facts: EnvironmentInfo) -> dict[str, Any]:
    named = {key: value for key, value in facts.items() if key != "notes"}
    return named | {"notes": list(facts.get("notes", []))}


def _order(case: Case) -> tuple[str, str]:
    return case.id, json.dumps(case.to_json(), sort_keys=True)


def _requirement(outcome: Outcome) -> dict[str, Any]:
    row = outcome.row
    return {
        "id": row.id,
        "phase": row.phase,
        "authority": row.authority,
        "level": row.level,
        "verdict": outcome.verdict.value,
        "cases": outcome.counts,
        "left_out": outcome.missing,
        "selected": outcome.selected,
        "reason": outcome.reason,
        "statement": row.statement,
        "source": row.source,
    }


def _row(item: dict[str, Any]) -> Row:
    never = item["verdict"] == Verdict.NOT_APPLICABLE.value and not item["cases"]
    named = {key: item[key] for key in ("id", "phase", "authority", "level", "statement", "source")}
    return Row(**named, applies=item["reason"] if never else "")
