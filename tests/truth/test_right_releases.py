"""Releases that conform in other ways than the reference's are accused of nothing; empty ones pass nothing."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from fixtures.artifacts.reference import (
    COMMIT,
    DIST,
    MULTI_CALL,
    PLATFORM_APIS,
    File,
    contents,
    descriptor,
    packed,
    write,
)
from fixtures.artifacts.reference_programs import phase
from fixtures.artifacts.shipped import DESCRIPTOR, NEEDED
from fixtures.oci.platforms import AMD64, ARM64, ARM_V6, S390X, Platform
from fixtures.oci.zstandard import zstd
from tests.support.figures import FALSE_POSITIVES, RIGHT
from tests.support.program_headers import pe
from tests.support.runs import Run, run_suite
from tests.support.sampled import but_few
from tests.truth.mutants.artifacts.programs import LAUNCHER, LIFECYCLE

PAIR = (AMD64, ARM64)
Files = dict[str, File]


def archives(
    release: Path, name: str, words: Mapping[Platform, str], change: Callable[[Files], object] = lambda _: None
) -> None:
    """Write an archive for each platform, called as the name says with the platform's word in it."""
    for platform, word in words.items():
        files = contents(platform)
        change(files)
        path = release / DIST / name.format(word)
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, packed(files))


def folders(
    release: Path, name: str, words: Mapping[Platform, str], files: Callable[[Platform], Files] = contents
) -> None:
    """Write a folder of programs for each platform."""
    for platform, word in words.items():
        for path, file in files(platform).items():
            place = release / DIST / name.format(word) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if file.link:
                place.symlink_to(file.link)
            else:
                place.write_bytes(file.content)
                place.chmod(file.mode)


USUAL = {AMD64: "linux.x86-64", ARM64: "linux.arm64"}
NAME = "lifecycle-v1.2.3+{}.tgz"


def _called(name: str, amd64: str, arm64: str) -> Callable[[Path], None]:
    return lambda release: archives(release, name, {AMD64: amd64, ARM64: arm64})


def _changed(change: Callable[[Files], object]) -> Callable[[Path], None]:
    return lambda release: archives(release, NAME, USUAL, change)


def _in_folders(name: str, amd64: str, files: Callable[[Platform], Files] = contents) -> Callable[[Path], None]:
    return lambda release: folders(release, name, {AMD64: amd64, ARM64: "arm64"}, files)


def _programs_alone(platform: Platform) -> Files:
    return {name.rpartition("/")[2]: file for name, file in contents(platform).items() if name != DESCRIPTOR}


def _with_separate_programs(files: Files) -> None:
    for name in NEEDED:
        if name != "launcher":
            files[f"{MULTI_CALL}/{name}"] = files[LIFECYCLE]
    del files[LIFECYCLE]
    del files[f"{MULTI_CALL}/extender"]


def _below(directory: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        for name in list(files):
            files[f"{directory}/{name}"] = files.pop(name)

    return change


def _with_hard_links(release: Path) -> None:
    archives(release, NAME, USUAL)
    for path in (release / DIST).glob("*.tgz"):
        written = io.BytesIO()
        with tarfile.open(path) as old, tarfile.open(fileobj=written, mode="w") as new:
            for member in old:
                if member.issym():
                    member.type, member.linkname = tarfile.LNKTYPE, LIFECYCLE
                new.addfile(member, old.extractfile(member) if member.isreg() else None)
        write(path, gzip.compress(written.getvalue(), mtime=0))


def _other_compression(release: Path) -> None:
    archives(release, "lifecycle-v1.2.3+{}.tar", USUAL, lambda _: None)
    for path in (release / DIST).glob("*.tar"):
        path.write_bytes(gzip.decompress(path.read_bytes()))
        path.with_name(f"{path.name}.sha256").unlink()


def _one_file_of_sums(release: Path) -> None:
    archives(release, NAME, USUAL)
    lines = [f"{'0' * 64}  lifecycle-v1.2.3+linux.x86-64.tgz.sbom.json"]
    for path in sorted((release / DIST).glob("*.tgz")):
        path.with_name(f"{path.name}.sha256").unlink()
        lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()} *{path.name}")
    (release / DIST / "checksums.txt").write_text("\n".join(lines) + "\n")


def _saying(text: str, version: str) -> Callable[[Path], None]:
    def make(release: Path) -> None:
        dist = release / DIST
        dist.mkdir(parents=True)
        for platform, word in USUAL.items():
            files = contents(platform)
            files[LIFECYCLE] = File(phase(platform.architecture, text, PLATFORM_APIS), 0o755)
            files[DESCRIPTOR] = File(descriptor(version))
            write(dist / f"lifecycle-v{version}+{word}.tgz", packed(files))

    return make


def _noted(platform: Platform, word: str, note: str) -> Callable[[Path], None]:
    def make(release: Path) -> None:
        archives(release, NAME, USUAL)
        files = contents(platform)
        files[LAUNCHER] = replace(files[LAUNCHER], content=files[LAUNCHER].content + f"build\t{note}\n".encode())
        write(release / DIST / NAME.format(word), packed(files))

    return make


