"""What `make lint` asks of words: one sentence a line in Markdown, and American spelling everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

WRITTEN_OTHERWISE = frozenset({"CHANGELOG.md", "docs/kill-matrix.md", "docs/requirements.md"})
"""Pages of Markdown that are generated, or lists whose items were written before the rule."""

_CODE_OR_LINK = re.compile(r"`[^`]*`|\]\([^)]*\)")
_CLOSED = r"[\"')\]*_]*"
_ENDED = re.compile(rf"[.!?:…]{_CLOSED}$")
_BETWEEN_SENTENCES = re.compile(rf"(?<!\be\.g)(?<!\bi\.e)(?<!\bcf)(?<!\bvs)[.!?]{_CLOSED} +(?=[\"'(\[*_]*[A-Z]|¤)")
_NUMBERED = re.compile(r"^\W*\d+\.$")
_ITEM = re.compile(r"^\s*(?:[-*]|\d+\.) +")
_NO_PROSE = re.compile(r"^\s*(?:[|#<>]|$)")


def unruly_lines(text: str, name: str) -> Iterator[str]:
    """Tell of lines of a page that hold two sentences, or end within one. Code, tables and headings are left alone."""
    lines, fenced = text.splitlines(), False
    for number, (line, following) in enumerate(zip(lines, [*lines[1:], ""], strict=True), start=1):
        fence = line.lstrip().startswith("```")
        fenced ^= fence
        if fenced or fence or _NO_PROSE.match(line):
            continue
        # A code span stands for a word that may begin a sentence; what it holds is nobody's sentence.
        prose = _CODE_OR_LINK.sub("¤", _ITEM.sub("", line))
        if any(_separates(prose, found) for found in _BETWEEN_SENTENCES.finditer(prose)):
            yield f"{name}:{number}: two sentences on one line"
        last = _NO_PROSE.match(following) or _ITEM.match(following) or following.lstrip().startswith("```")
        if not last and not _ENDED.search(prose):
            yield f"{name}:{number}: the line ends within a sentence"


def _separates(prose: str, found: re.Match[str]) -> bool:
    """Whether a full stop is between sentences of the line: neither in parentheses, nor after a number in a list."""
    before = prose[: found.end()].rstrip()
    return before.count("(") <= before.count(")") and not _NUMBERED.match(before)


_ISE = (
    "author|canonical|categor|central|custom|emphas|final|general|initial|local|maxim|minim|normal|optim|organ|"
    "parallel|priorit|real|recogn|serial|special|stabil|standard|summar|synchron|util|virtual|visual"
)
BRITISH = re.compile(
    rf"\b(?:(?:behavi|col|fav|flav|harb|hon|lab|neighb|rum)our\w*|(?:{_ISE})is(?:e[ds]?|er|ers|ing|ations?)|"
    r"(?:anal|catal|paral)ys(?:e[dr]?|ing)|(?:cancel|label|model|signal|travel)l(?:ed|er|ing)|(?:cent|fib|met|theat)res?|"
    r"(?:def|off|pret)ences?|licences?|artefacts?|judgements?|grey\w*|programmes?|"
    r"afterwards|amongst|learnt|spelt|towards|whilst)\b",
    re.IGNORECASE,
)
"""Words that America spells otherwise. `catalogue` is a name in the code, and stays."""

_QUOTING = frozenset(
    f"{place}check_{subject}.py" for place in ("tools/", "tests/unit/tools/test_") for subject in ("prose", "words")
)
"""Files that have to hold such words."""


def british_words(text: str, name: str) -> Iterator[str]:
    """Tell of the British spellings in a file."""
    for number, line in enumerate(text.splitlines(), start=1):
        for found in BRITISH.finditer(line):
            yield f"{name}:{number}: {found[0]} is British"


_WRITTEN = ("*.md", "*.py", "*.toml", "Makefile")
_ROOMS = ("bench", "conformance", "docs", "fixtures", "images", "reports", "suites", "tests", "tools")


def unruly_prose(root: Path) -> Iterator[str]:
    """Tell of what is wrong with the words of a repository."""
    for path in sorted(_written(root)):
        name, text = path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
        if name not in _QUOTING:
            yield from british_words(text, name)
        if path.suffix == ".md" and name not in WRITTEN_OTHERWISE:
            yield from unruly_lines(text, name)


def _written(root: Path) -> Iterable[Path]:
    for pattern in _WRITTEN:
        yield from root.glob(pattern)
        for room in _ROOMS:
            yield from (root / room).rglob(pattern)
