"""Which distribution may be said of a run image: the one that its labels name, and what may stand for a label it lacks.

platform.md 0.12, "analyzed.toml": what is missing is inferred from /etc/os-release, for Linux images. It does not say
whose file, nor which phase does so: so nothing at all is as right as what the file says in the run image, or in the
place where the phase runs; a distribution from anywhere else is made up.
"""

from __future__ import annotations

from fixtures.oci.images import ImageSpec
from fixtures.oci.labels import DISTRO_NAME, DISTRO_VERSION
from fixtures.oci.os_release import UNSAID, Distribution, distribution_inside
from fixtures.storage.stored_image import StoredImage
from suites.expect.outcomes import holds


def labeled(image: ImageSpec | StoredImage) -> Distribution:
    """Give the distribution that the labels of an image name."""
    labels = dict(image.labels)
    return labels.get(DISTRO_NAME, ""), labels.get(DISTRO_VERSION, "")


def allowed(image: ImageSpec, place: Distribution) -> tuple[Distribution, ...]:
    """Give what may be said of an image's distribution, first what its labels say; `place` is where the phase ran."""
    name, version = labeled(image)
    if image.platform.os != "linux" or (name and version):
        return ((name, version),)
    inferred = [found for found in (distribution_inside(image), place) if found != UNSAID]
    said = [(name, version), *((name or inferred_name, version or of_it) for inferred_name, of_it in inferred)]
    return tuple(dict.fromkeys(said))


def check_distribution(what: str, found: Distribution, image: ImageSpec, place: Distribution) -> None:
    """Raise NonConforming unless this may be said of an image's distribution by a phase that ran where `place` is."""
    first, *others = allowed(image, place)
    lines = [f"{name} {version}".strip() or "none" for name, version in (first, *others)]
    inferred = ", as its labels say" + f", or inferred from /etc/os-release: {' or '.join(lines[1:])}" * bool(others)
    holds(found in (first, *others), f"{what}: {lines[0]}{inferred}", f"{what}: {' '.join(found).strip() or 'none'}")
