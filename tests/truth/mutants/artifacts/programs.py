"""Releases with a fault in their programs: for another platform, linked to something, or of no use."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from fixtures.artifacts.reference import (
    COMMIT,
    DIST,
    MULTI_CALL,
    VERSION,
    File,
    archive_name,
    contents,
    packed,
    programs,
    write,
)
from fixtures.artifacts.reference_programs import phase
from fixtures.oci.platforms import AMD64, ARM_V6, ARM_V7, LINUX
from tests.support.program_headers import mach, pe
from tests.truth.mutants.artifacts.archives import Change, holding, link
from tests.truth.mutants.artifacts.mutant import ReleaseMutant

LIFECYCLE, LAUNCHER = f"{MULTI_CALL}/{MULTI_CALL}", f"{MULTI_CALL}/launcher"

SUCCEEDS = bytes.fromhex("b83c000000 31ff 0f05")
"""exit(0), for amd64."""


def _of_amd64(*names: str) -> Change:
    foreign = {f"{MULTI_CALL}/{name}": content for name, content in programs(AMD64).items()}
    return holding(lambda files: files.update({name: File(foreign[name], 0o755) for name in names}))


def _of_one_platform(release: Path) -> None:
    content = packed(contents(AMD64))
    for each in LINUX:
        write(release / DIST / archive_name(each), content)


def _changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[dict[str, File]], object]:
    return lambda files: files.update({name: File(change(files[name].content), 0o755)})


def _byte(place: int, value: int) -> Callable[[bytes], bytes]:
    return lambda content: content[:place] + bytes([value]) + content[place + 1 :]


def dynamic(content: bytes) -> bytes:
    """Give a program of 64 bit whose one segment became PT_INTERP."""
    loader = b"/lib/ld-musl-aarch64.so.1\0"
    segment = struct.pack("<IIQQQQQQ", 3, 4, len(content), 0, 0, len(loader), len(loader), 1)
    moved = struct.pack("<Q", len(content) + len(loader))
    table = content[64:120] + segment
    return content[:32] + moved + content[40:56] + struct.pack("<H", 2) + content[58:] + loader + table


def _said(text: str) -> Change:
    def change(architecture: str) -> Callable[[dict[str, File]], object]:
        content = phase(architecture, text, ("0.13", "0.14", "0.15"))
        return lambda files: files.update({LIFECYCLE: File(content, 0o755)})

    def apply(release: Path) -> None:
        for each in LINUX:
            holding(change(each.architecture), each)(release)

    return apply


def _half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _that_succeeds(content: bytes) -> bytes:
    return content[:120] + SUCCEEDS + content[120 + len(SUCCEEDS) :]


def _for_darwin(_: bytes) -> bytes:
    return mach(0x0100000C)


def _noted(text: str) -> Callable[[bytes], bytes]:
    return lambda content: content + f"\nbuild\t{text}\n".encode()


MUTANTS = (
    ReleaseMutant("programs-of-arm64-for-amd64", "artifact-architecture", _of_amd64(LIFECYCLE, LAUNCHER)),
    ReleaseMutant("one-program-under-every-name", "artifact-architecture", _of_one_platform, origin="habit"),
    ReleaseMutant("launcher-of-arm64-for-amd64", "artifact-architecture", _of_amd64(LAUNCHER)),
    ReleaseMutant("launcher-of-32-bit", "artifact-architecture", holding(_changed(LAUNCHER, _byte(4, 1)))),
    ReleaseMutant("launcher-of-another-byte-order", "artifact-architecture", holding(_changed(LAUNCHER, _byte(5, 2)))),
    ReleaseMutant("launcher-for-freebsd", "artifact-architecture", holding(_changed(LAUNCHER, _byte(7, 9)))),
    ReleaseMutant("launcher-for-windows", "artifact-architecture", holding(_changed(LAUNCHER, lambda _: pe(0xAA64)))),
    ReleaseMutant("launcher-for-darwin", "artifact-architecture", holding(_changed(LAUNCHER, _for_darwin))),
    ReleaseMutant("launcher-is-text", "artifact-architecture", holding(_changed(LAUNCHER, lambda _: b"not yet\n"))),
    ReleaseMutant("program-for-v3", "artifact-variant", holding(_changed(LAUNCHER, _noted("GOAMD64=v3")), AMD64)),
    ReleaseMutant(
        "program-for-v7-of-arm-in-v6",
        "artifact-variant",
        holding(_changed(LAUNCHER, _noted("GOARM=7")), ARM_V6),
        origin="habit",
    ),
    ReleaseMutant("program-for-v8-of-arm", "artifact-variant", holding(_changed(LAUNCHER, _noted("GOARM=8")), ARM_V7)),
    ReleaseMutant("launcher-dynamic", "artifact-static", holding(_changed(LAUNCHER, dynamic))),
    ReleaseMutant("exporter-is-the-launcher", "artifact-starts", holding(link("exporter", "launcher"))),
    ReleaseMutant("launcher-is-a-phase", "artifact-starts", holding(link("launcher", MULTI_CALL))),
    ReleaseMutant("program-cut-off", "artifact-starts", holding(_changed(LIFECYCLE, _half))),
    ReleaseMutant(
        "phases-do-nothing-and-succeed",
        "artifact-starts",
        holding(_changed(LIFECYCLE, _that_succeeds), AMD64),
    ),
    ReleaseMutant("phases-say-another-version", "artifact-descriptor", _said(f"1.2.2+{COMMIT}")),
    ReleaseMutant("phases-say-a-later-version", "artifact-descriptor", _said(f"{VERSION}4")),
    ReleaseMutant("phases-say-a-pre-release", "artifact-descriptor", _said(f"{VERSION}-rc.1")),
)
