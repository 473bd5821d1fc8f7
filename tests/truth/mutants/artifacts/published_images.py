"""Releases with a fault in their images: the same one under every tag, so that tags and lists agree."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fixtures.artifacts.image_contents import APIS_LABEL, HOME, VERSION_LABEL
from fixtures.artifacts.reference import MULTI_CALL, REGISTRY, VERSION, programs, tags
from fixtures.artifacts.reference_images import SHELL, write_layout
from fixtures.oci.elf import program
from fixtures.oci.images import Artifact, Entry, ImageSpec, Layer
from fixtures.oci.platforms import AMD64, ARM64, ARM_V6, Platform, host_platform
from fixtures.oci.samples import with_label
from tests.support.published import Tags, only, with_images, with_lists
from tests.truth.mutants.artifacts.mutant import ReleaseMutant

PLACE = f"registry:{REGISTRY}"

PROMISE = 'platforms = ["linux/amd64", "linux/arm64"]'


def published(change: Callable[[Tags], Tags]) -> Callable[[Path], None]:
    """Have the release's repository made anew, with other tags."""

    def apply(release: Path) -> None:
        shutil.rmtree(release / REGISTRY)
        write_layout(release / REGISTRY, change(tags()))

    return apply


def images(change: Callable[[ImageSpec], Artifact]) -> Callable[[Path], None]:
    """Change every image."""
    return published(lambda tags: with_images(tags, change))


def of_arm64(change: Callable[[ImageSpec], Artifact]) -> Callable[[Path], None]:
    """Change the image for arm64."""
    return images(only(ARM64, change))


def lists(change: Callable[[tuple[Entry, ...]], Sequence[Entry]]) -> Callable[[Path], None]:
    """Change the entries of every list."""
    return published(lambda tags: with_lists(tags, change))


def of_entry(change: Callable[[Entry], Entry]) -> Callable[[Path], None]:
    """Change the entry of arm64."""
    return lists(lambda entries: [change(each) if _is(each, ARM64) else each for each in entries])


def files(change: Callable[[dict[str, bytes]], None], place: int = 1) -> Callable[[ImageSpec], ImageSpec]:
    """Change the files of a layer: 0 is the base, 1 the lifecycle."""

    def apply(image: ImageSpec) -> ImageSpec:
        found = dict(image.layers[place].files)
        change(found)
        layers = list(image.layers)
        layers[place] = Layer.of(found)
        return replace(image, layers=tuple(layers))

    return apply


def _is(entry: Entry, platform: Platform) -> bool:
    return entry.child.platform == platform


def _programs_for_amd64(found: dict[str, bytes]) -> None:
    found.update({path: program("amd64") for path, content in found.items() if content.startswith(b"\x7fELF")})


def _launcher_for_amd64(found: dict[str, bytes]) -> None:
    found[f"{HOME}/launcher"] = program("amd64")


def _text_for_exporter(found: dict[str, bytes]) -> None:
    found[f"{HOME}/exporter"] = b"not found\n"


def _without_exporter(found: dict[str, bytes]) -> None:
    del found[f"{HOME}/exporter"]


def _one_file_more(found: dict[str, bytes]) -> None:
    found[f"{HOME}/lifecycle.sbom.cdx.json"] = b"{}"


def _shell_for_amd64(found: dict[str, bytes]) -> None:
    found[SHELL] = program("amd64")


def _config(**fields: Any) -> Callable[[ImageSpec], ImageSpec]:
    return lambda image: replace(image, config=tuple({**dict(image.config), **fields}.items()))


def _label(name: str, value: str) -> Callable[[ImageSpec], ImageSpec]:
    return lambda image: with_label(image, name, value)


def _as_amd64(image: ImageSpec) -> ImageSpec:
    return replace(image, config_fields=(("architecture", "amd64"),))


def _older(image: ImageSpec) -> ImageSpec:
    """Give the image of the version before, whole."""
    found = tags()["1.2.2-linux-arm64"]
    assert isinstance(found, ImageSpec)
    return found if ("io.buildpacks.lifecycle.version", "1.2.3") in image.labels else image


def _stating(stated: Platform | Mapping[str, Any] | None) -> Callable[[Entry], Entry]:
    return lambda entry: replace(entry, platform=stated)


def _without(platform: Platform) -> Callable[[tuple[Entry, ...]], Sequence[Entry]]:
    return lambda entries: [each for each in entries if not _is(each, platform)]


def _amd64_twice(entries: tuple[Entry, ...]) -> Sequence[Entry]:
    """Have the image for amd64 where that for arm64 was, as a packager leaves it that takes no word on it."""
    first = next(each for each in entries if _is(each, AMD64))
    again = replace(first, child=_label("built", "twice")(first.child)) if isinstance(first.child, ImageSpec) else first
    return [again if _is(each, ARM64) else each for each in entries]


def _two_arm_none_arm64(entries: tuple[Entry, ...]) -> Sequence[Entry]:
    return [replace(each, platform=ARM_V6) if _is(each, ARM64) else each for each in entries]


def _older_programs(found: dict[str, bytes]) -> None:
    """Have the phases of the machine's architecture say that they are of a version before."""
    host = host_platform()
    older, own = (programs(host, version)[MULTI_CALL] for version in ("1.2.1", VERSION))
    found.update({path: older for path, content in found.items() if content == own})


