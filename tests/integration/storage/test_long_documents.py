"""Documents of a megabyte, of the shapes that take a parser longest."""

from __future__ import annotations

import time

import pytest

from fixtures.oci.documents import toml

MEGABYTE = 1024 * 1024
SLOW = {
    "keys": b"".join(b"key%d = 1\n" % number for number in range(70_000)),
    "tables": b"[[a]]\n" * 170_000,
    "headers-of-many-dots": b"".join(b"[a%d" % number + b".b" * 31 + b"]\n" for number in range(14_000)),
    "keys-of-many-dots": b"".join(b"a%d" % number + b".b" * 31 + b" = 1\n" for number in range(14_000)),
    "comments": b"#\n" * 500_000,
    "numbers": b"a = [" + b"1," * 500_000 + b"]",
    "escapes": b'a = "' + b"\\u0041" * 170_000 + b'"',
    "quotes": b'a = """' + b'\\""' * 340_000 + b'"""',
    "empty-strings": b"a = [" + b"''," * 300_000 + b"]",
}


@pytest.mark.parametrize("content", SLOW.values(), ids=list(SLOW))
def test_a_megabyte_takes_seconds_at_most(content: bytes) -> None:
    assert len(content) < 1.1 * MEGABYTE
    began = time.process_time()
    assert isinstance(toml(content), dict)
    assert time.process_time() - began < 15
