"""Faults that show in odd indexes and in long histories only: what properties and histories are there for."""

from __future__ import annotations

from tests.truth.mutants.choice import ENTRIES, LOOK_UP
from tests.truth.mutants.mutant import Mutant

EXPORTED = "        publish(registry, tags, _assemble(run_image, added, config, created), inputs)\n"
UNCHANGED = f"""\
        own = [each.layer.diff_id for each in added]
        if previous.image and list(previous.image.diff_ids[-len(own) :]) == own:
            console.info("nothing of the app has changed")
            files.write_toml(inputs.value("report"), {{"image": {{"digest": previous.image.digest}}}}, inputs.owner)
            return
{EXPORTED}"""
OWN_FAMILY = """\
family = "docker" in document.media_type
    mine = [entry for entry in listed if isinstance(entry, dict) and _may_be_image(entry)]
    return [_descriptor(entry) for entry in mine if ("docker" in entry["mediaType"]) == family]"""
TWICE = f"""\
{LOOK_UP}    if len({{entry.digest for entry in entries}}) < len(entries):
        raise MalformedImageError("an image stands in the index twice")
"""

LONG = f"""\
{LOOK_UP}    if len(entries) > 9:
        raise MalformedImageError("an index of so many images")
"""
WHOLE = f"""\
{LOOK_UP}    for entry in entries:
        _read_child(registry, index, entry)
"""

MUTANTS = (
    Mutant("every-image-of-an-index-is-read", "index-sibling", "selection.py", LOOK_UP, WHOLE),
    Mutant("only-the-first-six-are-read", "analyzer-any-index", "selection.py", LOOK_UP, LOOK_UP.strip() + "[:6]\n"),
    Mutant("only-children-of-the-family-of-the-index", "exporter-any-index", "images.py", ENTRIES, OWN_FAMILY),
    Mutant("index-with-an-image-twice-is-refused", "build-any-index", "selection.py", LOOK_UP, TWICE),
    Mutant("long-index-is-refused", "rebaser-any-index", "selection.py", LOOK_UP, LONG),
    Mutant("unchanged-app-stays-on-its-old-run-image", "phase-any-history", "export.py", EXPORTED, UNCHANGED),
)
