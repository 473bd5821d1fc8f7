"""The form of results.json, schema 2, as types: results.schema.json is made from them.

``python -m reports.document > reports/results.schema.json``
"""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any, Final, Literal

import msgspec

from reports.about import (
    CatalogueInfo,
    Drawing,
    EnvironmentInfo,
    LifecycleInfo,
    Name,
    NotRun,
    ReleaseInfo,
    Rules,
    Shard,
    SuiteInfo,
)
from reports.case import Case, Verdict
from reports.known_failures import KnownFailures
from reports.results import LifecycleVerdict

SCHEMA_ID: Final = "lifecycle-arch-conformance/results/2"

Phase = Literal[
    "analyzer",
    "build",
    "exporter",
    "rebaser",
    "run-resolution",
    "index",
    "source",
    "phase",
    "artifact",
    "checkout",
    "image",
    "tag",
]
Count = Annotated[int, msgspec.Meta(ge=0)]
SchemaId = Literal["lifecycle-arch-conformance/results/2"]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An object of results.json."""


class Part(Table, frozen=True):
    """What was asked for, of what there is."""

    asked: Count
    of: Count


class ScopeEntry(Table, frozen=True):
    """What the verdict is about: of all that there is, what was asked for."""

    narrowed: Annotated[bool, msgspec.Meta(description="Whether anything was left out that is judged by default.")]
    by: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=1)], ...],
        msgspec.Meta(description="What narrowed the run, as it was given: --only=index-os."),
    ]
    requirements: Part
    cases: Part
    shard: Shard | None = None


class RequirementEntry(Table, frozen=True):
    """A requirement of the catalogue, be it one that was not run."""

    id: Name
    phase: Phase
    authority: Name
    level: Literal["MUST", "SHOULD", "INFO"]
    subject: Literal["lifecycle", "release"]
    verdict: Annotated[
        Verdict,
        msgspec.Meta(
            description="Partial: nothing is known against it, but some of its cases were left out or not run."
        ),
    ]
    cases: Annotated[
        dict[str, Annotated[int, msgspec.Meta(ge=1)]], msgspec.Meta(description="How many cases had which verdict.")
    ]
    left_out: Annotated[Count, msgspec.Meta(description="How many cases were left out.")]
    selected: Annotated[bool, msgspec.Meta(description="Whether this run was asked to judge it.")]
    reason: Annotated[str, msgspec.Meta(description="Why it was not judged, or only in part; else empty.")]
    statement: Annotated[str, msgspec.Meta(min_length=1)]
    source: Annotated[str, msgspec.Meta(min_length=1)]


class GateEntry(Table, frozen=True):
    """What a file of known failures came to. It never changes the verdict."""

    met: Annotated[bool, msgspec.Meta(description="Whether nothing is new, mended or expired.")]
    new: Annotated[tuple[str, ...], msgspec.Meta(description="Cases of a MUST that fail and are not known, by id.")]
    known: Annotated[tuple[str, ...], msgspec.Meta(description="Cases that do not hold, as is known, by id.")]
    mended: Annotated[tuple[str, ...], msgspec.Meta(description="What is listed and holds.")]
    expired: Annotated[tuple[str, ...], msgspec.Meta(description="Entries that excuse nothing any more.")]
    known_failures: KnownFailures


class CaseEntry(Case, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case, with what schema 1 said of it as text: ``message`` goes away in the next schema."""

    message: str
    reproduce: Annotated[str, msgspec.Meta(description="One line to paste into a shell.")]


class Document(Table, frozen=True, kw_only=True):
    """Results of a run of the lifecycle architecture conformance suite."""

    schema: SchemaId
    generated_at: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", description="When the run ended, or SOURCE_DATE_EPOCH."
        ),
    ]
    suite: SuiteInfo
    catalogue: CatalogueInfo
    lifecycle: Annotated[
        LifecycleInfo | None,
        msgspec.Meta(description="The lifecycle under test; null where a release alone is judged."),
    ]
    release: Annotated[
        ReleaseInfo | None, msgspec.Meta(description="The release under test; null where a lifecycle alone is judged.")
    ]
    environment: EnvironmentInfo
    verdict: Annotated[LifecycleVerdict, msgspec.Meta(description="The verdict on the lifecycle.")]
    exit_status: Annotated[
        int,
        msgspec.Meta(
            description="0 the gate is met: conformant, or all that fails is known; 1 a MUST fails that is not known, "
            "or what is known is mended or expired; 2 interrupted; 3 error; 5 nothing was judged; 6 incomplete.",
            extra_json_schema={"enum": [0, 1, 2, 3, 5, 6]},
        ),
    ]
    interrupted: Annotated[bool, msgspec.Meta(description="Whether the run was ended from outside, before its time.")]
    scope: ScopeEntry
    rules: Annotated[
        Rules | None,
        msgspec.Meta(description="The rules of a user's own that it was judged by; null where the catalogue's alone."),
    ]
    gate: Annotated[GateEntry | None, msgspec.Meta(description="Null where the run was given no known failures.")]
    drawing: Drawing
    options: Annotated[
        dict[str, str], msgspec.Meta(description="What the user gave, by command line or variable; not the defaults.")
    ] = {}
    seconds: Annotated[float, msgspec.Meta(ge=0, description="How long the run took, in seconds.")] = 0.0
    requirements: Annotated[
        tuple[RequirementEntry, ...],
        msgspec.Meta(description="Every requirement that is about what is judged, the ones not run too."),
    ]
    not_run: Annotated[
        tuple[NotRun, ...], msgspec.Meta(description="What was not run, by reason. It never counts as passed.")
    ]
    examples: Annotated[Count, msgspec.Meta(description="How many examples of properties, and histories, were judged.")]
    cases: tuple[CaseEntry, ...]


def schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) that every results.json follows.

    Every key of an object is required: the writer leaves none out.
    """
    made = msgspec.json.schema(Document)
    for table in made["$defs"].values():
        if "properties" in table:
            table["required"] = list(table["properties"])
            for described in table["properties"].values():
                described.pop("default", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **made}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")
