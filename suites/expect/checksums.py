"""What the checksums of a release ought to be."""

from __future__ import annotations

from pathlib import Path

from fixtures.artifacts.checksums import Checksum, checksums_of, sum_of, verified
from fixtures.artifacts.shipped import Shipped
from suites.expect.outcomes import NotApplicable, Untestable, holds


def checksums(shipped: Shipped) -> list[Checksum]:
    """Give the checksums of an archive. Raises NotApplicable where it has none."""
    found = checksums_of(shipped.path) if shipped.is_archive else []
    if not found:
        raise NotApplicable("there is no checksum beside it")
    return found


def its_own_sum(checksum: Checksum) -> None:
    """Raise NonConforming unless a checksum is that of the archive."""
    expected = f"{checksum} to hold the sum of {checksum.archive.name}"
    holds(checksum.sums, expected, "no SHA-256, and no SHA-512")
    own = [sum_of(checksum.archive, like) for like in checksum.sums]
    holds(list(checksum.sums) == own, f"{expected}, {own[0]}", ", ".join(checksum.sums))


def taken_by_sha256sum(checksum: Checksum, scratch: Path, deadline: float) -> None:
    """Raise NonConforming unless `sha256sum -c` takes a checksum that is right beside its archive.

    Raises Untestable where it is the sum of something else: that is another requirement's matter.
    """
    if [sum_of(checksum.archive, like) for like in checksum.sums] != list(checksum.sums) or not checksum.sums:
        raise Untestable(f"{checksum} does not hold the sum of {checksum.archive.name}")
    right, said = verified(checksum, scratch, deadline)
    holds(right, f"sha256sum -c {checksum}, beside the archive, to find it right", said or "nothing was said")
