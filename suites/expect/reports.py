"""What report.toml ought to say of an image that was written."""

from __future__ import annotations

from typing import Any

from fixtures.errors import Missing, NotOurs
from fixtures.lifecycle.run import PhaseRun
from fixtures.storage.scope import StorageScope
from fixtures.storage.stored_image import StoredImage
from suites.expect.image import written
from suites.expect.outcomes import NonConforming, holds


def reports_tags(storage: StorageScope, run: PhaseRun) -> None:
    """Raise NonConforming unless report.toml names the tags that the phase was asked to write, each in any form."""
    found = run.report.get("tags")
    text = f"tags = {found!r:.300}"
    wanted = f"tags in report.toml to be {', '.join(map(str, run.outputs))}"
    listed = isinstance(found, list) and all(isinstance(each, str) for each in found)
    holds(listed, wanted, text)
    try:
        places = {storage.locate(str(each)) for each in found or ()}
    except NotOurs as fact:
        raise NonConforming(wanted, f"{text}: {fact}") from fact
    holds(places == set(run.outputs), wanted, text)


def image_reported(storage: StorageScope, run: PhaseRun) -> StoredImage:
    """Read the image that report.toml names by digest, where the first tag is. Raises NonConforming for none."""
    digest, place = str(run.report.get("digest")), run.outputs[0].place
    expected = f"the digest in report.toml to lead to an image in {place}"
    try:
        return storage.read(storage.locate(f"{place}@{digest}"))
    except (NotOurs, Missing) as fact:
        raise NonConforming(expected, f"digest = {digest:.100}: {fact}") from fact


def reports_size(storage: StorageScope, run: PhaseRun) -> None:
    """Raise NonConforming unless report.toml says how many bytes the manifest has, as a number or in digits.

    Where the tag leads to an index of the image alone, it is the size of the one whose digest is reported.
    """
    sizes, stated = written(storage, run).sizes, run.report.get("manifest-size")
    digest = str(run.report.get("digest"))
    right = {sizes[digest]} if digest in sizes else set(sizes.values())
    expected = f"manifest-size in report.toml to be {' or '.join(map(str, right))}"
    holds(_number(stated) in right, expected, f"manifest-size = {stated!r:.80}")


def _number(stated: Any) -> int:
    """Give a number that is written as one, or in digits: platform.md prints it in quotes. Anything else is -1."""
    text = stated if isinstance(stated, str) else str(stated) if type(stated) is int else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
