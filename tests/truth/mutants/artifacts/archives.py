"""Releases with a fault in what their archives hold, in their names, or in their checksums."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fixtures.artifacts.reference import (
    DIST,
    MULTI_CALL,
    PLATFORM_APIS,
    VERSION,
    File,
    archive_name,
    contents,
    descriptor,
    packed,
    write,
)
from fixtures.artifacts.shipped import DESCRIPTOR
from fixtures.oci.platforms import AMD64, ARM64, LINUX, Platform
from tests.truth.mutants.artifacts.mutant import ReleaseMutant

Change = Callable[[Path], None]


def path_of(release: Path, platform: Platform = ARM64) -> Path:
    """Give where the archive for a platform is."""
    return release / DIST / archive_name(platform)


def holding(change: Callable[[dict[str, File]], object], *platforms: Platform) -> Change:
    """Have the archives for these platforms, or for arm64, hold other files; their checksums are right."""

    def apply(release: Path) -> None:
        for platform in platforms or (ARM64,):
            files = contents(platform)
            change(files)
            write(path_of(release, platform), packed(files))

    return apply


def summed(text: Callable[[Path, str], str], *platforms: Platform) -> Change:
    """Have the checksums of archives say something else, made of the archive's path and sum."""

    def apply(release: Path) -> None:
        for platform in platforms or (ARM64,):
            path = path_of(release, platform)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            path.with_name(f"{path.name}.sha256").write_text(text(path, digest))

    return apply


def _without_arm64(release: Path) -> None:
    path_of(release).unlink()


def _two_for_amd64(release: Path) -> None:
    first = path_of(release, AMD64)
    write(first.with_name(first.name.replace("x86-64", "amd64")), first.read_bytes())


def _not_promised(release: Path) -> None:
    path_of(release).rename(path_of(release).with_name(path_of(release).name.replace("linux", "freebsd")))


