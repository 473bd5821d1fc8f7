"""docs/requirements.md: the catalogue as a page to read.

Made by ``python -m suites.requirements.page > docs/requirements.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from suites.requirements.catalogue import Catalogue, Requirement, load
from suites.requirements.sections import SECTIONS

_HEAD = """\
# Requirements

<!-- Made from suites/requirements/*.toml by: python -m suites.requirements.page > docs/requirements.md -->

What the suite judges a lifecycle by. A **MUST** that does not hold makes the lifecycle nonconformant, a **SHOULD**
warns, an **INFO** is reported and never judged. *Authority* says who asks for it: issue 435 of buildpacks/lifecycle
(`issue-435`), the Buildpacks platform specification (`platform`), the OCI image specification (`oci`), or any user's
common sense (`robustness`).

**Fits** means: the child's os and architecture are those of the build platform (of the app image, for the rebaser),
and the variants do not contradict each other. **Refused** means: an exit status that the phase may use, no crash, and
nothing changed in the registry. An **index** is an OCI image index or a Docker manifest list; a **child** is one of
its manifests. Headings of the platform specification are those of its newest version.
"""


def render(catalogue: Catalogue) -> str:
    """Give the page as Markdown."""
    lines = [_HEAD]
    for name, section in SECTIONS.items():
        rows = catalogue.by_phase(name)
        if rows:
            lines += [f"## {section.title}", ""]
            lines += [line for row in rows for line in _entry(row)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _entry(row: Requirement) -> Iterator[str]:
    yield f"### {row.id}"
    yield ""
    yield f"**{row.level}** · {row.authority} · {_apis(row)}"
    yield ""
    yield row.statement
    yield ""
    yield f"- Source: {row.cited}"
    if row.issues:
        yield "- Issues: " + ", ".join(map(_link, row.issues))
    if row.outcomes:
        first, *others = row.outcomes
        choice = ", ".join(f"`{other}`" for other in others)
        yield f"- Outcome: `{first}`; overrides may choose {choice} ([for RFC authors](rfc-authors.md))"
    if row.applies_to:
        yield f"- Only for lifecycles with the platform source `{row.applies_to}`"
    if row.excluded:
        yield f"- Not judged: {row.excluded}"
    yield ""


def _apis(row: Requirement) -> str:
    if row.places:
        return f"a release given as {' or '.join(row.places)}"
    if row.since and row.until:
        return f"Platform API {row.since} to {row.until}"
    if row.since:
        return f"Platform API {row.since} and later"
    return f"Platform API up to {row.until}" if row.until else "every Platform API"


def _link(issue: str) -> str:
    repository, _, number = issue.partition("#")
    return f"[{issue}](https://github.com/{repository}/issues/{number})"


if __name__ == "__main__":
    sys.stdout.write(render(load()))
