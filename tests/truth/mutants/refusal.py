"""Faults in refusing: not done, done wrong, or done too late."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

REFUSED = "    except LifecycleError as error:\n        console.error(str(error))\n"
STATUS = "return error.status or PHASE_STATUS[phase]"
SINGLE = "return _fitting(_read(registry, document), wanted.platform, str(reference))"
EXPORTER_FINDS = "    run_image = _find_run_image(registry, analyzed, wanted)\n"
REBASER_FINDS = (
    "    rebase = Rebase(app, metadata, find(registry, parse(name), wanted), name, inputs)\n    check(rebase)\n"
)
ANYTHING_GOES = "Rebase(app, metadata, selection.find_any(registry, parse(name), wanted), name, inputs)\n"

EMPTY = '"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"'
"""The digest of the JSON document {}."""

LITTER = """\
        litter = json.dumps({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 2, "digest": EMPTY},
            "layers": [],
        }).encode()
        registry.write_blob(TAG.repository, EMPTY, b"{}")
        registry.write_manifest(TAG, "application/vnd.oci.image.manifest.v1+json", litter)
""".replace("EMPTY", EMPTY)
"""Statements that write an image of nothing to TAG."""

DELETE = """\
        if registry.can_read(TAG):
            doomed = f"/v2/{TAG.repository.name}/manifests/{registry.read_manifest(TAG).digest}"
            registry._transport.ask("DELETE", TAG.repository.registry, doomed)
