"""Documents: TOML and JSON, read without trust in what they hold, and written."""

from __future__ import annotations

import json
import random
import tomllib
from pathlib import Path
from typing import Any


class Refused(Exception):
    """The phase can't or must not go on; the message is for its user."""


class Unreadable(Refused):
    """An image is not what the specifications make of one."""


def table(document: Any, key: str) -> dict[str, Any]:
    """Give the table under a key, an empty one where there is something else or nothing."""
    value = document.get(key) if isinstance(document, dict) else None
    return value if isinstance(value, dict) else {}


def rows(document: Any, key: str) -> list[Any]:
    """Give the array under a key, an empty one where there is something else or nothing."""
    value = document.get(key) if isinstance(document, dict) else None
    return value if isinstance(value, list) else []


def text(document: Any, key: str) -> str:
    """Give the string under a key, an empty one where there is something else or nothing."""
    value = document.get(key) if isinstance(document, dict) else None
    return value if isinstance(value, str) else ""


def texts(document: Any, key: str) -> list[str]:
    """Give the strings of the array under a key."""
    return [value for value in rows(document, key) if isinstance(value, str)]


def parsed(content: bytes | str) -> Any:
    """Give what a JSON text says; None for what is no JSON."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def compact(document: Any) -> str:
    """Give a document as a JSON text without spaces; dates, which TOML has, are texts in it."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False, default=str)


def read_toml(path: str, *, needed: bool = True) -> dict[str, Any]:
    """Read a TOML file; an empty table where it need not be there and is not. Raises Refused."""
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        if needed:
            raise Refused(f"there is no {path}") from None
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise Refused(f"{path} can't be read: {error}") from None


def write_toml(path: str, document: dict[str, Any], *, sort: bool) -> None:
    """Write a TOML file in which every table is inline, its keys sorted or in any order. Raises Refused."""
    lines = [f"{_quoted(key)} = {_value(value, sort)}\n" for key, value in _ordered(document, sort)]
    try:
        Path(path).write_text("".join(lines), encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Refused(f"{path} can't be written: {error}") from None


def _ordered(document: dict[str, Any], sort: bool) -> list[tuple[str, Any]]:
    present = [(key, value) for key, value in document.items() if value is not None]
    if not sort:
        random.shuffle(present)
    return sorted(present) if sort else present


def _value(value: Any, sort: bool) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{_quoted(key)} = {_value(item, sort)}" for key, item in _ordered(value, sort))
        return "{ " + inner + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item, sort) for item in value if item is not None) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