def _cut_off(release: Path) -> None:
    content = path_of(release).read_bytes()
    path_of(release).write_bytes(content[: len(content) // 2])


def _freebsd_alone(release: Path) -> None:
    name = path_of(release).name.replace("linux", "freebsd")
    write(release / DIST / name, packed({DESCRIPTOR: File(descriptor())}))


def _another_for_amd64_of_nothing(release: Path) -> None:
    first = path_of(release, AMD64)
    write(first.with_name(first.name.replace("x86-64", "amd64")), packed({}))


def _sums_of_all(text: Callable[[str, str], str], name: str) -> Change:
    """Have one file with the sums of all archives, each line made of the archive's sum and name."""

    def apply(release: Path) -> None:
        lines = []
        for path in sorted((release / DIST).glob("*.tgz")):
            path.with_name(f"{path.name}.sha256").unlink()
            lines.append(text(hashlib.sha256(path.read_bytes()).hexdigest(), path.name))
        (release / DIST / name).write_text("\n".join(lines) + "\n")

    return apply


def _zip_without_permissions(release: Path) -> None:
    path = path_of(release)
    with zipfile.ZipFile(path.with_suffix(".zip"), "w") as archive:
        for name, file in contents(ARM64).items():
            member = zipfile.ZipInfo(name)
            member.create_system = 0
            archive.writestr(member, file.content or contents(ARM64)[f"{MULTI_CALL}/{MULTI_CALL}"].content)
    path.unlink()
    path.with_name(f"{path.name}.sha256").unlink()


def _empty(release: Path) -> None:
    path_of(release).write_bytes(b"")


def _renamed(release: Path) -> None:
    path = path_of(release)
    write(path.with_name(path.name.replace("linux.arm64", "linux-arm64")), path.read_bytes())
    path.unlink()
    path.with_name(f"{path.name}.sha256").unlink()


def link(name: str, target: str) -> Callable[[dict[str, File]], object]:
    """Have a program be a link to something else."""
    return lambda files: files.update({f"{MULTI_CALL}/{name}": File(mode=0o777, link=target)})


def mode(name: str, mode: int) -> Callable[[dict[str, File]], object]:
    """Have a file have another mode."""
    return lambda files: files.update({name: replace(files[name], mode=mode)})


def _without(name: str) -> Callable[[dict[str, File]], object]:
    return lambda files: files.pop(name)


def _without_programs(files: dict[str, File]) -> None:
    for name in [name for name in files if name != DESCRIPTOR]:
        del files[name]


def _descriptor(content: bytes) -> Callable[[dict[str, File]], object]:
    return lambda files: files.update({DESCRIPTOR: File(content)})


def _stray_name(release: Path) -> None:
    files = {f"../{name}": file for name, file in contents(ARM64).items() if name.endswith("launcher")}
    write(path_of(release), packed({**contents(ARM64), **files}))


def _hard_link_to_nothing(release: Path) -> None:
    path = path_of(release)
    tar = path.with_suffix(".tar")
    tar.write_bytes(gzip.decompress(path.read_bytes()))
    with tarfile.open(tar, "a") as archive:
        entry = tarfile.TarInfo(f"{MULTI_CALL}/extender2")
        entry.type, entry.linkname = tarfile.LNKTYPE, f"{MULTI_CALL}/gone"
        archive.addfile(entry)
    write(path, gzip.compress(tar.read_bytes(), mtime=0))
    tar.unlink()


def _of_its_path(path: Path, digest: str) -> str:
    return f"{digest}  {path}\n"


def _with_a_backslash(path: Path, digest: str) -> str:
    return f"{digest}  dist\\{path.name}\n"


OLDER = _descriptor(descriptor("1.2.2"))
NO_APIS = _descriptor(f'[lifecycle]\nversion = "{VERSION}"\n'.encode())
OF_LAUNCHER = hashlib.sha256(contents(ARM64)[f"{MULTI_CALL}/launcher"].content).hexdigest()

MUTANTS = (
    ReleaseMutant("archive-of-arm64-missing", "artifact-set", _without_arm64),
    ReleaseMutant("two-archives-of-amd64", "artifact-set", _two_for_amd64),
    ReleaseMutant("another-archive-of-nothing", "artifact-set", _another_for_amd64_of_nothing),
    ReleaseMutant("archive-of-arm64-named-for-freebsd", "artifact-set", _not_promised),
    ReleaseMutant("archive-cut-off", "artifact-set", _cut_off),
    ReleaseMutant("archive-empty", "artifact-set", _empty),
    ReleaseMutant("archive-of-freebsd-without-programs", "artifact-complete", _freebsd_alone, origin="habit"),
    ReleaseMutant("exporter-missing", "artifact-complete", holding(_without(f"{MULTI_CALL}/exporter"))),
    ReleaseMutant("launcher-missing", "artifact-complete", holding(_without(f"{MULTI_CALL}/launcher"))),
    ReleaseMutant(
        "programs-missing",
        "artifact-complete",
        holding(_without_programs),
    ),
    ReleaseMutant("program-not-executable", "artifact-complete", holding(mode(f"{MULTI_CALL}/{MULTI_CALL}", 0o644))),
    ReleaseMutant("launcher-not-executable", "artifact-complete", holding(mode(f"{MULTI_CALL}/launcher", 0o644))),
    ReleaseMutant("zip-without-permissions", "artifact-complete", _zip_without_permissions),
    ReleaseMutant("link-absolute", "artifact-links", holding(link("exporter", "/cnb/lifecycle/lifecycle"))),
    ReleaseMutant("link-outside", "artifact-links", holding(link("exporter", "../../linux-amd64/lifecycle"))),
    ReleaseMutant("link-dangling", "artifact-links", holding(link("exporter", "lifecycl"))),
    ReleaseMutant("link-to-itself", "artifact-links", holding(link("exporter", "exporter"))),
    ReleaseMutant("link-to-a-directory", "artifact-links", holding(link("exporter", "../lifecycle"))),
    ReleaseMutant("link-to-the-descriptor", "artifact-links", holding(link("exporter", "../lifecycle.toml"))),
    ReleaseMutant("name-outside", "artifact-links", _stray_name),
    ReleaseMutant("hard-link-to-nothing", "artifact-links", _hard_link_to_nothing),
    ReleaseMutant("descriptor-missing", "artifact-descriptor", holding(_without(DESCRIPTOR))),
    ReleaseMutant("descriptor-is-no-toml", "artifact-descriptor", holding(_descriptor(b"[lifecycle\n"))),
    ReleaseMutant("descriptor-of-another-version", "artifact-descriptor", holding(OLDER, *LINUX)),
    ReleaseMutant(
        "descriptor-without-apis",
        "artifact-descriptor",
        holding(NO_APIS, *LINUX),
    ),
    ReleaseMutant(
        "descriptor-lists-an-api-too-many",
        "artifact-descriptor",
        holding(_descriptor(descriptor(apis=("0.12", *PLATFORM_APIS))), *LINUX),
    ),
    ReleaseMutant(
        "descriptor-lists-an-api-too-few",
        "artifact-descriptor",
        holding(_descriptor(descriptor(apis=PLATFORM_APIS[1:])), *LINUX),
    ),
    ReleaseMutant(
        "descriptor-of-arm64-lists-another-api",
        "artifact-descriptor-same",
        holding(_descriptor(descriptor(apis=PLATFORM_APIS[1:]))),
    ),
    ReleaseMutant("descriptor-of-arm64-is-older", "artifact-descriptor-same", holding(OLDER)),
    ReleaseMutant(
        "file-in-one-archive-alone",
        "artifact-files-same",
        holding(lambda files: files.update({"lifecycle.sbom.cdx.json": File(b"{}")}), AMD64),
    ),
    ReleaseMutant("sum-of-another-archive", "artifact-checksum", summed(lambda path, _: f"{'0' * 64}  {path.name}\n")),
    ReleaseMutant(
        "sum-of-the-program-inside",
        "artifact-checksum",
        summed(lambda path, _: f"{OF_LAUNCHER}  {path.name}\n"),
    ),
    ReleaseMutant(
        "sums-of-all-are-of-others",
        "artifact-checksum",
        _sums_of_all(lambda _, name: f"{'0' * 64}  {name}", "lifecycle_1.2.3_SHA256SUMS"),
    ),
    ReleaseMutant(
        "sums-of-all-reversed",
        "artifact-checksum-form",
        _sums_of_all(lambda digest, name: f"{name} {digest}", "lifecycle-v1.2.3-checksums.txt"),
    ),
    ReleaseMutant("sum-missing", "artifact-checksum", summed(lambda path, _: f"  {path.name}\n")),
    ReleaseMutant("sum-reversed", "artifact-checksum-form", summed(lambda path, digest: f"{path.name} {digest}\n")),
    ReleaseMutant("sum-bare", "artifact-checksum-form", summed(lambda _, digest: f"{digest}\n")),
    ReleaseMutant("sum-of-an-absolute-path", "artifact-checksum-form", summed(_of_its_path)),
    ReleaseMutant("sum-with-a-backslash", "artifact-checksum-form", summed(_with_a_backslash)),
    ReleaseMutant("archive-of-arm64-called-otherwise", "artifact-name", _renamed),
)
