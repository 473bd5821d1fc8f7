"""Faults that an analysis and an export together show: which run image and which previous image a build takes."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import (
    CHOOSE,
    DELETE,
    FIRST_CHILD,
    LOOK_UP,
    RUN_IMAGE,
    STATUS,
    UNFIT,
    UPLOADS,
    WHICHEVER_CHILD,
    child_at,
    tried,
)

FITS_OR_NOT = "    if not images.is_index(document):\n        return _fitting("
BELIEVED = f"""\
    if images.is_index(document):
        return _choose(registry, document, wanted.platform, ()) or {child_at("0")}
    if True:
        return _read(registry, document)
{FITS_OR_NOT}"""

ADD_LAYERS = "        added, metadata = _add_layers(export, LayerWriter(directory, inputs.owner))\n"
WITH_FOREIGN_LAYER = (
    ADD_LAYERS
    + """\
        if registry.can_read(tags[0]):
            earlier = selection.find_any(registry, tags[0], wanted)
            added.insert(0, Added(earlier.layers[-1], "earlier"))
"""
)

SINGLE = "return _fitting(_read(registry, document), wanted.platform, str(reference))"
TWICE = f"""\
{LOOK_UP}    if len({{entry.digest for entry in entries}}) < len(entries):
        raise MalformedImageError("an image stands in the index twice")
"""

STATED = '    labels, environment = run_config.get("Labels") or {}, run_config.get("Env") or []'

MUTANTS = (
    Mutant("first-child", "build-run-index", "selection.py", CHOOSE, FIRST_CHILD + CHOOSE, WHICHEVER_CHILD),
    Mutant("any-child-where-none-fits", "build-run-absent", "selection.py", FITS_OR_NOT, BELIEVED),
    Mutant(
        "foreign-image-stops-the-build",
        "build-previous-foreign",
        "analyze.py",
        UNFIT,
        UNFIT.replace("(PlatformMismatchError, MalformedImageError)", "MalformedImageError"),
    ),
    Mutant("foreign-layers-reused", "build-previous-foreign", "export.py", ADD_LAYERS, WITH_FOREIGN_LAYER),
    Mutant(
        "foreign-run-image-accepted", "build-run-foreign", "selection.py", SINGLE, "return _read(registry, document)"
    ),
    Mutant("success-with-nothing-done-by-a-build", "build-run-absent", "main.py", STATUS, "return 0"),
    Mutant(
        "tag-deleted-by-the-analyzer",
        "build-run-foreign",
        "analyze.py",
        "    run_image = selection.find(registry, parse(name), wanted)\n",
        "    from .errors import RefusedError\n"
        + tried("    run_image = selection.find(registry, parse(name), wanted)\n", DELETE, "tags[0]"),
    ),
    Mutant(
        "analyzed-digest-dropped",
        "build-run-index",
        "export.py",
        RUN_IMAGE,
        RUN_IMAGE.replace("run_image)", "run_image.partition('@')[0] + ':newest')"),
    ),
    Mutant(
        "index-with-an-image-twice-is-refused", "build-any-index", "selection.py", LOOK_UP, TWICE, origin="generated"
    ),
    # Where an index has no amd64 child but a 386 one, the app silently becomes a 386 image (what containerd's
    # lenient matcher does).
    Mutant(
        "386-runs-on-amd64",
        "build-run-absent",
        "platforms.py",
        """\
    if (offered.os, offered.architecture) != (wanted.os, wanted.architecture) or not wanted.architecture:
        return None""",
        """\
    if offered.os == wanted.os and (wanted.architecture, offered.architecture) == ("amd64", "386"):
        return 3, (), 0
    if (offered.os, offered.architecture) != (wanted.os, wanted.architecture) or not wanted.architecture:
        return None""",
        origin="unseen",
    ),
    # A freebsd/amd64 (or darwin) run image is taken for a linux build: the os is only asked whether it is Windows.
    Mutant(
        "only-windows-is-another-os",
        "build-run-foreign",
        "platforms.py",
        """\
    same = (offered.os, offered.architecture) == (wanted.os, wanted.architecture) and bool(wanted.architecture)""",
        """\
    same_family = (offered.os == "windows") == (wanted.os == "windows")
    same = same_family and offered.architecture == wanted.architecture and bool(wanted.architecture)""",
        origin="unseen",
    ),
    # A run image without labels fails every phase with an internal error.
    Mutant(
        "run-image-needs-labels",
        "build-run-index",
        "images.py",
        '    labels, environment = run_config.get("Labels") or {}, run_config.get("Env") or []',
        """\
    if "Labels" not in run_config:
        raise MalformedImageError(f"{name} has no labels")
    labels, environment = run_config.get("Labels") or {}, run_config.get("Env") or []""",
        origin="unseen",
    ),
    # name:tag@digest is read by its tag, which may have moved.
    Mutant(
        "tag-outranks-the-digest",
        "build-run-index",
        "references.py",
        "return self.digest or self.tag",
        "return self.tag or self.digest",
        origin="unseen again",
    ),
    # "Env": null in the run image's config, as Docker wrote it, ends the build.
    Mutant(
        "env-null",
        "build-run-index",
        "images.py",
        STATED,
        """\
    if run_config.get("Env", []) is None:
        raise MalformedImageError(f"{name}: the environment is no list")
"""
        + STATED,
        origin="unseen again",
    ),
    # An image whose config has no `config` can't be used.
    Mutant(
        "config-without-config",
        "build-run-index",
        "images.py",
        STATED,
        """\
    if not run_config:
        raise MalformedImageError(f"{name} has no config to run it with")
"""
        + STATED,
        origin="unseen again",
    ),
    # An upload's address that has a query already gets a second question mark.
    Mutant(
        "upload-addresses-with-a-query",
        "build-run-index",
        "registry.py",
        "{'&' if '?' in session else '?'}digest=",
        "?digest=",
        UPLOADS,
        origin="unseen again",
    ),
)
