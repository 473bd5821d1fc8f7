"""Faults in what a phase shows to registries, and believes of them."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

SHOWN = "        authorization = self._credentials.get(request.registry)\n"
TO_WHOM = "        if authorization and url.startswith(self._origin(request.registry)):\n"
VERIFIED = "    if actual != stated:\n"
BLOB = '        _verified(answer.body, digest, f"the blob {digest} of {repository}")\n'


def shown(condition: str) -> str:
    """Give the line that says to whom a credential is shown, with a further condition."""
    return TO_WHOM.replace(" and url", f" and {condition} and url")


MUTANTS = (
    Mutant("no-credential-for-blobs", "phase-registry-auth", "transport.py", TO_WHOM, shown('"/blobs/" not in url')),
    Mutant(
        "no-credential-for-children",
        "phase-registry-auth",
        "transport.py",
        TO_WHOM,
        shown('"/sha256" not in url'),
    ),
    Mutant(
        "credential-is-not-read", "phase-registry-auth", "transport.py", 'environ.get("CNB_REGISTRY_AUTH", "")', '""'
    ),
    Mutant(
        "credential-for-everybody",
        "phase-registry-auth",
        "transport.py",
        SHOWN,
        '        authorization = next(iter(self._credentials.values()), "")\n',
    ),
    Mutant("digests-are-not-verified", "phase-verifies-content", "registry.py", VERIFIED, "    if False:\n"),
    Mutant(
        "sha512-is-not-verified",
        "phase-verifies-content",
        "registry.py",
        'if algorithm not in ("sha256", "sha512"):',
        'if algorithm != "sha256":',
        origin="drawn",
    ),
    Mutant("blobs-are-not-verified", "phase-verifies-content", "registry.py", BLOB, ""),
    Mutant(
        "manifests-are-not-verified",
        "phase-verifies-content",
        "registry.py",
        "        digest = _verified(answer.body, stated, str(reference))\n",
        "        digest = stated or digest_of(answer.body)\n",
    ),
)
