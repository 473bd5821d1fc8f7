"""Right releases that publish images another way are accused of nothing; what is no release passes nothing."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.artifacts import reference
from fixtures.artifacts.image_contents import HOME
from fixtures.artifacts.naming import PROFILES, Naming
from fixtures.artifacts.places import Kind, Place
from fixtures.artifacts.reference_images import SHELL, write_layout
from fixtures.artifacts.streams import zstd
from fixtures.errors import EnvironmentMissing, TargetError
from fixtures.oci.digests import digest_of
from fixtures.oci.elf import program
from fixtures.oci.images import Artifact, Blob, Entry, ImageSpec, IndexSpec, Layer
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.platforms import AMD64, ARM64, ARM64_V8, WINDOWS_AMD64, Platform
from fixtures.oci.samples import attestation, index_of
from suites.expect.outcomes import ACCUSING, NotApplicable, NotRun, Untestable
from tests.support.program_headers import pe
from tests.support.published import Said, Tags, only, opened, opened_at, said_of, with_images, with_lists

NOT_RUN = (NotRun, NotApplicable, EnvironmentMissing)
"""What says that something can't be judged here: programs of other architectures are not started in these tests."""

SIGNATURE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
SIGNATURE = ImageSpec(AMD64, (Layer.of({"signature": "{}"}),))


def images(change: Callable[[ImageSpec], Artifact]) -> Callable[[Tags], Tags]:
    return lambda tags: with_images(tags, change)


def lists(change: Callable[[tuple[Entry, ...]], Sequence[Entry]]) -> Callable[[Tags], Tags]:
    return lambda tags: with_lists(tags, change)


def as_docker(tags: Tags) -> Tags:
    docker = with_images(without_attestations(tags), lambda image: replace(image, media_types=MediaTypes.DOCKER))
    return {
        name: replace(each, media_types=MediaTypes.DOCKER) if isinstance(each, IndexSpec) else each
        for name, each in docker.items()
    }


def without_attestations(tags: Tags) -> Tags:
    return with_lists(tags, lambda entries: [each for each in entries if each.child.platform != unknown()])


def unknown() -> Platform:
    return Platform("unknown", "unknown")


def described_v8(entries: tuple[Entry, ...]) -> Sequence[Entry]:
    return [replace(each, platform=ARM64_V8) if each.child.platform == ARM64 else each for each in entries]


def configured_v8(image: ImageSpec) -> ImageSpec:
    return replace(image, config_fields=(("variant", "v8"),))


def base_without_programs(image: ImageSpec) -> ImageSpec:
    base = Layer(tuple((path, content) for path, content in image.layers[0].files if path != SHELL))
    return replace(image, layers=(base, *image.layers[1:]))


def squashed(image: ImageSpec) -> ImageSpec:
    return replace(image, layers=(Layer(tuple(file for layer in image.layers for file in layer.files)),))


def in_two_layers(image: ImageSpec) -> ImageSpec:
    base, own = image.layers
    return replace(image, layers=(base, Layer(own.files[:3]), Layer(own.files[3:])))


def with_companions(image: ImageSpec) -> ImageSpec:
    other = {"amd64": b"\x7fELF\x01\x01\x01" + bytes(9) + b"\x02\0\x03\0\x01" + bytes(40), "arm64": program("arm")}
    found = other.get(image.platform.architecture)
    return replace(image, layers=(Layer.of({"usr/bin/other": found}), *image.layers)) if found else image


def without_descriptor(image: ImageSpec) -> ImageSpec:
    own = Layer(tuple((path, content) for path, content in image.layers[1].files if not path.endswith(".toml")))
    return replace(image, layers=(image.layers[0], own))


def of_their_own(image: ImageSpec) -> ImageSpec:
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(image.platform.architecture, image.platform.architecture)
    env = (*image.env, f"LIBRARIES=/usr/lib/{machine}-linux-gnu")
    labels = (*image.labels, ("org.opencontainers.image.created", machine), ("maintainer", str(image.platform)))
    return replace(image, env=env, labels=labels)


def zstd_layers(image: ImageSpec) -> ImageSpec:
    return _stored(image, zstd.compress, "application/vnd.oci.image.layer.v1.tar+zstd")