def _for_v6(release: Path) -> None:
    archives(release, NAME, USUAL)
    v7, v6 = (b"aeabi\0\1\7\0\0\0\6" + bytes([number]) for number in (10, 6))
    files = {name: replace(file, content=file.content.replace(v7, v6)) for name, file in contents(ARM_V6).items()}
    assert v6 in files[LAUNCHER].content
    write(release / DIST / NAME.format("linux.arm-v6"), packed(files))


def _in_the_form_of_rfc_0011(files: Files) -> None:
    files[DESCRIPTOR] = File(b'[api]\nplatform = "0.13"\nbuildpack = "0.10"\n[lifecycle]\nversion = "1.2.3"\n')


def _more_platforms(release: Path) -> None:
    archives(release, NAME, {**USUAL, S390X: "linux.s390x"})


WITH_COMMIT = File(descriptor(f"1.2.3+{COMMIT}"))


def _sums_of_bsd(release: Path) -> None:
    archives(release, NAME, USUAL)
    for path in (release / DIST).glob("*.tgz"):
        line = f"SHA256 ({path.name}) = {hashlib.sha256(path.read_bytes()).hexdigest()}\n"
        path.with_name(f"{path.name}.sha256").write_text(line)


def _with_bills_of_materials(release: Path) -> None:
    archives(release, NAME, USUAL)
    for word in USUAL.values():
        write(release / DIST / f"lifecycle-v1.2.3+{word}.sbom.tgz", packed({"sbom.json": File(b"{}")}))


def _sums_of_archive_and_more(release: Path) -> None:
    archives(release, NAME, USUAL)
    for path in (release / DIST).glob("*.sha256"):
        path.write_text(f"{path.read_text()}{'0' * 64}  {path.stem}.sbom.json\n")


def _named_in_words(words: Mapping[Platform, str]) -> Callable[[Path], None]:
    """Have each archive have a top directory, and a bill of materials, that are named for its platform."""

    def make(release: Path) -> None:
        for platform, word in words.items():
            archives(release, NAME, {platform: word}, partial(_with_its_name, word))

    return make


def _with_its_name(word: str, files: Files) -> None:
    files[f"{MULTI_CALL}/{word}.sbom.json"] = File(b"{}")
    _below(f"lifecycle-v1.2.3-{word}")(files)


def _in_folders_of_platforms(release: Path) -> None:
    for platform in PAIR:
        archives(release, f"linux-{platform.architecture}/lifecycle-v{{}}.tgz", {platform: "1.2.3"})


def _in_two_forms(release: Path) -> None:
    archives(release, NAME, USUAL)
    for path in (release / DIST).glob("*.tgz"):
        path.with_suffix(".tar.zst").write_bytes(zstd.compress(gzip.decompress(path.read_bytes())))


def _zip_for_windows(release: Path) -> None:
    archives(release, NAME, USUAL)
    zipped(release / DIST / NAME.format("windows.x86-64").replace(".tgz", ".zip"), dict.fromkeys(NEEDED, pe(0x8664)))


