"""The images that drawn indexes are made of: few, so that each is pushed once, and each with the code that makes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from fixtures.oci import platforms
from fixtures.oci.images import Entry, ImageSpec, IndexSpec
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.options import with_option
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import app_image, artifact, attestation, run_image

LOST = 9
"""The generation of images that no registry gets: entries for them dangle."""

NAMED = {value: name for name, value in vars(platforms).items() if isinstance(value, Platform)}
"""The platforms that have a name in fixtures.oci.platforms."""


@dataclass(frozen=True)
class Pool:
    """Images of one kind: `make` makes one from a run image, and `code` gives the code for it from the run image's."""

    make: Callable[[ImageSpec], ImageSpec]
    code: Callable[[ImageSpec, str], str]
    _images: dict[tuple[Platform, int, MediaTypes, str], ImageSpec] = field(default_factory=dict)
    _codes: dict[str, str] = field(default_factory=dict)

    def image(
        self, platform: Platform, generation: int = 1, media_types: MediaTypes = MediaTypes.OCI, option: str = ""
    ) -> ImageSpec:
        """Give the image of a platform and generation, which states what an option says: the same one each time."""
        key = platform, generation, media_types, option
        if key not in self._images:
            base = run_image(platform, generation=generation, media_types=media_types)
            image = with_option(self.make(base), option)
            more = [code_of_platform(platform)]
            more += [f"generation={generation}"] if generation != 1 else []
            more += [f"media_types={media_types}"] if media_types is not MediaTypes.OCI else []
            self._images[key] = image
            code = self.code(base, f"run_image({', '.join(more)})")
            self._codes[image.digest] = f'with_option({code}, "{option}")' if option else code
            for made, name in ((attestation(image), "attestation"), (artifact(image), "artifact")):
                self._codes[made.child.root.digest] = f"{name}({self._codes[image.digest]})"
        return self._images[key]

    @property
    def codes(self) -> Collection[str]:
        """The code of each image that was made."""
        return self._codes.values()

    def code_of(self, index: IndexSpec) -> str:
        """Give an index as code that can be pasted into a test: one entry a line."""
        return "\n".join(self._lines(index))

    def _lines(self, index: IndexSpec, after: str = "") -> Iterator[str]:
        yield "index_of("
        for entry in index.entries:
            yield from (f"    {line}" for line in self._lines_of_entry(entry))
        yield f"    media_types={index.media_types},"
        if index.fields:
            yield f"    fields={index.fields!r},"
        yield f"){after}"

    def _lines_of_entry(self, entry: Entry) -> Iterator[str]:
        made, options = self._codes.get(entry.child.root.digest, ""), _options(entry)
        if made.startswith(("attestation(", "artifact(")):
            yield f"{made},"
        elif isinstance(entry.child, IndexSpec):
            first, *others = self._lines(entry.child, "".join(f", {option}" for option in options) + "),")
            yield f"Entry({first}"
            yield from others
        else:
            yield f"Entry({', '.join([made, *options])})," if options else f"{made},"


def run_images() -> Pool:
    """Give run images."""
    return Pool(lambda base: base, lambda _, code: code)


def earlier_images() -> Pool:
    """Give app images of earlier builds."""
    name, api = "registry.example/run:latest", "0.12"

    def said(base: ImageSpec) -> str:
        return "on " + dict(base.labels)["conformance.run-image"]

    return Pool(
        lambda base: app_image(base, api=api, run_image=name, said=said(base)),
        lambda base, code: f'app_image({code}, api="{api}", run_image="{name}", said="{said(base)}")',
    )


def code_of_platform(platform: Platform) -> str:
    """Give a platform as code: its name, where it has one."""
    if platform in NAMED:
        return NAMED[platform]
    parts = [platform.os, platform.architecture, *([platform.variant] if platform.variant else [])]
    version = f', os_version="{platform.os_version}"' if platform.os_version else ""
    return "Platform(" + ", ".join(f'"{part}"' for part in parts) + f"{version})"


def _options(entry: Entry) -> list[str]:
    """Give the arguments of an Entry that are not the defaults."""
    text = entry.platform
    options = []
    if isinstance(text, Platform):
        options.append(code_of_platform(text))
    elif text is None or isinstance(text, Mapping):
        options.append(repr(text))
    options += [f"fields={entry.fields!r}"] if entry.fields else []
    options += ["is_there=False"] if not entry.is_there else []
    return options