def plain_layers(image: ImageSpec) -> ImageSpec:
    return _stored(image, bytes, "application/vnd.oci.image.layer.v1.tar")


class Stored(ImageSpec):
    """An image whose layers are stored otherwise than as gzip."""

    compress: Callable[[bytes], bytes]
    media_type: str

    @property
    def layer_blobs(self) -> tuple[Blob, ...]:
        """The layers as they are pushed."""
        return tuple(Blob(type(self).compress(layer.tar), type(self).media_type) for layer in self.layers)


def _stored(image: ImageSpec, compress: Callable[[bytes], bytes], media_type: str) -> ImageSpec:
    kind = type("Other", (Stored,), {"compress": staticmethod(compress), "media_type": media_type})
    fields = {name: getattr(image, name) for name in ImageSpec.__dataclass_fields__}
    made = kind(**fields)
    assert isinstance(made, ImageSpec)
    return made


def renamed(change: Callable[[str], str]) -> Callable[[Tags], Tags]:
    return lambda tags: {change(name): artifact for name, artifact in tags.items()}


def with_more(*names: str) -> Callable[[Tags], Tags]:
    return lambda tags: {**tags, **dict.fromkeys(names, SIGNATURE)}


def signed(tags: Tags) -> Tags:
    digests = {artifact.root.digest for artifact in tags.values()}
    names = [f"{digest.replace(':', '-')}.{kind}" for digest in digests for kind in ("sig", "att", "sbom")]
    return with_more(*names)(tags)


def signed_by_referrers(tags: Tags) -> Tags:
    """Have each list signed as OCI 1.1 has it: by what says whose it is, under a tag for registries that can't tell."""
    lists = {each.root.digest: each for each in tags.values() if isinstance(each, IndexSpec)}
    found = dict(tags)
    for digest, artifact in lists.items():
        subject = (("subject", artifact.root.descriptor()), ("artifactType", SIGNATURE_TYPE))
        signature = replace(SIGNATURE, manifest_fields=subject)
        found[digest.replace(":", "-")] = IndexSpec((Entry(signature, platform=None),))
        found[f"signature-of-{digest[7:15]}"] = signature
    return found


def listed_anew(tags: Tags) -> Tags:
    """Have lists of versions written anew, as tools do that can't tag a list again."""
    found = dict(tags)
    for name in ("1.2.3", "latest"):
        artifact = tags[name]
        assert isinstance(artifact, IndexSpec)
        found[name] = replace(artifact, fields=(("annotations", {"made": "anew"}),))
    return found


def platforms_with_attestations(tags: Tags) -> Tags:
    """Have each platform's tag lead to a list of its image and what attests it, as BuildKit pushes it."""
    return {
        name: index_of(each, attestation(each)) if isinstance(each, ImageSpec) else each for name, each in tags.items()
    }


def older_ones(tags: Tags) -> Tags:
    """Have a version that was before there was another architecture."""
    first = with_images(tags, lambda image: replace(image, labels=()))["1.2.2-linux-x86-64"]
    assert isinstance(first, ImageSpec)
    return {**tags, "0.9.3": first, "0.9.3-linux": first, "0.17.7-windows": first, "0.9.4": index_of(first)}


def chosen(*starts: str) -> Callable[[Tags], Tags]:
    return lambda tags: {name: each for name, each in tags.items() if name.startswith(starts)}


def windows_too(tags: Tags) -> Tags:
    """Have two images for windows, of two versions of it; their programs are PE."""
    made = {}
    for name, artifact in tags.items():
        made[name] = artifact
        if isinstance(artifact, IndexSpec):
            spec = artifact.children[0]
            ends = [_windows(spec, version) for version in ("10.0.17763.1", str(WINDOWS_AMD64.os_version))]
            made[name] = replace(artifact, entries=(*artifact.entries, *map(Entry, ends)))
            made[f"{name}-windows" if name == "latest" else f"{name}-windows-amd64"] = ends[0]
    return made


def _windows(spec: ImageSpec, version: str) -> ImageSpec:
    layers = [
        Layer(
            tuple(
                (f"Files/{path}.exe", pe(0x8664)) if data.startswith(b"\x7fELF") else (f"Files/{path}", data)
                for path, data in layer.files
            )
        )
        for layer in spec.layers
    ]
    made = replace(spec, platform=replace(WINDOWS_AMD64, os_version=version), layers=tuple(layers))
    # The base is nowhere but at Microsoft.
    base, own = (blob.descriptor() for blob in made.layer_blobs)
    return replace(made, manifest_fields=(("layers", [{**base, "urls": ["https://mcr.example"]}, own]),))