def zipped(path: Path, programs: Mapping[str, bytes]) -> None:
    """Write a zip as tools for Windows do: without permissions."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {DESCRIPTOR: descriptor(), **{f"{n}.exe": c for n, c in programs.items()}}.items():
            member = zipfile.ZipInfo(name)
            member.create_system = 0
            archive.writestr(member, content)


@dataclass(frozen=True)
class Way:
    """A release that conforms in a way of its own; `unlike_pack`: its archives have other names than pack asks for."""

    name: str
    make: Callable[[Path], None]
    arguments: tuple[str, ...] = ()
    unlike_pack: bool = False

    def __str__(self) -> str:
        return self.name


WAYS = (
    Way("x86_64-and-aarch64", _called("lifecycle_1.2.3_{}.tar.gz", "linux_x86_64", "linux_aarch64"), unlike_pack=True),
    Way("amd64", _called("lifecycle-1.2.3-{}.tgz", "linux-amd64", "linux-arm64"), unlike_pack=True),
    Way("rust", _called("lifecycle-1.2.3-{}-unknown-linux-musl.tgz", "x86_64", "aarch64"), unlike_pack=True),
    Way("names-of-2020", _called(NAME, "linux.x86-64", "linux.arm64"), ("names:seed-2020",)),
    Way("folders", _in_folders("linux-{}", "amd64")),
    Way("folders-in-folders", _in_folders("linux/{}", "x86_64")),
    Way("folders-as-a-build-leaves-them", _in_folders("linux-{}/lifecycle", "amd64", _programs_alone)),
    Way("separate-programs", _changed(_with_separate_programs)),
    Way("hard-links", _with_hard_links),
    Way(
        "links-of-many-parts",
        _changed(lambda files: files.update({f"{MULTI_CALL}/exporter": File(link=f"../{MULTI_CALL}/./analyzer")})),
    ),
    Way("names-with-a-dot", _changed(_below("."))),
    Way("all-in-one-directory", _changed(_below("lifecycle-v1.2.3"))),
    Way("not-compressed", _other_compression, unlike_pack=True),
    Way("one-file-of-sums", _one_file_of_sums),
    Way("sums-as-openssl-writes-them", _sums_of_bsd),
    Way("sums-of-archive-and-more", _sums_of_archive_and_more),
    Way("bills-of-materials-beside", _with_bills_of_materials),
    Way("directories-named-for-platforms", _named_in_words(USUAL)),
    Way("archives-in-folders-of-platforms", _in_folders_of_platforms, unlike_pack=True),
    Way("two-forms", _in_two_forms),
    Way("zip-for-windows", _zip_for_windows),
    Way("descriptor-with-the-commit", _changed(lambda files: files.update({DESCRIPTOR: WITH_COMMIT}))),
    Way("pre-release", _saying("1.2.3-rc.1", "1.2.3-rc.1")),
    Way("talkative-version", _saying("lifecycle 1.2.3 (linux/amd64, go1.26.8)", "1.2.3")),
    Way("descriptor-of-rfc-0011", _changed(_in_the_form_of_rfc_0011)),
    Way("variant-that-is-promised", _for_v6),
    Way("amd64-v1", _noted(AMD64, "linux.x86-64", "GOAMD64=v1")),
    Way("more-platforms", _more_platforms),
    Way(
        "readme-beside",
        _changed(lambda files: files.update({"LICENSE": File(b"Apache"), f"{MULTI_CALL}/README.md": File(b"# It")})),
    ),
)


def judge(directory: Path, *arguments: str) -> Run:
    """Judge the archives, or folders, of a release in a directory."""
    return run_suite(
        directory / "run", "--artifacts", ",".join([f"release:{directory / 'release' / DIST}", *arguments])
    )


@pytest.mark.parametrize("way", but_few(WAYS))
def test_right_release_is_accused_of_nothing(
    way: Way, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    way.make(tmp_path / "release")

    run = judge(tmp_path, *way.arguments)

    harmless = ("pass", "not-applicable", "not-run")
    false_positives = {case.id: case.message for case in run.cases if case.verdict not in harmless}
    if way.unlike_pack:
        false_positives = {name: message for name, message in false_positives.items() if "pack_asks" not in name}
    record_property(RIGHT, len(run.cases))
    record_property(FALSE_POSITIVES, len(false_positives))
    assert false_positives == {}
    assert (run.verdict, run.status) == ("conformant", 0)


def _nothing(release: Path) -> None:
    (release / DIST).mkdir(parents=True)


def _empty_archives(release: Path) -> None:
    _nothing(release)
    for word in USUAL.values():
        (release / DIST / NAME.format(word)).write_bytes(packed({}))


def _garbage(release: Path) -> None:
    _nothing(release)
    for word in USUAL.values():
        (release / DIST / NAME.format(word)).write_bytes(b"no archive")


def _empty_files(release: Path) -> None:
    archives(
        release, NAME, USUAL, lambda files: files.update({name: File(b"", file.mode) for name, file in files.items()})
    )
    for path in (release / DIST).glob("*.sha256"):
        path.unlink()


def _scripts(text: bytes) -> Callable[[Path], None]:
    def make(release: Path) -> None:
        archives(
            release, NAME, USUAL, lambda files: files.update({n: File(text, 0o755) for n in files if n != DESCRIPTOR})
        )
        for path in (release / DIST).glob("*.sha256"):
            path.unlink()

    return make


NULLS: Mapping[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "empty-folder": (_nothing, ()),
    "garbage": (_garbage, ()),
    "empty-archives": (_empty_archives, ()),
    "empty-files": (_empty_files, ("artifact-set", "artifact-links", "artifact-files-same", "artifact-name")),
    "scripts-that-succeed": (
        _scripts(b"#!/bin/sh\nexit 0\n"),
        (
            "artifact-set",
            "artifact-complete",
            "artifact-links",
            "artifact-files-same",
            "artifact-name",
            "artifact-descriptor-same",
        ),
    ),
    "scripts-that-fail": (
        _scripts(b"#!/bin/sh\nexit 11\n"),
        (
            "artifact-set",
            "artifact-complete",
            "artifact-links",
            "artifact-files-same",
            "artifact-name",
            "artifact-descriptor-same",
        ),
    ),
}
"""Releases that do nothing, and the requirements that their names and lists of files fulfil all the same."""


@pytest.mark.parametrize("name", NULLS)
def test_release_that_does_nothing_passes_nothing(name: str, tmp_path: Path) -> None:
    make, fulfilled = NULLS[name]
    make(tmp_path / "release")

    run = judge(tmp_path)

    passed = {name for name, verdict in run.verdicts().items() if verdict in ("pass", "partial")}
    assert passed == set(fulfilled)
    assert "harness-error" not in run.verdicts().values()
    assert (run.verdict, run.status) == ("nonconformant", 1)
