"""Documents: TOML and JSON, read without trust in what they hold, and written."""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections.abc import Iterator, Mapping
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


def as_json(document: Any, ways: Mapping[str, str]) -> str:
    """Give a document as a JSON text: without spaces, or with; its keys as they were put in, or the other way round.

    Dates, which TOML has, are texts in it.
    """
    put = _backward(document) if ways["json-keys"] == "backward" else document
    if ways["json"] == "indented":
        return json.dumps(put, indent="\t", default=str) + "\n"
    return json.dumps(put, separators=(",", ":"), ensure_ascii=False, default=str)


def _backward(document: Any) -> Any:
    if isinstance(document, dict):
        return {key: _backward(document[key]) for key in reversed(document)}
    return [_backward(each) for each in document] if isinstance(document, list) else document


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


def write_toml(path: str, document: dict[str, Any], ways: Mapping[str, str]) -> None:
    """Write a TOML file: every table inline or under a heading, its keys sorted or in any order. Raises Refused."""
    sort = ways["keys"] == "sorted"
    if ways["toml"] == "headed":
        lines = ["# written by the second lifecycle\n", *_headed(document, (), sort)]
    else:
        lines = [f"{_quoted(key)} = {_value(value, sort)}\n" for key, value in _ordered(document, sort)]
    place = f"{path}.second" if ways["files"] == "renamed" else path
    try:
        Path(place).write_text("".join(lines), encoding="utf-8")
        if place != path:
            Path(place).rename(path)
    except (OSError, ValueError) as error:
        raise Refused(f"{path} can't be written: {error}") from None


def _headed(document: dict[str, Any], under: tuple[str, ...], sort: bool) -> Iterator[str]:
    """Give the lines of a table: what is no table first, then each table below its heading."""
    ordered = _ordered(document, sort)
    inner = [(key, value) for key, value in ordered if isinstance(value, dict) or _is_array_of_tables(value)]
    for key, value in ordered:
        if all(key != other for other, _ in inner):
            yield f"{_bare(key)}={_value(value, sort)}  # {len(key)}\n"
    for key, value in inner:
        name = ".".join(_bare(each) for each in (*under, key))
        for each in value if isinstance(value, list) else [value]:
            yield f"\n  [[{name}]]\n" if isinstance(value, list) else f"\n  [{name}]\n"
            yield from _headed(each, (*under, key), sort)


def _is_array_of_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _bare(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _quoted(key)


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
