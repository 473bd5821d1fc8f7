"""Faults in which of several names of a run image is gone by."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

NEAR = "near = [name for name in names.all if parse(name).repository.registry == app_registry]"
READABLE = "readable = (name for name in (*near, *names.all) if registry.can_read(parse(name)))"
STACK = "names = names if names.image else labels.stack_run_image_names(metadata)"
MUTANTS = (
    Mutant("mirror-on-the-registry-not-preferred", "run-resolution-same-registry", "run_images.py", NEAR, "near = []"),
    Mutant(
        "own-name-before-its-mirrors",
        "run-resolution-same-registry",
        "run_images.py",
        READABLE,
        "readable = (name for name in (names.image, *near, *names.all) if registry.can_read(parse(name)))",
    ),
    Mutant(
        "hosts-compared-without-their-names",
        "run-resolution-same-registry",
        "run_images.py",
        NEAR,
        NEAR.replace(" == app_registry", ".rpartition(':')[2] == app_registry.rpartition(':')[2]"),
    ),
    Mutant(
        "registry-without-a-port-is-no-registry",
        "run-resolution-same-registry",
        "references.py",
        "(?::[0-9]{1,5})?",
        "(?::[0-9]{1,5})",
        origin="drawn",
    ),
    Mutant(
        "not-asked-whether-it-can-be-read",
        "run-resolution-first-readable",
        "run_images.py",
        READABLE,
        "readable = iter((*near, *names.all))",
        origin="drawn",
    ),
    Mutant(
        "nothing-counts-as-readable",
        "run-resolution-first-readable",
        "registry.py",
        '{"Accept": ACCEPTED}).status == 200\n',
        '{"Accept": ACCEPTED}).status in (200, 404)\n',
    ),
    Mutant(
        "denied-counts-as-readable",
        "run-resolution-first-readable",
        "registry.py",
        '{"Accept": ACCEPTED}).status == 200\n',
        '{"Accept": ACCEPTED}).status in (200, 401, 403)\n',
    ),
    Mutant(
        "last-that-can-be-read",
        "run-resolution-first-readable",
        "run_images.py",
        READABLE,
        READABLE.replace("(*near, *names.all)", "(*near, *reversed(names.all))"),
    ),
    Mutant("stack-key-ignored", "run-resolution-rebaser", "rebase.py", STACK, "names = names"),
    Mutant(
        "rebaser-goes-by-the-first-name",
        "run-resolution-rebaser",
        "rebase.py",
        "return run_images.resolve(registry, names, app_registry, inputs.api)",
        "return names.image",
    ),
    Mutant(
        "near-mirror-taken-whatever-it-is-for",
        "run-resolution-unfit-mirror",
        "selection.py",
        "    if not fits(wanted, image.platform):\n",
        "    if not fits(wanted, image.platform) and '/near/' not in name:\n",
    ),
    Mutant(
        "digest-of-nothing-for-a-near-mirror",
        "run-resolution-unfit-mirror",
        "analyze.py",
        "    run_image = selection.find(registry, parse(name), wanted)\n",
        """\
    from .errors import PlatformMismatchError
    try:
        run_image = selection.find(registry, parse(name), wanted)
    except PlatformMismatchError:
        nothing = {"reference": f"{parse(name).repository}@sha256:{'0' * 64}", "image": name}
        files.write_toml(inputs.value("analyzed"), {"run-image": nothing}, owner)
        return
""",
    ),
)
