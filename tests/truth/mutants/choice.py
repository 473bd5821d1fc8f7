"""Faults in the choice of a child of an index."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

CHOOSE = "    child = _choose(registry, document, wanted.platform, ())\n"
ABSENT = '    if child is None:\n        raise PlatformMismatchError(f"{reference} is an index'
SAME_PLATFORM = "if (offered.os, offered.architecture) != (wanted.os, wanted.architecture)"
APP_PLATFORM = "wanted = BuildPlatform(app.platform)"
RANKED = "return [number for _, number in sorted(ranked, key=lambda item: item[0])]"
SAME_VARIANT = "if wanted.normal_variant == offered.normal_variant:"
ENTRIES = "return [_descriptor(entry) for entry in listed if isinstance(entry, dict) and _may_be_image(entry)]"
LOOK_UP = "entries = images.entries(index)\n"
NEW_ENTRIES = """\
subjects = {entry["digest"]: entry.get("platform") for entry in listed}

    def platform(entry: Json) -> Any:
        notes = entry.get("annotations") or {}
        return subjects.get(notes.get("vnd.docker.reference.digest"), entry.get("platform"))

    return [Descriptor(each["mediaType"], each["digest"], _stated_platform(platform(each))) for each in listed]"""


def child_at(place: str) -> str:
    """Give the expression that reads the child at a place of the index `document`."""
    return f"_read(registry, _read_child(registry, document, images.entries(document)[{place}]))"


FIRST_CHILD = f"    return {child_at('0')}\n"
LAST_CHILD = f"    return {child_at('-1')}\n"
WITHOUT_LOOKING = "        return _read(registry, _read_child(registry, document, images.entries(document)[0]))\n"
FITS_OR_NOT = "    if not images.is_index(document):\n        return _fitting("
BELIEVED = f"""\
    if images.is_index(document):
        return _choose(registry, document, wanted.platform, ()) or {child_at("0")}
    if True:
        return _read(registry, document)
{FITS_OR_NOT}"""
NOT_THE_SAME = f"    {SAME_PLATFORM} or not wanted.architecture:\n        return None\n"
VARIANT_RANK = "    variant = _rank_variant(wanted, offered)\n    version"

WHICHEVER_CHILD = (
    "all phases choose in one place: each of them takes a child that does not fit, "
    "where another would have and where none does"
)

MUTANTS = (
    Mutant("first-child", "build-run-index", "selection.py", CHOOSE, FIRST_CHILD + CHOOSE, WHICHEVER_CHILD),
    Mutant(
        "first-child-as-run-image", "analyzer-run-index", "selection.py", CHOOSE, FIRST_CHILD + CHOOSE, WHICHEVER_CHILD
    ),
    Mutant("last-child", "exporter-run-index", "selection.py", CHOOSE, LAST_CHILD + CHOOSE),
    Mutant("last-child-as-previous-image", "analyzer-previous-index", "selection.py", CHOOSE, LAST_CHILD + CHOOSE),
    Mutant(
        "host-instead-of-app",
        "rebaser-run-index",
        "rebase.py",
        APP_PLATFORM,
        "wanted = BuildPlatform(build_platform.runtime())",
    ),
    Mutant(
        "hard-coded-amd64",
        "rebaser-run-index",
        "rebase.py",
        APP_PLATFORM,
        'wanted = BuildPlatform(type(app.platform)("linux", "amd64"))',
    ),
    Mutant(
        "hard-coded-linux",
        "rebaser-run-index",
        "rebase.py",
        APP_PLATFORM,
        'wanted = BuildPlatform(type(app.platform)("linux", app.platform.architecture))',
    ),
    Mutant(
        "host-where-no-run-image-is-given",
        "rebaser-run-index",
        "rebase.py",
        APP_PLATFORM,
        "wanted = BuildPlatform(app.platform if given else build_platform.runtime())",
    ),
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
    Mutant("any-child-where-none-fits", "build-run-absent", "selection.py", FITS_OR_NOT, BELIEVED),
    Mutant(
        "any-child-where-none-fits-the-exporter",
        "exporter-run-absent",
        "selection.py",
        ABSENT,
        f"    if child is None and images.entries(document):\n{WITHOUT_LOOKING}{ABSENT}",
    ),
    Mutant(
        "any-previous-child-where-none-fits",
        "analyzer-previous-absent",
        "selection.py",
        ABSENT,
        f"    if child is None and images.entries(document):\n{WITHOUT_LOOKING}{ABSENT}",
    ),
    Mutant(
        "index-digest-recorded",
        "analyzer-run-index",
        "analyze.py",
        "    run_image = selection.find(registry, parse(name), wanted)\n",
        "    run_image = selection.find(registry, parse(name), wanted)\n"
        "    from dataclasses import replace\n"
        "    run_image = replace(run_image, digest=registry.read_manifest(parse(name)).digest)\n",
    ),
    Mutant(
        "tag-recorded",
        "analyzer-run-index",
        "analyze.py",
        'return {"reference": image.reference, "image": name, "target": target}',
        'return {"reference": name, "image": name, "target": target}',
    ),
    Mutant(
        "digest-of-nothing-recorded",
        "analyzer-references-resolve",
        "analyze.py",
        'return {"reference": image.reference, "image": name, "target": target}',
        'return {"reference": f"{image.repository}@sha256:{64 * chr(48)}", "image": name, "target": target}',
    ),
    Mutant(
        "config-digest-recorded",
        "analyzer-references-resolve",
        "analyze.py",
        'return {"reference": image.reference, "image": name, "target": target}',
        'return {"reference": f"{image.repository}@{image.manifest[\'config\'][\'digest\']}", "image": name}',
    ),
    Mutant(
        "flag-ignored",
        "source-flag-analyzer",
        "build_platform.py",
        '    if source == "flag":\n        return _from_flag(inputs.value("arch"))',
        '    if source == "flag":\n        return BuildPlatform(runtime())',
    ),
    Mutant(
        "flag-ignored-by-the-exporter",
        "source-flag-exporter",
        "build_platform.py",
        'return _from_flag(inputs.value("arch"))',
        'return _from_flag(inputs.value("arch")) if inputs.phase == "analyzer" else BuildPlatform(runtime())',
    ),
    Mutant(
        "guess-where-the-flag-is-missing",
        "source-flag-required",
        "build_platform.py",
        "return BuildPlatform(runtime(), chooses=False)",
        "return BuildPlatform(runtime())",
    ),
    Mutant(
        "recorded-platform-ignored",
        "source-recorded-analyzer",
        "build_platform.py",
        "return BuildPlatform(_recorded(inputs) or runtime())",
        "return BuildPlatform(runtime())",
    ),
    Mutant(
        "recorded-platform-ignored-by-the-exporter",
        "source-recorded-exporter",
        "build_platform.py",
        "return BuildPlatform(_recorded(inputs) or runtime())",
        'return BuildPlatform((inputs.phase != "exporter" and _recorded(inputs)) or runtime())',
    ),
    Mutant(
        "detector-records-nothing",
        "source-recorded-analyzer",
        "build_platform.py",
        '    if _source(inputs) == "recorded":\n        here',
        '    if _source(inputs) == "never":\n        here',
    ),
)
