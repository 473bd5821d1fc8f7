"""Tiny headers of programs for all kinds of systems: enough to tell what they are for, nothing that could run."""

from __future__ import annotations

import struct

AMD64 = (62, 2, 1)
"""e_machine, class, data of ELF."""


def elf(machine: tuple[int, int, int] = AMD64, mark: int = 0, notes: bytes = b"", loader: bytes = b"") -> bytes:
    """Give an ELF header with EI_OSABI as marked, and segments for notes and interpreter, where they are given."""
    number, width, data = machine
    order, is_wide = ">" if data == 2 else "<", width == 2
    segments = [(kind, content) for kind, content in ((4, notes), (3, loader)) if content]
    size, entry = (64, 56) if is_wide else (52, 32)
    ident = b"\x7fELF" + bytes([width, data, 1, mark]) + bytes(8)
    word = "Q" if is_wide else "I"
    head = struct.pack(
        f"{order}HHI{word}{word}{word}IHHHHHH", 2, number, 1, 0, size, 0, 0, size, entry, len(segments), 0, 0, 0
    )
    table, contents, place = b"", b"", size + entry * len(segments)
    for kind, content in segments:
        at, length = place + len(contents), len(content)
        table += (
            struct.pack(f"{order}IIQQQQQQ", kind, 4, at, at, at, length, length, 4)
            if is_wide
            else struct.pack(f"{order}IIIIIIII", kind, at, at, at, length, length, 4, 4)
        )
        contents += content
    return ident + head + table + contents


def note(owner: bytes, kind: int, content: bytes) -> bytes:
    """Give an ELF note, little endian; owner with its final zero, content padded to words."""
    padded = owner + bytes(-len(owner) % 4)
    return struct.pack("<III", len(owner), len(content), kind) + padded + content + bytes(-len(content) % 4)


def mach(machine: int, order: str = "<") -> bytes:
    """Give a Mach-O header of 64 bit."""
    return struct.pack(f"{order}IIIIIIII", 0xFEEDFACF, machine, 3, 2, 0, 0, 0, 0)


def fat(*machines: int, wide: bool = False) -> bytes:
    """Give the header of a universal program."""
    entry = ">IIQQII" if wide else ">IIIII"
    rest = (0, 0, 0, 0, 0) if wide else (0, 0, 0, 0)
    head = struct.pack(">II", 0xCAFEBABF if wide else 0xCAFEBABE, len(machines))
    return head + b"".join(struct.pack(entry, machine, *rest) for machine in machines)


def pe(machine: int) -> bytes:
    """Give a PE header behind one for DOS."""
    return b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", machine)
