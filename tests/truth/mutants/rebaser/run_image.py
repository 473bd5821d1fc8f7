"""Faults of the rebaser in the new run image that it takes."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import (
    ANYTHING_GOES,
    BY_DIGEST,
    DELETE,
    LOOK_UP,
    REBASER_FINDS,
    REFUSED,
    STATUS,
    tried,
)

APP_PLATFORM = "wanted = BuildPlatform(app.platform)"
LONG = f"""\
{LOOK_UP}    if len(entries) > 9:
        raise MalformedImageError("an index of so many images")
"""

NAME = "name = given or _resolve(registry, metadata, source.repository.registry, inputs)"

MUTANTS = (
    Mutant(
        "host-instead-of-app",
        "rebaser-run-index",
        "rebase.py",
        APP_PLATFORM,
        "wanted = BuildPlatform(build_platform.runtime())",
    ),
    Mutant(
        "hard-coded-amd64",
        "rebaser-run-index",
        "rebase.py",
        APP_PLATFORM,
        'wanted = BuildPlatform(type(app.platform)("linux", "amd64"))',
    ),
    Mutant(
        "hard-coded-linux",
        "rebaser-run-index",
        "rebase.py",
        APP_PLATFORM,
        'wanted = BuildPlatform(type(app.platform)("linux", app.platform.architecture))',
    ),
    Mutant(
        "host-where-no-run-image-is-given",
        "rebaser-run-index",
        "rebase.py",
        APP_PLATFORM,
        "wanted = BuildPlatform(app.platform if given else build_platform.runtime())",
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
    Mutant("success-with-nothing-done-by-the-rebaser", "rebaser-run-absent", "main.py", STATUS, "return 0"),
    Mutant("refused-by-a-signal", "rebaser-run-absent", "main.py", REFUSED, f"{REFUSED}        os.abort()\n"),
    Mutant("tag-deleted", "rebaser-run-absent", "rebase.py", REBASER_FINDS, tried(REBASER_FINDS, DELETE, "tags[0]")),
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
    Mutant("long-index-is-refused", "rebaser-any-index", "selection.py", LOOK_UP, LONG, origin="generated"),
    Mutant(
        "rebased-onto-the-recorded-digest",
        "rebaser-run-index",
        "rebase.py",
        NAME,
        'name = given or metadata["runImage"]["reference"]',
        origin="habit",
    ),
    Mutant(
        "apps-of-another-architecture-refused",
        "rebaser-run-index",
        "rebase.py",
        APP_PLATFORM,
        f"{APP_PLATFORM}\n"
        "    if app.platform.architecture != build_platform.runtime().architecture:\n"
        '        raise RefusedError("an app for another machine")',
        origin="habit",
    ),
    Mutant(
        "half-written-by-the-rebaser",
        "rebaser-run-foreign",
        "rebase.py",
        REBASER_FINDS,
        tried(REBASER_FINDS, BY_DIGEST, "tags[0]"),
        origin="habit",
    ),
    Mutant(
        "apps-of-old-platform-apis-are-not-compared",
        "rebaser-run-foreign",
        "rebase.py",
        REBASER_FINDS,
        '    old = app.environment.get("CNB_PLATFORM_API") in ("0.7", "0.11")\n'
        f"    find = selection.find_any if old else find\n{REBASER_FINDS}".replace("    check(", "    old or check("),
        origin="habit",
    ),
    # A single run image for 386 is put under an amd64 app; only in an index it is told apart.
    Mutant(
        "386-image-fits-amd64",
        "rebaser-run-foreign",
        "platforms.py",
        """\
    same = (offered.os, offered.architecture) == (wanted.os, wanted.architecture) and bool(wanted.architecture)""",
        """\
    if offered.os == wanted.os and (wanted.architecture, offered.architecture) == ("amd64", "386"):
        return True
    same = (offered.os, offered.architecture) == (wanted.os, wanted.architecture) and bool(wanted.architecture)""",
        origin="unseen",
    ),
    # arm/v6 apps are put on what suits arm of no variant.
    Mutant(
        "variant-of-the-app-forgotten",
        "rebaser-run-index",
        "rebase.py",
        "wanted = BuildPlatform(app.platform)",
        "wanted = BuildPlatform(type(app.platform)(app.platform.os, app.platform.architecture))",
        origin="unseen again",
    ),
    # With -previous-image, the platform is that of the image which the output tag replaces.
    Mutant(
        "platform-of-the-image-that-is-replaced",
        "rebaser-run-index",
        "rebase.py",
        """\
    wanted = BuildPlatform(app.platform)
""",
        """\
    wanted = BuildPlatform(app.platform)
    if inputs.value("previous-image"):
        try:
            wanted = BuildPlatform(selection.find_any(registry, tags[0], wanted).platform)
        except RefusedError:
            pass
""",
        origin="unseen again",
    ),
)
