"""The freedoms that the texts leave, and which of them is taken: SECOND_LIFECYCLE="types=same,refuse-at=analyzer"."""

from __future__ import annotations

from collections.abc import Mapping

CHOICES: Mapping[str, tuple[str, ...]] = {
    # How a phase learns what the app is built for (the three of buildpacks/lifecycle#435 and its practice).
    "source": ("runtime", "flag", "recorded"),
    # Which phase of a build refuses a run image that does not fit.
    "refuse-at": ("exporter", "analyzer"),
    # What stands for "there is no previous image" in analyzed.toml.
    "no-previous": ("absent", "empty"),
    # Where target data stand: `[target]` with `variant`, as platform.md prints it, or as released lifecycles write it.
    "target": ("apart", "inside"),
    # Whose /etc/os-release says the distribution that no label names: nobody's, the run image's, or that of the place.
    "distribution": ("unsaid", "of-the-image", "of-the-place"),
    # The order of the keys of files and labels: a table has none.
    "keys": ("sorted", "any"),
    # The family of media types of an app image: not the run image's, or the run image's.
    "types": ("other", "same"),
    # How new layers are compressed.
    "compress": ("hard", "lightly", "not"),
    # Whether the app directory is one layer, or one a file.
    "app-layers": ("one", "each"),
    # Whether the app's environment says of which Platform API it is: no text asks for that.
    "app-is-told": ("nothing", "platform-api"),
    # How a reference by digest is written down: bare, or with the tag that led to it (as name:tag@digest).
    "references": ("digest", "tag-and-digest"),
    # What identifies the run image in the metadata label: its manifest, or its image ID, with or without the algorithm.
    "run-image-by": ("manifest", "id", "bare-id"),
    # Whether a run image's history goes on with layers alone, or tells of the config too (config.md, "history").
    "history": ("of-layers", "of-config-too"),
    # io.buildpacks.rebasable of an app image: the run image's, or always false (platform.md, exporter, to the letter).
    "rebasable": ("inherited", "never"),
    # Which Buildpack APIs are supported (platform.md leaves that to the lifecycle; exit status 12 says no).
    "buildpacks": ("all", "newer"),
    # Which registries are spoken to without TLS: those on this machine too, or those that the platform names only.
    "plain": ("loopback", "named"),
    # How blobs travel.
    "upload": ("pieces", "whole", "together"),
    "mount": ("never", "always"),
    # What a tag leads to: the image, or an index of it alone, or of it and of a list of its materials.
    "publish": ("image", "index", "index-with-materials"),
    # The order in which tags are written.
    "tags": ("last-first", "first-first"),
    # Whether a list of materials is attached to the app image (OCI distribution, "Pushing Manifests with Subject").
    "attach": ("nothing", "materials"),
    # Where warnings go, whether others than the needed ones are printed, and in which words a refusal is told.
    "warn-on": ("stdout", "stderr"),
    "warnings": ("needed", "many"),
    "words": ("plain", "alarming"),
    # Exit statuses of a refusal: of the phase's own range, or of the generic one.
    "status": ("own", "generic", "small"),
}
"""Each freedom with the ways to take it; the first is the usual one."""


def chosen(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Give the way that is taken of each freedom. Raises ValueError for one that is not known."""
    ways = {name: choices[0] for name, choices in CHOICES.items()}
    for part in filter(None, environ.get("SECOND_LIFECYCLE", "").split(",")):
        name, _, way = part.partition("=")
        if way not in CHOICES.get(name, ()):
            raise ValueError(f"SECOND_LIFECYCLE: {part!r} is none of {dict(CHOICES)}")
        ways[name] = way
    return ways