RIGHT: dict[str, Callable[[Tags], Tags]] = {
    "as the reference": lambda tags: tags,
    "Docker's types": as_docker,
    "no attestations": without_attestations,
    "the other order": lists(lambda entries: entries[::-1]),
    "v8 in the entry alone": lists(described_v8),
    "v8 in the config alone": images(only(ARM64, configured_v8)),
    "zstd": images(zstd_layers),
    "not compressed": images(plain_layers),
    "one base without programs": images(base_without_programs),
    "one layer": images(squashed),
    "three layers": images(in_two_layers),
    "no lifecycle.toml": images(without_descriptor),
    "programs of 32 bit beside": images(with_companions),
    "dates, and words for architectures": images(of_their_own),
    "words of 2020": renamed(lambda name: name.replace("x86-64", "amd64")),
    "words of the kernel": renamed(lambda name: name.replace("x86-64", "x86_64").replace("arm64", "aarch64")),
    "versions with v": renamed(lambda name: f"v{name}" if name.startswith("1.") else name),
    "whole commits": renamed(lambda name: name.replace("0123abc", "0123abc" + "0" * 33)),
    "signatures": signed,
    "signatures by referrers": signed_by_referrers,
    "flavors, and other names": with_more("1.2.3-debug", "1.2.4-alpine", "latest-debug", "main", "1.2", "1", "edge"),
    "lists written anew": listed_anew,
    "attestations of each platform": platforms_with_attestations,
    "versions before the promise": older_ones,
    "commits alone": chosen("0123abc"),
    "pre-releases alone": chosen("fedcba9", "1.3.0"),
    "commits that are gone": chosen("1.", "latest"),
    "two versions of windows": windows_too,
}


def accusations(said: Sequence[Said]) -> list[str]:
    """Give what accuses, and what is the suite's own fault."""
    return [str(each) for each in said if not isinstance(each.error, (type(None), *NOT_RUN, Untestable))]


def held(said: Sequence[Said]) -> bool:
    """Whether everything held that could be judged on this machine."""
    return all(isinstance(each.error, (type(None), NotApplicable, EnvironmentMissing)) for each in said)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_release_is_accused_of_nothing(name: str, tmp_path: Path) -> None:
    said = said_of(opened(tmp_path, RIGHT[name](reference.tags())))

    assert accusations(said) == []
    assert not [str(each) for each in said if isinstance(each.error, Untestable)]
    passed = {each.requirement for each in said if each.error is None}
    assert len(passed) >= 9
    if name not in ("commits alone", "pre-releases alone", "commits that are gone"):
        assert held(said)


def test_what_is_signed_is_said_and_is_no_version(tmp_path: Path) -> None:
    by_tags = opened(tmp_path / "tags", signed(reference.tags()))
    by_referrers = opened(tmp_path / "referrers", signed_by_referrers(reference.tags()))

    (tags,) = by_tags.published.notes()
    (none, referrers) = by_referrers.published.notes()

    assert "of 7 digests of" in tags
    assert "7 signed (.sig), 7 attested (.att), 7 with an SBOM (.sbom); not looked into" in tags
    assert "0 signed (.sig)" in none
    assert f"there are: 1 {SIGNATURE_TYPE} (referrers); not looked into" in referrers
    for release in (by_tags, by_referrers):
        (found,) = release.published.tags
        assert {str(version) for version in found.versions} == {"1.2.2", "1.2.3", "1.3.0-rc.1"}


@pytest.mark.parametrize("is_listed", [True, False])
def test_one_platform_is_enough_where_one_is_promised(tmp_path: Path, is_listed: bool) -> None:
    own = chosen_platform(reference.tags(), is_listed=is_listed)

    said = said_of(opened(tmp_path, own, replace(Naming(), platforms=(ARM64,))))

    assert held(said)


