"""What registries in the field have done wrong, or otherwise than most: each a fault for a `Faulty`."""

from __future__ import annotations

import gzip
import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import replace

from fixtures.registry.asking import EVERY_TYPE

from .faulty import Err, Question, Said, ask


def every(count: int, err: Err, when: Callable[[Question], bool] = lambda _: True) -> Err:
    """A fault of every n-th request that it may befall; the others are answered rightly."""

    def maybe(asked: Question) -> Said:
        if not when(asked):
            return asked.forward()
        with asked.proxy.lock:
            number = asked.proxy.seen["count"] = asked.proxy.seen.get("count", 0) + 1
        return err(asked) if number % count == 0 else asked.forward()

    return maybe


def status(code: int, body: bytes = b"", **headers: str) -> Err:
    """A status instead of the answer; the registry never sees the request."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Said(code, named, body)


def wire(what: str) -> Err:
    """Something that is done to the connection, before the registry sees the request where it gets no answer."""
    return lambda asked: (
        replace(asked.forward(), wire=what) if what in ("short", "close", "chunked") else Said(0, wire=what)
    )


def reads(asked: Question) -> bool:
    """Whether manifests or blobs are read."""
    return asked.reads


def gets(asked: Question) -> bool:
    """Whether the content of a manifest or blob is asked for."""
    return asked.reads and asked.method == "GET"


def flipped(asked: Question) -> Said:
    """One byte of a body is another."""
    said = asked.forward()
    if not said.body or said.status != 200:
        return said
    place = len(said.body) // 2
    return replace(said, body=said.body[:place] + bytes([said.body[place] ^ 1]) + said.body[place + 1 :])


def emptied(asked: Question) -> Said:
    """A body is gone, and nothing else says so."""
    return replace(asked.forward(), body=b"")


def lying(asked: Question) -> Said:
    """A Docker-Content-Digest of something else."""
    return asked.forward().having(Docker_Content_Digest=f"sha256:{hashlib.sha256(b'other').hexdigest()}")


def redirected(asked: Question) -> Said:
    """A blob is kept elsewhere in the same registry, under a path that is not of the API."""
    if asked.path.startswith("/elsewhere"):
        stripped = ask(asked.proxy.upstream, asked.method, asked.path.removeprefix("/elsewhere"))
        return stripped.without("docker-content-digest")
    if asked.kind == "blobs" and asked.reads and asked.forward().status == 200:
        return Said(307, {"Location": f"/elsewhere{asked.path}"})
    return asked.forward()


def relative_locations(asked: Question) -> Said:
    """Uploads go on at a path, with a query of the registry's own."""
    said = asked.forward()
    if "Location" not in said.headers:
        return said
    return said.having(Location=re.sub(r"^http://[^/]+", "", said.headers["Location"]))


def compressed(asked: Question) -> Said:
    """Something before the registry compresses what it gives, asked or not."""
    said = asked.forward()
    if asked.method != "GET" or not said.body:
        return said
    return replace(said, body=gzip.compress(said.body)).having(Content_Encoding="gzip")


def without_headers(*names: str) -> Err:
    """Some headers are never there."""
    return lambda asked: asked.forward().without(*names)


def refusing(code: int, when: Callable[[Question], bool], error: str = "UNSUPPORTED") -> Err:
    """What the registry never does."""
    body = b'{"errors":[{"code":"%s","message":"no"}]}' % error.encode()
    return lambda asked: Said(code, {"Content-Type": "application/json"}, body) if when(asked) else asked.forward()


def html_errors(asked: Question) -> Said:
    """Something before the registry tells of errors in a page of its own."""
    said = asked.forward()
    return (
        replace(said, body=b"<html><body>error</body></html>").having(Content_Type="text/html")
        if said.status > 399
        else said
    )


def odd_types(asked: Question) -> Said:
    """Manifests and blobs are called what anything may be called; what a manifest is, it says itself."""
    said = asked.forward()
    return said.having(Content_Type="text/plain; charset=utf-8") if asked.kind == "blobs" and asked.reads else said


def mounts_nothing(asked: Question) -> Said:
    """A mount is answered as an upload that begins."""
    if asked.method != "POST" or "mount=" not in asked.path:
        return asked.forward()
    return ask(asked.proxy.upstream, "POST", asked.path.partition("?")[0])


def accepted(asked: Question) -> Said:
    """A manifest that was put is answered with 202."""
    said = asked.forward()
    return replace(said, status=202) if (asked.method, said.status, asked.kind) == ("PUT", 201, "manifests") else said


def immovable_tags(asked: Question) -> Said:
    """A tag that is there can't be moved."""
    if asked.method == "PUT" and asked.kind == "manifests" and "@" not in asked.name and " sha256:" not in asked.name:
        there = ask(asked.proxy.upstream, "HEAD", asked.path, EVERY_TYPE)
        if there.status == 200 and there.headers.get("Docker-Content-Digest") != _digest(asked.body):
            return Said(400, {}, b'{"errors":[{"code":"TAG_INVALID","message":"the tag is immutable"}]}')
    return asked.forward()


def keeping(asked: Question) -> Said:
    """What was deleted is still there, and the registry says that it is not."""
    return Said(202) if asked.method == "DELETE" else asked.forward()


def confirming(*headers: str) -> Err:
    """The first move of each tag is confirmed and not made; some headers are never there."""

    def maybe(asked: Question) -> Said:
        if asked.method == "PUT" and asked.kind == "manifests" and asked.path not in asked.proxy.seen:
            there = ask(asked.proxy.upstream, "HEAD", asked.path, EVERY_TYPE)
            if there.status == 200 and there.headers.get("Docker-Content-Digest") != _digest(asked.body):
                asked.proxy.seen[asked.path] = True
                return Said(204)
        return asked.forward().without(*headers)

    return maybe


def late(seconds: float, kind: str = "manifests") -> Err:
    """What was put is not there for some seconds after the first that asks for it."""

    def err(asked: Question) -> Said:
        if not asked.reads or asked.kind != kind:
            return asked.forward()
        with asked.proxy.lock:
            first = asked.proxy.seen.setdefault(asked.name, time.monotonic())
        if time.monotonic() - first < seconds:
            return Said(404, {}, b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"not yet"}]}')
        return asked.forward()

    return err


def stale(seconds: float) -> Err:
    """For a moment after a PUT a tag still gives what it gave."""

    def err(asked: Question) -> Said:
        before: Said
        is_tag = asked.kind == "manifests" and " sha256:" not in asked.name
        if asked.method == "PUT" and is_tag:
            before = ask(asked.proxy.upstream, "GET", asked.path, EVERY_TYPE)
            with asked.proxy.lock:
                asked.proxy.seen[asked.name] = (time.monotonic(), before)
            return asked.forward()
        since, before = asked.proxy.seen.get(asked.name, (0.0, Said(404)))
        return before if asked.reads and is_tag and time.monotonic() - since < seconds else asked.forward()

    return err


def losing(asked: Question) -> Said:
    """What was put last is never there again."""
    if asked.method == "PUT" and asked.kind == "manifests" and asked.proxy.seen.get("puts", 0) < 4:
        asked.proxy.seen["puts"] = asked.proxy.seen.get("puts", 0) + 1
        asked.proxy.seen["lost"] = asked.name
        return asked.forward()
    if asked.proxy.seen.get("puts") == 4 and asked.reads and asked.name == asked.proxy.seen["lost"]:
        return Said(404)
    return asked.forward()


def slow(seconds: float) -> Err:
    """An answer takes its time."""

    def err(asked: Question) -> Said:
        time.sleep(seconds)
        return asked.forward()

    return err


def _digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"
