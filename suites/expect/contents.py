"""What the layers of an app image ought to hold: the app as it is, and what others left to be put in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fixtures.oci.images import Layer
from fixtures.oci.layer_entries import EntryKind, LayerEntry, entries_of
from fixtures.oci.layers import File, files_of
from fixtures.storage.stored_image import StoredImage
from suites.expect.outcomes import holds, same


def entries_above(image: StoredImage, layers: int) -> Mapping[str, LayerEntry]:
    """Give the entries by path of the layers above the lowest ones. Raises Damaged, EnvironmentMissing for zstd."""
    found: dict[str, LayerEntry] = {}
    for number, digest in enumerate(image.layers[layers:], start=layers + 1):
        found.update(entries_of(image.read_blob(digest), f"layer {number} of {image.reference}"))
    return found


def has_tree(
    entries: Mapping[str, LayerEntry], directory: str, tree: Mapping[str, LayerEntry], owner: tuple[int, int]
) -> None:
    """Raise NonConforming unless these entries, and no others, are below a directory, and belong to its owner."""
    stem = f"{directory.strip('/')}/"
    found = {path.removeprefix(stem): entry for path, entry in entries.items() if path.startswith(stem)}
    same(f"the names below {directory}", sorted(found), sorted(tree))
    for name, expected in tree.items():
        same(f"{directory}/{name}", _described(found[name]), _described(expected))
        belongs = (found[name].uid, found[name].gid)
        holds(belongs == owner, f"{directory}/{name} to belong to {owner}", f"it belongs to {belongs}")


def _described(entry: LayerEntry) -> Mapping[str, object]:
    """Give what counts of an entry: a link has no permissions of its own."""
    mode = {} if entry.kind is EntryKind.LINK else {"mode": f"{entry.mode:04o}"}
    return {"kind": str(entry.kind), "target": entry.target, "content": entry.content, **mode}


def has_files(image: StoredImage, files: Mapping[str, str]) -> None:
    """Raise NonConforming unless the image has these files, each by its path, with these texts."""
    found = files_of(image)
    for path, content in files.items():
        file = found.get(path.lstrip("/"), File(b"", 0))
        holds(path.lstrip("/") in found, f"the image to have {path}", "it has no such file")
        same(path, file.content.decode(errors="replace"), content)


def has_file_below(image: StoredImage, directory: str, content: str) -> None:
    """Raise NonConforming unless some file below a directory of the image has this text, whatever its name."""
    stem = f"{directory.strip('/')}/"
    below = {path: file for path, file in files_of(image).items() if path.startswith(stem)}
    there = any(file.content.decode(errors="replace") == content for file in below.values())
    holds(there, f"a file below {directory} that says {content!r}", f"there are: {', '.join(sorted(below)) or 'none'}")


def layers_hold(image: StoredImage, place: int, layers: Sequence[Layer]) -> None:
    """Raise NonConforming unless the layers of an image from a place on, counted from 0, hold the files of these.

    Whether they are these very layers, or made anew of the same files, is left open.
    """
    for number, layer in enumerate(layers, start=place):
        blob = image.read_blob(image.layers[number]) if number < len(image.layers) else None
        entries = {} if blob is None else entries_of(blob, f"layer {number + 1} of {image.reference}")
        found = {path: entry.content for path, entry in entries.items() if entry.kind is EntryKind.FILE}
        same(f"the files of layer {number + 1}", found, dict(layer.files))
