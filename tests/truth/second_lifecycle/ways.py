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
    "target": ("apart", "inside", "both"),
    # Whose /etc/os-release says the distribution that no label names: nobody's, the run image's, or that of the place.
    "distribution": ("unsaid", "of-the-image", "of-the-place"),
    # Whether analyzed.toml tells the run image's io.buildpacks.base.id too.
    "target-id": ("unsaid", "said"),
    # Whose names the keys of [metadata] have: the label's, or TOML's.
    "metadata": ("as-label", "toml-names"),
    # The order of the keys of files and labels: a table has none.
    "keys": ("sorted", "any"),
    # How TOML is spelled: each table in a line, or under a heading, with comments and other quotes.
    "toml": ("inline", "headed"),
    # How JSON is spelled, and in which order of keys: images and labels.
    "json": ("compact", "indented"),
    "json-keys": ("forward", "backward"),
    # Whether analyzed.toml and report.toml have keys that nobody asked for.
    "more-keys": ("none", "some"),
    # Whether files are written in place, or beside it and renamed; and whether a file of the phase's own stays behind.
    "files": ("in-place", "renamed"),
    "leaves": ("nothing", "a-log"),
    # The family of media types of an app image: not the run image's, the run image's, or always OCI's.
    "types": ("other", "same", "oci"),
    # Whether an OCI manifest states its own media type (image-spec: SHOULD; its descriptor states it in any case).
    "media-type": ("stated", "unstated"),
    # Whether OCI manifests and descriptors of new layers are annotated.
    "annotations": ("none", "some"),
    # How new layers are compressed: a gzip stream may have several members (RFC 1952).
    "compress": ("hard", "lightly", "not", "in-members"),
    # Which form of tar new layers have, and whether they tell of the directories above their files.
    "tar": ("pax", "gnu", "ustar"),
    "parents": ("untold", "told"),
    # Whether launcher and configuration lie below the app's layers, or above them.
    "order": ("app-last", "app-first"),
    # Whether the app directory is one layer, or one a file.
    "app-layers": ("one", "each"),
    # Whether the app's environment says of which Platform API it is: no text asks for that.
    "app-is-told": ("nothing", "platform-api"),
    # How a reference by digest is written down: bare, or with the tag that led to it (as name:tag@digest).
    "references": ("digest", "tag-and-digest"),
    # The order of the app's environment, what becomes of the run image's Cmd, and when the image was made.
    "env": ("backward", "as-it-was"),
    "cmd": ("null", "empty", "gone"),
    "created": ("1970", "1980"),
    # In which form of RFC 3339 a time is written that the platform gives (SOURCE_DATE_EPOCH).
    "date": ("zulu", "with-a-fraction", "of-a-zone"),
    # Whether an app image has labels, and names an author, that nobody asked for.
    "labels": ("more", "needed"),
    "author": ("nobody", "somebody"),
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
    # How blobs travel: in chunks, in a body after the upload was opened, several at once, with the request that opens
    # it, or as a stream of unknown length (OCI distribution, "Pushing Blobs").
    "upload": ("pieces", "whole", "together", "at-once", "stream"),
    "mount": ("never", "always"),
    # Whether it is asked for what is there already before it is pushed.
    "push": ("what-lacks", "everything"),
    # Whether a manifest is put under its digest before its tags, under tags alone, or twice; and read back.
    "put": ("by-digest-too", "by-tag-alone", "twice"),
    "read-back": ("never", "always"),
    # How the right to write is found out: an upload that is given up, or an empty blob.
    "access": ("upload", "blob"),
    # How a manifest is asked for, which types are said to be taken, and whether it is asked what answers there.
    "look": ("head-first", "get"),
    "accept": ("listed", "apart", "anything"),
    "ping": ("never", "always"),
    # Who asks, over which connections, and when it says who it is.
    "agent": ("unsaid", "said"),
    "connections": ("kept", "closed"),
    "credentials": ("at-once", "when-asked"),
    # Which entries of an index are read: the one that fits, or all, though one that can't be read harms nobody.
    "children": ("fitting", "every"),
    # What a tag leads to: the image, or an index of it alone, or of it and of a list of its materials.
    "publish": ("image", "index", "index-with-materials", "materials-first"),
    # The order in which tags are written.
    "tags": ("last-first", "first-first"),
    # Whether report.toml gives the image ID in a registry too, and in which order the tags.
    "image-id": ("said", "unsaid"),
    "report-tags": ("as-given", "sorted"),
    # Whether a list of materials is attached to the app image (OCI distribution, "Pushing Manifests with Subject").
    "attach": ("nothing", "materials"),
    # Where warnings go, whether others than the needed ones are printed, and in which words a refusal is told.
    "warn-on": ("stdout", "stderr"),
    "warnings": ("needed", "many"),
    "warning-as": ("level", "sentence", "colored", "json"),
    "words": ("plain", "alarming"),
    # What is printed besides.
    "log": ("nothing", "much", "not-utf-8"),
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
