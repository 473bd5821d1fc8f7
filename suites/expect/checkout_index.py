"""What the target for the images of all platforms ought to leave."""

from __future__ import annotations

from collections.abc import Sequence

from fixtures.artifacts.made import Made
from fixtures.artifacts.made_images import images_left
from fixtures.oci.platforms import Platform
from suites.expect.artifacts_image import has_child, has_no_other, there
from suites.expect.checkouts import succeeded
from suites.expect.outcomes import NotRun, holds


def one_index(made: Made, promised: Sequence[Platform]) -> None:
    """Raise NonConforming unless make left one index, of an image for each promised platform and of no other.

    Raises NotRun where make calls what is not there: an engine is not.
    """
    if made.lacks_tool:
        raise NotRun(
            f"`{made.shell}` calls a program that is not here, or an engine, of which there is none: {made.how}"
        )
    succeeded(made)
    with there():
        found = images_left(made)
    expected = f"`{made.shell}` to leave one index, in an OCI image layout or an archive of one"
    holds(len(found) == 1, expected, f"it left {len(found)} images" if found else "it left no image")
    (image,) = found
    holds(image.is_list, expected, f"{image.name} is a single image")
    for platform in promised:
        has_child(image, platform)
    has_no_other(image, promised)
