"""One self-contained page, without scripts: what a run found, or several, to send, to keep and to link to.

Everything that a lifecycle had a say in is escaped where it is put in, and shown as text. Only this module and the
template know HTML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reports.html.model import SIGNS, Page
from reports.results import Results
from reports.text import printable

_ISSUE = re.compile(r"\b([A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)#(\d+)\b", re.ASCII)


def render(several: Sequence[Results]) -> bytes:
    """Give the page of one run, or of several side by side. Raises ValueError for none."""
    template = _environment().get_template("page.html.j2")
    return template.render(page=Page.of(several), signs=SIGNS).encode("utf-8", "backslashreplace")


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports.html", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"printable": printable, "with_links": _with_links}
    return environment


def _with_links(text: str) -> Markup:
    """Make links of the issues that a text names as owner/repository#number; all else is escaped."""
    parts, end = [], 0
    for found in _ISSUE.finditer(text):
        parts.append(escape(text[end : found.start()]))
        address = f"https://github.com/{found[1]}/issues/{found[2]}"
        parts.append(Markup('<a href="{}">{}</a>').format(address, found[0]))
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
