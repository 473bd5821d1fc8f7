"""Faults in where the build platform is learned from: a flag, or what the detector recorded."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "flag-ignored",
        "source-flag-analyzer",
        "build_platform.py",
        '    if source == "flag":\n        return _from_flag(inputs.value("arch"))',
        '    if source == "flag":\n        return BuildPlatform(runtime())',
    ),
    Mutant(
        "flag-ignored-by-the-exporter",
        "source-flag-exporter",
        "build_platform.py",
        'return _from_flag(inputs.value("arch"))',
        'return _from_flag(inputs.value("arch")) if inputs.phase == "analyzer" else BuildPlatform(runtime())',
    ),
    Mutant(
        "guess-where-the-flag-is-missing",
        "source-flag-required",
        "build_platform.py",
        "return BuildPlatform(runtime(), chooses=False)",
        "return BuildPlatform(runtime())",
    ),
    Mutant(
        "recorded-platform-ignored",
        "source-recorded-analyzer",
        "build_platform.py",
        "return BuildPlatform(_recorded(inputs) or runtime())",
        "return BuildPlatform(runtime())",
    ),
    Mutant(
        "recorded-platform-ignored-by-the-exporter",
        "source-recorded-exporter",
        "build_platform.py",
        "return BuildPlatform(_recorded(inputs) or runtime())",
        'return BuildPlatform((inputs.phase != "exporter" and _recorded(inputs)) or runtime())',
    ),
    Mutant(
        "detector-records-nothing",
        "source-recorded-analyzer",
        "build_platform.py",
        '    if _source(inputs) == "recorded":\n        here',
        '    if _source(inputs) == "never":\n        here',
    ),
    # Without -arch, a previous image that is an index with one image is taken for the machine's architecture
    # instead of being refused.
    Mutant(
        "index-of-one-needs-no-arch",
        "source-flag-required",
        "selection.py",
        "    if not wanted.chooses:",
        "    if not wanted.chooses and len(images.entries(document)) > 1:",
        origin="unseen",
    ),
    # On a layers volume that an amd64 build has used, an arm64 detection leaves amd64 recorded: the next phases
    # use the amd64 children.
    Mutant(
        "record-of-earlier-detection-stays",
        "source-recorded-analyzer",
        "build_platform.py",
        """\
    if _source(inputs) == "recorded":
        here = runtime()""",
        """\
    path = os.path.join(inputs.value("layers"), RECORD)
    if _source(inputs) == "recorded" and not os.path.exists(path):
        here = runtime()""",
        origin="unseen",
    ),
    # The analyzer removes the record after reading it, and the exporter goes by what it runs as.
    Mutant(
        "record-consumed",
        "source-recorded-exporter",
        "build_platform.py",
        """\
    return Platform(str(table["os"]), str(table["architecture"])""",
        """\
    os.unlink(path)
    return Platform(str(table["os"]), str(table["architecture"])""",
        origin="unseen",
    ),
)
