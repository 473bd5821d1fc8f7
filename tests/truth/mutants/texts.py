"""What of the reference lifecycle several mutants change, and statements that several put there instead."""

from __future__ import annotations

CHOOSE = "    child = _choose(registry, document, wanted.platform, ())\n"
ABSENT = '    if child is None:\n        raise PlatformMismatchError(f"{reference} is an index'
ENTRIES = "return [_descriptor(entry) for entry in listed if isinstance(entry, dict) and _may_be_image(entry)]"
LOOK_UP = "entries = images.entries(index)\n"


def child_at(place: str) -> str:
    """Give the expression that reads the child at a place of the index `document`."""
    return f"_read(registry, _read_child(registry, document, images.entries(document)[{place}]))"


NEXT_ENTRY = """\
    try:
        child = _choose(registry, document, wanted.platform, ())
    except MalformedImageError:
        for entry in images.entries(document):
            try:
                return _read(registry, _read_child(registry, document, entry))
            except MalformedImageError:
                pass
        raise
"""
"""What takes whichever child is there where the registry lost the one that fits; goes in the place of CHOOSE."""

FIRST_CHILD = f"    return {child_at('0')}\n"
LAST_CHILD = f"    return {child_at('-1')}\n"
WITHOUT_LOOKING = "        return _read(registry, _read_child(registry, document, images.entries(document)[0]))\n"
WHICHEVER_CHILD = (
    "all phases choose in one place: each of them takes a child that does not fit, "
    "where another would have and where none does"
)

UNFIT = "    except (PlatformMismatchError, MalformedImageError) as error:\n"
DESCRIBED = 'described: Table = {"image": {"reference": image.reference}}'
REFUSED = "    except LifecycleError as error:\n        console.error(str(error))\n"
STATUS = "return error.status or PHASE_STATUS[phase]"
EXPORTER_FINDS = "    run_image = _find_run_image(registry, analyzed, wanted)\n"
REBASER_FINDS = (
    "    rebase = Rebase(app, metadata, find(registry, parse(name), wanted), name, inputs)\n    check(rebase)\n"
)

ANYTHING_GOES = "Rebase(app, metadata, selection.find_any(registry, parse(name), wanted), name, inputs)\n"
EMPTY = '"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"'
"""The digest of the JSON document {}."""

LITTER = """\
        litter = json.dumps({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 2, "digest": EMPTY},
            "layers": [],
        }).encode()
        registry.write_blob(TAG.repository, EMPTY, b"{}")
        registry.write_manifest(TAG, "application/vnd.oci.image.manifest.v1+json", litter)
""".replace("EMPTY", EMPTY)
"""Statements that write an image of nothing to TAG."""

DELETE = """\
        if registry.can_read(TAG):
            doomed = f"/v2/{TAG.repository.name}/manifests/{registry.read_manifest(TAG).digest}"
            registry._transport.ask("DELETE", TAG.repository.registry, doomed)
"""
"""Statements that delete TAG."""


def tried(statement: str, then: str, tag: str) -> str:
    """Give the statement with others that are run where it is refused, before the refusal goes its way."""
    indented = "".join(f"    {line}\n" for line in statement.splitlines())
    return f"    import json\n    try:\n{indented}    except RefusedError:\n{then.replace('TAG', tag)}        raise\n"


EXPORTED_LAYERS = "layers: list[AnyLayer] = [*run_image.layers, *(each.layer for each in added)]"
EXPORTED_CONFIG = 'return {**run_image.config, "created": when, "config": run_config}'
DIFF_IDS = '"diff_ids": [layer.diff_id for layer in self.layers]'
EXPORTED_LOCATED = (
    'located: Json = {"topLayer": export.run_image.diff_ids[-1], "reference": export.run_image.reference}'
)
EVERY_TAG = "    for tag in tags:\n        registry.write_manifest(tag, image.media_type, manifest)\n"
REPORT = '"digest": digest_of(manifest), "manifest-size"'
RUN_IMAGE = "selection.find(registry, parse(analyzed.run_image), wanted)"


def written(file: str, *arguments: str) -> str:
    """Give the loop over tags of one phase with other arguments; the other phase's stays."""
    tag, manifest = arguments
    return (
        f"    mutated = inputs.phase == {file!r}\n    for place, tag in enumerate({tag} if mutated else tags):\n"
        f"        registry.write_manifest(tag, image.media_type, {manifest} if mutated else manifest)\n"
    )


REBASED_LAYERS = "layers = (*run_image.layers, *app.layers[removed:])"
REBASED_CONFIG = 'config = {**app.config, "created": CREATED, "config": {**app.run_config, "Labels": _labels(rebase)}}'
NEW_METADATA = 'return {**rebase.metadata, "runImage": {**recorded, **located}}'


def config_with(change: str) -> str:
    """Give the statement that derives the config, with a further change of it."""
    return f"{REBASED_CONFIG}\n    {change}"


BY_DIGEST = LITTER.replace("TAG, ", "Reference(TAG.repository, '', digest_of(litter), ''), ").replace(
    "        litter",
    "        from .references import Reference\n        from .registry import digest_of\n        litter",
    1,
)
"""Statements that write a manifest of nothing under its digest, and no tag."""

LISTED = """\
    if not isinstance(listed, list):
        raise MalformedImageError(f"{_name(document)} is an index without manifests")
"""

UPLOADS = "nothing can be uploaded to a registry of this kind: whatever needs an app image that was written fails"
WRITE_TAG = "        registry.write_manifest(tag, image.media_type, manifest)\n"


def as_index(platform: str, also: str = "") -> str:
    """Give the writing of an index, of an app image that it describes with a platform, and of further entries."""
    return f"""\
        digest, size = digest_of(manifest), len(manifest)
        registry.write_manifest(tag._replace(digest=digest), image.media_type, manifest)
        said, entry = image.config, {{"mediaType": image.media_type, "digest": digest, "size": size}}
        entry["platform"] = {platform}
        kind = "application/vnd.oci.image.index.v1+json"
        index = {{"schemaVersion": 2, "mediaType": kind, "manifests": [entry{also}]}}
        registry.write_manifest(tag, kind, json.dumps(index).encode())
"""


RIGHT = '{key: said[key] for key in ("os", "architecture", "variant", "os.version") if said.get(key)}'