def chosen_platform(tags: Tags, *, is_listed: bool) -> Tags:
    """Give the tags of releases for arm64 alone."""
    found: Tags = {}
    for name, artifact in tags.items():
        if isinstance(artifact, IndexSpec):
            (image,) = (each for each in artifact.children if each.platform == ARM64)
            found[name] = index_of(image, attestation(image)) if is_listed else image
        elif name.endswith("arm64"):
            found[name] = artifact
    return found


def test_names_of_2020_are_a_profile(tmp_path: Path) -> None:
    tags = renamed(lambda name: name.replace("x86-64", "amd64"))(reference.tags())

    assert held(said_of(opened(tmp_path, tags, PROFILES["seed-2020"])))


def test_programs_may_be_links(tmp_path: Path) -> None:
    tags = with_images(reference.tags(), as_links)

    assert accusations(said_of(opened(tmp_path, tags))) == []


def as_links(image: ImageSpec) -> ImageSpec:
    """Give the image whose phases are links to one program, relative, absolute and hard, in a folder that is a link."""
    files = dict(image.layers[1].files)
    own = files[f"{HOME}/lifecycle"]
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        for name, content in (("opt/lc/lifecycle", own), ("opt/lc/launcher", files[f"{HOME}/launcher"])):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
        kinds = {
            "analyzer": (tarfile.SYMTYPE, "lifecycle"),
            "builder": (tarfile.SYMTYPE, "/cnb/lifecycle/lifecycle"),
            "creator": (tarfile.LNKTYPE, "opt/lc/lifecycle"),
            **dict.fromkeys(("detector", "exporter", "rebaser", "restorer"), (tarfile.SYMTYPE, "./lifecycle")),
        }
        for name, (kind, target) in kinds.items():
            link = tarfile.TarInfo(f"opt/lc/{name}")
            link.type, link.linkname = kind, target
            tar.addfile(link)
        home = tarfile.TarInfo(HOME)
        home.type, home.linkname = tarfile.SYMTYPE, "../opt/lc"
        tar.addfile(home)
    blob = Blob(written.getvalue(), "application/vnd.oci.image.layer.v1.tar")
    return Linked(**{name: getattr(image, name) for name in ImageSpec.__dataclass_fields__}).on(blob)


class Linked(ImageSpec):
    """An image whose second layer is given as bytes."""

    own: Blob

    def on(self, blob: Blob) -> Linked:
        """Have the layer."""
        object.__setattr__(self, "own", blob)
        return self

    @property
    def layer_blobs(self) -> tuple[Blob, ...]:
        """The layers as they are pushed."""
        base = self.layers[0]
        return (Blob(base.compressed, self.media_types.layer), self.own)

    @property
    def image_config(self) -> dict[str, object]:
        """The config, with this layer's diff ID."""
        document = dict(super().image_config)
        document["rootfs"] = {"type": "layers", "diff_ids": [self.layers[0].diff_id, digest_of(self.own.body)]}
        return document


@pytest.mark.parametrize(
    "tags",
    [{}, {"latest": IndexSpec(())}, {"1.0.0": IndexSpec(()), "latest": IndexSpec(()), "0a1b2c3": IndexSpec(())}],
    ids=["nothing", "an empty list", "empty lists"],
)
def test_what_is_no_release_passes_nothing_of_its_images(tags: Tags, tmp_path: Path) -> None:
    try:
        said = said_of(opened(tmp_path, tags))
    except TargetError:
        return
    held = {each.requirement for each in said} - {each.requirement for each in said if each.error}

    assert not held - {"tag-retag"}
    assert [each for each in said if each.requirement == "image-children" and isinstance(each.error, ACCUSING)]


def test_a_layout_without_a_repository_s_names_is_an_image(tmp_path: Path) -> None:
    write_layout(tmp_path / "layout", {"1.2.3": reference.tags()["1.2.3"]})

    for where in ("layout", "layout:1.2.3"):
        shutil.rmtree(tmp_path / "release", ignore_errors=True)
        release = opened_at(tmp_path, [Place(Kind.IMAGE, str(tmp_path / where))])
        assert held(said_of(release))


def test_an_image_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(TargetError):
        opened_at(tmp_path, [Place(Kind.IMAGE, "127.0.0.1:1/lifecycle:1.2.3")])
    with pytest.raises((TargetError, EnvironmentMissing)):
        opened_at(tmp_path, [Place(Kind.REGISTRY, "127.0.0.1:1/lifecycle")])