"""
"""Statements that delete TAG."""


def tried(statement: str, then: str, tag: str) -> str:
    """Give the statement with others that are run where it is refused, before the refusal goes its way."""
    indented = "".join(f"    {line}\n" for line in statement.splitlines())
    return f"    import json\n    try:\n{indented}    except RefusedError:\n{then.replace('TAG', tag)}        raise\n"


MUTANTS = (
    Mutant(
        "foreign-run-image-accepted", "build-run-foreign", "selection.py", SINGLE, "return _read(registry, document)"
    ),
    Mutant(
        "foreign-run-image-accepted-by-the-exporter",
        "exporter-run-foreign",
        "export.py",
        "selection.find(registry, parse(analyzed.run_image), wanted)",
        "selection.find_any(registry, parse(analyzed.run_image), wanted)",
    ),
    Mutant(
        "foreign-run-image-accepted-by-the-rebaser",
        "rebaser-run-foreign",
        "rebase.py",
        REBASER_FINDS,
        f"    rebase = {ANYTHING_GOES}",
    ),
    Mutant(
        "only-architecture-is-looked-at",
        "rebaser-run-foreign",
        "rebase.py",
        REBASER_FINDS,
        f"    rebase = {ANYTHING_GOES}    if app.platform.architecture != 'amd64':\n        check(rebase)\n",
    ),
    Mutant("success-with-nothing-done", "exporter-run-absent", "main.py", STATUS, "return 0"),
    Mutant("success-with-nothing-done-by-the-rebaser", "rebaser-run-absent", "main.py", STATUS, "return 0"),
    Mutant("success-with-nothing-done-by-a-build", "build-run-absent", "main.py", STATUS, "return 0"),
    Mutant(
        "analyzer-exits-with-an-exporter-status", "phase-exit-range", "errors.py", '"analyzer": 32', '"analyzer": 62'
    ),
    Mutant("exporter-exits-out-of-range", "phase-exit-range", "errors.py", '"exporter": 62', '"exporter": 70'),
    Mutant("rebaser-exits-out-of-range", "phase-exit-range", "errors.py", '"rebaser": 72', '"rebaser": 255'),
    Mutant("input-errors-out-of-range", "phase-exit-range", "errors.py", "INVALID_INPUT = 3", "INVALID_INPUT = 20"),
    Mutant(
        "distribution-refused-out-of-range",
        "phase-exit-range",
        "rebase.py",
        "        if not rebase.force:\n            raise RefusedError(",
        "        if not rebase.force:\n            raise SystemExit(100)\n            raise RefusedError(",
    ),
    Mutant("traceback", "phase-no-crash", "main.py", REFUSED, "    except LifecycleError:\n        raise\n"),
    Mutant(
        "signal",
        "phase-no-crash",
        "main.py",
        REFUSED,
        f"{REFUSED}        os.abort()\n",
    ),
    Mutant(
        "traceback-from-odd-images-only",
        "phase-no-crash",
        "main.py",
        REFUSED,
        "    except LifecycleError as error:\n"
        '        if type(error).__name__ == "MalformedImageError":\n            raise\n'
        "        console.error(str(error))\n",
    ),
    Mutant(
        "panic",
        "phase-no-crash",
        "main.py",
        "console.error(str(error))\n        return error.status",
        'print("panic: runtime error: invalid memory address\\n\\ngoroutine 1 [running]:", file=sys.stderr)\n'
        "        return error.status",
    ),
    Mutant(
        "refused-by-a-signal",
        "rebaser-run-absent",
        "main.py",
        REFUSED,
        f"{REFUSED}        os.abort()\n",
    ),
    Mutant(
        "half-written",
        "exporter-run-foreign",
        "export.py",
        EXPORTER_FINDS,
        tried(EXPORTER_FINDS, LITTER, "tags[0]"),
    ),
    Mutant(
        "one-of-several-tags-written",
        "exporter-every-tag",
        "export.py",
        EXPORTER_FINDS,
        tried(EXPORTER_FINDS, LITTER, "tags[-1]"),
    ),
    Mutant(
        "tag-deleted",
        "rebaser-run-absent",
        "rebase.py",
        REBASER_FINDS,
        tried(REBASER_FINDS, DELETE, "tags[0]"),
    ),
    Mutant(
        "tag-deleted-by-the-exporter",
        "exporter-every-tag",
        "export.py",
        EXPORTER_FINDS,
        tried(EXPORTER_FINDS, DELETE, "tags[0]"),
    ),
    Mutant(
        "tag-deleted-by-the-analyzer",
        "build-run-foreign",
        "analyze.py",
        "    run_image = selection.find(registry, parse(name), wanted)\n",
        "    from .errors import RefusedError\n"
        + tried("    run_image = selection.find(registry, parse(name), wanted)\n", DELETE, "tags[0]"),
    ),
    Mutant(
        "run-image-deleted",
        "rebaser-run-foreign",
        "rebase.py",
        REBASER_FINDS,
        tried(REBASER_FINDS, DELETE, "parse(name)"),
    ),
    Mutant(
        "written-then-refused",
        "rebaser-run-foreign",
        "rebase.py",
        REBASER_FINDS,
        f"    rebase = {ANYTHING_GOES}    publish(registry, tags, _rebased(rebase), inputs)\n    check(rebase)\n",
    ),
    Mutant(
        "first-of-several-tags-written-then-refused",
        "rebaser-every-tag",
        "rebase.py",
        REBASER_FINDS,
        f"    rebase = {ANYTHING_GOES}    publish(registry, tags[-1:], _rebased(rebase), inputs)\n    check(rebase)\n",
    ),
    Mutant(
        "any-child-where-none-fits-the-app",
        "rebaser-run-absent",
        "rebase.py",
        "    wanted = BuildPlatform(app.platform)\n",
        """\
    wanted = BuildPlatform(app.platform)
    document = registry.read_manifest(parse(name))
    if selection.images.is_index(document):
        known = [entry.platform for entry in selection.images.entries(document)]
        if app.platform not in known:
            inputs.switches["force"] = True
            wanted = BuildPlatform(known[0])
""",
    ),
    Mutant(
        "unknown-platform-api-is-an-input-error",
        "phase-api-negotiation",
        "errors.py",
        "PLATFORM_API = 11",
        "PLATFORM_API = 3",
    ),
    Mutant(
        "unknown-platform-api-taken-for-the-newest",
        "phase-api-negotiation",
        "inputs.py",
        '    supported = ", ".join(f"{one}.{two}" for one, two in SUPPORTED_APIS)\n',
        '    return SUPPORTED_APIS[-1]\n    supported = ", ".join(f"{one}.{two}" for one, two in SUPPORTED_APIS)\n',
    ),
    Mutant(
        "unknown-platform-api-noticed-too-late",
        "phase-api-negotiation",
        "inputs.py",
        '    supported = ", ".join(f"{one}.{two}" for one, two in SUPPORTED_APIS)\n',
        """\
    import importlib
    import os
    import sys

    phase = os.path.basename(sys.argv[0])
    module = {"analyzer": ".analyze", "exporter": ".export", "rebaser": ".rebase"}[phase]
    importlib.import_module(module, __package__).run(read(phase, SUPPORTED_APIS[-1], sys.argv[1:], environ))
    supported = ", ".join(f"{one}.{two}" for one, two in SUPPORTED_APIS)
""",
    ),
)
