"""TOML text from plain values: the standard library reads TOML but does not write it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def dumps(document: Mapping[str, Any]) -> str:
    """Give the TOML document for tables, arrays and scalars; None has no TOML form and is left out."""
    lines: list[str] = []
    _table((), document, lines)
    return "\n".join(lines).strip("\n") + "\n" if lines else ""


def _table(path: tuple[str, ...], table: Mapping[str, Any], lines: list[str]) -> None:
    """Write a table's own values before its sub-tables, since a header ends the table above it."""
    for key, value in table.items():
        if value is not None and not _has_header(value):
            lines.append(f"{_key(key)} = {_inline(value)}")
    for key, value in table.items():
        name = (*path, key)
        header = ".".join(_key(part) for part in name)
        if isinstance(value, Mapping):
            lines.extend(("", f"[{header}]"))
            _table(name, value, lines)
        elif _has_header(value):
            for item in value:
                lines.extend(("", f"[[{header}]]"))
                _table(name, item, lines)


def _has_header(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, Mapping) for item in value)
    return isinstance(value, Mapping)


def _inline(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_inline(item) for item in value if item is not None)}]"
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(key)} = {_inline(item)}" for key, item in value.items() if item is not None)
        return f"{{ {pairs} }}"
    return _string(str(value))


def _key(key: str) -> str:
    return key if key and _BARE.issuperset(key) else _string(key)


def _string(text: str) -> str:
    """Quote a text: a JSON string is a TOML basic string, once lone surrogates and DEL are taken care of."""
    clean = text.encode("utf-8", "replace").decode()
    return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")