def _beside_archives(*places: str) -> Callable[[Path], None]:
    def apply(release: Path) -> None:
        listed = ", ".join(f'"{place}"' for place in ("release:dist", *places))
        (release / "target.toml").write_text(f"[artifacts]\nplaces = [{listed}]\n")

    return apply


def _both(*changes: Callable[[Path], None]) -> Callable[[Path], None]:
    def apply(release: Path) -> None:
        for change in changes:
            change(release)

    return apply


def _promised_two(release: Path) -> None:
    (release / "target.toml").write_text(f'[artifacts]\nplaces = ["{PLACE}"]\n{PROMISE}\n')


def _damaged_layer(release: Path) -> None:
    image = tags()["1.2.3-linux-arm64"]
    assert isinstance(image, ImageSpec)
    path = release / REGISTRY / "blobs" / image.layer_digests[1].replace(":", "/")
    path.write_bytes(path.read_bytes()[:-9] + b"\0" + path.read_bytes()[-8:])


def _lost_config(release: Path) -> None:
    image = tags()["1.2.3-linux-arm64"]
    assert isinstance(image, ImageSpec)
    (release / REGISTRY / "blobs" / image.config_blob.digest.replace(":", "/")).unlink()


def _no_exporter_mode(release: Path) -> None:
    """Have the exporter where nobody may execute it: text is stored so."""
    images(files(lambda found: found.update({f"{HOME}/exporter": b"\x7fELX"})))(release)


def _mutant(name: str, killed_by: str, change: Callable[[Path], None], place: str = PLACE) -> ReleaseMutant:
    return ReleaseMutant(name, killed_by, change, place)


MUTANTS = (
    _mutant("image-programs-of-another", "image-architecture", of_arm64(files(_programs_for_amd64))),
    _mutant("image-launcher-of-another", "image-architecture", of_arm64(files(_launcher_for_amd64))),
    _mutant("image-program-is-text", "image-architecture", of_arm64(files(_text_for_exporter))),
    _mutant("image-config-names-another", "image-architecture", of_arm64(_as_amd64)),
    _mutant("image-layer-damaged", "image-architecture", _damaged_layer),
    _mutant("entry-names-another-than-config", "image-entry", of_arm64(_as_amd64)),
    _mutant("entry-of-another-platform", "image-entry", of_entry(_stating(AMD64))),
    _mutant("entry-of-another-variant", "image-entry", of_entry(_stating(replace(ARM64, variant="v7")))),
    _mutant("entry-without-platform", "image-entry", of_entry(_stating(None))),
    _mutant("entry-leads-to-no-config", "image-entry", _lost_config),
    _mutant("list-without-arm64", "image-children", lists(_without(ARM64))),
    _mutant("list-of-amd64-twice", "image-children", lists(_amd64_twice)),
    _mutant("list-of-two-arm", "image-children", lists(_two_arm_none_arm64)),
    _mutant("list-of-nothing", "image-children", lists(lambda _: [])),
    _mutant("list-of-more-than-promised", "image-children", _promised_two, "target.toml"),
    _mutant("image-without-exporter", "image-complete", of_arm64(files(_without_exporter))),
    _mutant("image-exporter-not-executable", "image-complete", _no_exporter_mode),
    _mutant("label-of-another-version", "image-labels", images(_label(VERSION_LABEL, "1.2.1"))),
    _mutant("label-of-other-apis", "image-labels", images(_label(APIS_LABEL, '{"platform":{},"buildpack":{}}'))),
    _mutant("label-of-no-json", "image-labels", images(_label(APIS_LABEL, "0.15"))),
    _mutant("labels-missing", "image-labels", images(lambda image: replace(image, labels=()))),
    _mutant("programs-of-an-older-version", "image-labels", images(files(_older_programs))),
    _mutant("image-of-an-older-version", "image-same", _beside_archives(f"image:{REGISTRY}:1.2.2"), "target.toml"),
    _mutant(
        "image-of-other-programs",
        "image-same-config",
        _both(images(files(_older_programs)), _beside_archives(PLACE)),
        "target.toml",
    ),
    _mutant("child-of-an-older-version", "image-same", of_arm64(_older)),
    _mutant("child-of-other-apis", "image-same", of_arm64(_label(APIS_LABEL, '{"platform":{},"buildpack":{}}'))),
    _mutant("child-of-another-user", "image-same-config", of_arm64(_config(User="0"))),
    _mutant("child-of-another-directory", "image-same-config", of_arm64(_config(WorkingDir="/"))),
    _mutant("child-of-another-environment", "image-same-config", of_arm64(lambda i: replace(i, env=("PATH=/bin",)))),
    _mutant("child-with-another-file", "image-same-config", of_arm64(files(_one_file_more))),
    _mutant("image-without-base", "image-base", of_arm64(lambda image: replace(image, layers=image.layers[1:]))),
    _mutant("base-of-another", "image-base", of_arm64(files(_shell_for_amd64, 0))),
    _mutant("one-base-for-all", "image-base", images(files(_shell_for_amd64, 0))),
)
