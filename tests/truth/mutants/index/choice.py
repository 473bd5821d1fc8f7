"""Faults in the choice of a child, whichever phase makes it."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import CHOOSE, ENTRIES, FIRST_CHILD, LOOK_UP

SAME_PLATFORM = "if (offered.os, offered.architecture) != (wanted.os, wanted.architecture)"
RANKED = "return [number for _, number in sorted(ranked, key=lambda item: item[0])]"
SAME_VARIANT = "if wanted.normal_variant == offered.normal_variant:"
NEW_ENTRIES = """\
subjects = {entry["digest"]: entry.get("platform") for entry in listed}

    def platform(entry: Json) -> Any:
        notes = entry.get("annotations") or {}
        return subjects.get(notes.get("vnd.docker.reference.digest"), entry.get("platform"))

    return [Descriptor(each["mediaType"], each["digest"], _stated_platform(platform(each))) for each in listed]"""

NOT_THE_SAME = f"    {SAME_PLATFORM} or not wanted.architecture:\n        return None\n"
VARIANT_RANK = "    variant = _rank_variant(wanted, offered)\n    version"
WHOLE = f"""\
{LOOK_UP}    for entry in entries:
        _read_child(registry, index, entry)
"""


def last_of_equals_in(phase: str) -> str:
    """Give the statement that takes the last of equal children in one phase alone."""
    return f"import sys\n    if sys.argv[0].endswith({phase!r}):\n        ranked.reverse()\n    {RANKED}"


MUTANTS = (
    Mutant(
        "architecture-ignored",
        "index-order",
        "platforms.py",
        NOT_THE_SAME + VARIANT_RANK,
        VARIANT_RANK.replace("_rank_variant(wanted, offered)", "(0, ())"),
        "all phases compare architectures in one place, and that they do is what most of the rules ask for",
    ),
    Mutant("only-the-first-two-are-read", "index-order", "selection.py", LOOK_UP, LOOK_UP.strip() + "[:2]\n"),
    Mutant("all-but-the-last-are-read", "index-order", "selection.py", LOOK_UP, LOOK_UP.strip() + "[:-1]\n"),
    Mutant("all-but-the-first-are-read", "index-order", "selection.py", LOOK_UP, LOOK_UP.strip() + "[1:]\n"),
    Mutant(
        "no-docker-lists", "index-docker", "images.py", "INDEXES = (OCI_INDEX, DOCKER_LIST)", "INDEXES = (OCI_INDEX,)"
    ),
    Mutant(
        "first-child-of-docker-lists",
        "index-docker",
        "selection.py",
        CHOOSE,
        f"    if 'docker' in document.media_type:\n    {FIRST_CHILD}{CHOOSE}",
    ),
    Mutant("attestation-taken-for-its-image", "index-attestation", "images.py", ENTRIES, NEW_ENTRIES),
    Mutant(
        "attestation-makes-an-index-unreadable",
        "index-attestation",
        "images.py",
        'attests = isinstance(annotations, dict) and "vnd.docker.reference.type" in annotations',
        'attests = isinstance(annotations, dict) and "vnd.docker.reference.type" in annotations\n'
        '    if attests:\n        raise MalformedImageError("an attestation")',
    ),
    Mutant("last-of-equal-children", "index-first-match", "platforms.py", RANKED, f"ranked.reverse()\n    {RANKED}"),
    Mutant("os-ignored", "index-os", "platforms.py", SAME_PLATFORM, "if offered.architecture != wanted.architecture"),
    Mutant(
        "nested-index-passed-over",
        "index-nested",
        "selection.py",
        "leaf = _choose(registry, child, wanted, (*above, index.digest))",
        "leaf = None",
    ),
    Mutant("nested-once-only", "index-nested", "selection.py", "DEPTH = 8", "DEPTH = 2"),
    Mutant(
        "nested-index-taken-for-an-image",
        "index-nested",
        "selection.py",
        "        if not images.is_index(child):\n            return _read(registry, child)",
        "        if True:\n            return _read(registry, child)",
    ),
    Mutant("variant-ignored", "index-variant", "platforms.py", SAME_VARIANT, "if True:"),
    Mutant(
        "variant-demanded-to-the-letter",
        "index-variant",
        "platforms.py",
        f"{SAME_VARIANT}\n        return 0, ()",
        "if True:\n        return (0, ()) if wanted.variant == offered.variant else None",
    ),
    Mutant(
        "highest-variant-preferred",
        "index-variant",
        "platforms.py",
        f"{SAME_VARIANT}\n        return 0, ()",
        "if True:\n        return 0, tuple(-number for number in _level(offered.normal_variant))",
    ),
    Mutant("every-image-of-an-index-is-read", "index-sibling", "selection.py", LOOK_UP, WHOLE, origin="generated"),
    Mutant(
        "another-of-equal-children-for-the-exporter",
        "index-first-match",
        "platforms.py",
        RANKED,
        last_of_equals_in("exporter"),
        origin="habit",
    ),
    Mutant(
        "another-of-equal-children-for-the-rebaser",
        "index-first-match",
        "platforms.py",
        RANKED,
        last_of_equals_in("rebaser"),
        origin="habit",
    ),
    Mutant(
        "docker-entries-without-features-left-out",
        "index-docker",
        "images.py",
        'attests = isinstance(annotations, dict) and "vnd.docker.reference.type" in annotations',
        'attests = "docker" in str(entry.get("mediaType")) and "features" not in entry.get("platform", {})',
        origin="habit",
    ),
    # One entry without a platform in an index (an OCI artifact, say) makes every phase fail with an internal
    # error, although the fitting child is there.
    Mutant(
        "entry-without-platform-is-fatal",
        "index-sibling",
        "images.py",
        """\
    if not isinstance(value, dict):
        return None
    fields = [""",
        """\
    if not isinstance(value, dict):
        raise MalformedImageError("an entry without a platform")
    fields = [""",
        origin="unseen",
    ),
    # A Docker manifest list of OCI images (docker manifest create over buildx images makes them) seems empty.
    Mutant(
        "docker-list-of-docker-only",
        "index-docker",
        "images.py",
        """\
    return [_descriptor(entry) for entry in listed if isinstance(entry, dict) and _may_be_image(entry)]""",
        """\
    docker = _parsed(document).get("mediaType", document.media_type) == DOCKER_LIST
    known = [entry for entry in listed if isinstance(entry, dict) and _may_be_image(entry)]
    return [_descriptor(entry) for entry in known if not docker or "docker" in entry["mediaType"]]""",
        origin="unseen",
    ),
    # An unknown/unknown entry without Docker's annotation that stands first shifts the count: the attestation
    # is taken for the image.
    Mutant(
        "filtered-before-numbered",
        "index-attestation",
        "selection.py",
        """\
    offers = [(number, entry.platform) for number, entry in enumerate(entries) if entry.platform]""",
        """\
    with_platform = (entry.platform for entry in entries if entry.platform)
    offers = list(enumerate(with_platform))""",
        origin="unseen",
    ),
    # A Docker manifest list inside an index is taken for an image; an OCI index there is followed.
    Mutant(
        "nested-docker-list-is-leaf",
        "index-nested",
        "selection.py",
        """\
        if not images.is_index(child):
            return _read(registry, child)""",
        """\
        if child.media_type != images.OCI_INDEX:
            return _read(registry, child)""",
        origin="unseen",
    ),
    # Docker's lists are not asked for: registries give the amd64 image instead, or nothing.
    Mutant(
        "docker-lists-not-accepted",
        "index-docker",
        "registry.py",
        'ACCEPTED = f"{OCI_INDEX}, {OCI_MANIFEST}, {DOCKER_LIST}, {DOCKER_MANIFEST}"',
        'ACCEPTED = f"{OCI_INDEX}, {OCI_MANIFEST}, {DOCKER_MANIFEST}"',
        origin="unseen again",
    ),
)
