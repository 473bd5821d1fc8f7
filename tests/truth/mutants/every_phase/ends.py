"""Faults in how a phase ends: statuses, crashes, Platform APIs that it does not support."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import REFUSED

MUTANTS = (
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
    Mutant("signal", "phase-no-crash", "main.py", REFUSED, f"{REFUSED}        os.abort()\n"),
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
    # Platform API 1.12 is taken for 0.12 instead of status 11.
    Mutant(
        "major-version-ignored",
        "phase-api-negotiation",
        "inputs.py",
        """\
        if api in SUPPORTED_APIS:
            return api""",
        """\
        if (0, api[1]) in SUPPORTED_APIS:
            return 0, api[1]""",
        origin="unseen",
    ),
    # Bad data has the status that BSD gives it, which is the exporter's alone.
    Mutant(
        "bad-images-with-the-status-of-bsd",
        "phase-exit-range",
        "errors.py",
        """\
    \"\"\"The image is there, but its manifest, config or blobs contradict themselves or each other.\"\"\"
""",
        """\
    \"\"\"The image is there, but its manifest, config or blobs contradict themselves or each other.\"\"\"

    status = 65
""",
        origin="unseen again",
    ),
    # A Platform API from before the oldest is served like the oldest.
    Mutant(
        "older-platform-apis-taken-for-the-oldest",
        "phase-api-negotiation",
        "inputs.py",
        """\
        if api in SUPPORTED_APIS:
            return api
""",
        """\
        if api in SUPPORTED_APIS or api < SUPPORTED_APIS[0]:
            return max(api, SUPPORTED_APIS[0])
""",
        origin="unseen again",
    ),
    # A run image that does not exist ends every phase with the restorer's status.
    Mutant(
        "missing-run-image-out-of-range",
        "phase-exit-range",
        "errors.py",
        """\
    \"\"\"The registry was asked and has no such image.\"\"\"
""",
        """\
    \"\"\"The registry was asked and has no such image.\"\"\"

    status = 42
""",
        origin="unseen again",
    ),
)
