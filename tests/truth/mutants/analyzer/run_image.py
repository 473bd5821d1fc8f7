"""Faults of the analyzer in the run image that it chooses, and in what it records of it."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.texts import CHOOSE, DESCRIBED, FIRST_CHILD, LOOK_UP, WHICHEVER_CHILD

TARGET = 'target: Table = {"os": platform.os, "arch": platform.architecture}'
VARIANT = '        target["variant"] = platform.variant\n'
DISTRO = '        target["distro"] = distro\n'
ANY_DISTRO = "    if any(distro.values()):\n"
OS_RELEASE = '__import__("platform").freedesktop_os_release()'
NAMED = 'return {"reference": image.reference, "image": name, "target": target}'

MUTANTS = (
    Mutant(
        "first-child-as-run-image", "analyzer-run-index", "selection.py", CHOOSE, FIRST_CHILD + CHOOSE, WHICHEVER_CHILD
    ),
    Mutant(
        "index-digest-recorded",
        "analyzer-run-index",
        "analyze.py",
        "    run_image = selection.find(registry, parse(name), wanted)\n",
        "    run_image = selection.find(registry, parse(name), wanted)\n"
        "    run_image = run_image._replace(digest=registry.read_manifest(parse(name)).digest)\n",
    ),
    Mutant(
        "tag-recorded",
        "analyzer-run-index",
        "analyze.py",
        'return {"reference": image.reference, "image": name, "target": target}',
        'return {"reference": name, "image": name, "target": target}',
    ),
    Mutant(
        "digest-of-nothing-recorded",
        "analyzer-references-resolve",
        "analyze.py",
        'return {"reference": image.reference, "image": name, "target": target}',
        'return {"reference": f"{image.repository}@sha256:{64 * chr(48)}", "image": name, "target": target}',
    ),
    Mutant(
        "config-digest-recorded",
        "analyzer-references-resolve",
        "analyze.py",
        'return {"reference": image.reference, "image": name, "target": target}',
        'return {"reference": f"{image.repository}@{image.manifest[\'config\'][\'digest\']}", "image": name}',
    ),
    Mutant(
        "previous-digest-of-nothing",
        "analyzer-references-resolve",
        "analyze.py",
        DESCRIBED,
        'described: Table = {"image": {"reference": f"{image.repository}@sha256:{64 * chr(48)}"}}',
    ),
    Mutant("target-variant-dropped", "analyzer-run-target", "analyze.py", VARIANT, "        pass\n"),
    Mutant(
        "target-variant-made-up",
        "analyzer-run-target",
        "analyze.py",
        TARGET,
        f'{TARGET}\n    target["variant"] = platform.normal_variant',
    ),
    Mutant("target-distribution-dropped", "analyzer-run-target", "analyze.py", DISTRO, "        pass\n"),
    Mutant(
        "target-distribution-without-version",
        "analyzer-run-target",
        "analyze.py",
        DISTRO,
        '        target["distro"] = {"name": distro["name"]}\n',
    ),
    Mutant(
        "target-distribution-made-up",
        "analyzer-run-target",
        "analyze.py",
        ANY_DISTRO,
        f'    distro = {{key: value or "made-up" for key, value in distro.items()}}\n{ANY_DISTRO}',
    ),
    Mutant(
        "os-release-outranks-the-labels",
        "analyzer-run-target",
        "analyze.py",
        ANY_DISTRO,
        f'    distro |= {{"name": {OS_RELEASE}["ID"], "version": {OS_RELEASE}.get("VERSION_ID")}}\n{ANY_DISTRO}',
    ),
    Mutant(
        "target-architecture-by-the-kernels-name",
        "analyzer-run-target",
        "analyze.py",
        TARGET,
        TARGET.replace("platform.architecture", "__import__('os').uname().machine + '-host'"),
    ),
    Mutant(
        "target-of-the-first-child",
        "analyzer-run-target",
        "analyze.py",
        '"run-image": _describe(run_image, name, inputs)}\n',
        """\
"run-image": _describe(run_image, name, inputs)}
    document = registry.read_manifest(parse(name))
    if selection.images.is_index(document):
        first = selection.images.entries(document)[0]
        first = selection._read(registry, selection._read_child(registry, document, first))
        analyzed["run-image"]["target"] = _describe(first, name, inputs)["target"]
""",
    ),
    Mutant(
        "digest-as-the-name",
        "analyzer-run-image-name",
        "analyze.py",
        NAMED,
        NAMED.replace('"image": name', '"image": image.reference'),
    ),
    Mutant(
        "name-without-its-digest",
        "analyzer-run-image-name",
        "analyze.py",
        NAMED,
        NAMED.replace('"image": name', '"image": name.partition("@")[0]'),
    ),
    Mutant("no-name", "analyzer-run-image-name", "analyze.py", NAMED, NAMED.replace('"image": name, ', "")),
    Mutant(
        "only-the-first-six-are-read",
        "analyzer-any-index",
        "selection.py",
        LOOK_UP,
        LOOK_UP.strip() + "[:6]\n",
        origin="generated",
    ),
    Mutant(
        "target-variant-of-the-machine",
        "analyzer-run-target",
        "analyze.py",
        TARGET,
        f'{TARGET}\n    target["variant"] = build_platform.runtime().variant or "v1"',
        origin="habit",
    ),
    # Of a tag whose manifest is indented (as docker push and buildx write them) a digest is recorded that no
    # registry has.
    Mutant(
        "digest-of-reserialized-manifest",
        "analyzer-references-resolve",
        "registry.py",
        "        digest = _verified(answer.body, stated, str(reference))",
        """\
        _verified(answer.body, stated, str(reference))
        parsed = json.loads(answer.body)
        digest = reference.digest or digest_of(json.dumps(parsed, separators=(",", ":")).encode())""",
        origin="unseen",
    ),
    # A run image of a rolling distribution, which states a name and no version, has no distribution in analyzed.toml.
    Mutant(
        "distro-only-if-name-and-version",
        "analyzer-run-target",
        "analyze.py",
        "    if any(distro.values()):",
        "    if all(distro.values()):",
        origin="unseen",
    ),
    # registry/run without a tag is recorded as registry/run:latest, which is not the name the platform gave.
    Mutant(
        "run-image-name-gets-latest",
        "analyzer-run-image-name",
        "analyze.py",
        '    return {"reference": image.reference, "image": name, "target": target}',
        """\
    given = parse(name)
    recorded = name if given.digest else given.name
    return {"reference": image.reference, "image": recorded, "target": target}""",
        origin="unseen",
    ),
    # The run image of an earlier analysis in the same directory is kept if it was given by the same name.
    Mutant(
        "run-image-of-an-earlier-analysis-kept",
        "analyzer-run-index",
        "analyze.py",
        """\
    _check_access(registry, inputs, tags)
""",
        """\
    earlier = files.read_toml(inputs.value("analyzed"), optional=True).get("run-image", {})
    if earlier.get("image") == name:
        analyzed["run-image"] = earlier
    _check_access(registry, inputs, tags)
""",
        origin="unseen again",
    ),
    # What labels leave out is inferred from /etc/os-release, and it is not said whose.
    Mutant(
        "distribution-of-the-place-where-no-label-names-one",
        "analyzer-run-target",
        "analyze.py",
        ANY_DISTRO,
        f"""\
    here = {OS_RELEASE}
    distro = {{"name": distro["name"] or here["ID"], "version": distro["version"] or here.get("VERSION_ID")}}
{ANY_DISTRO}""",
        origin="left open",
    ),
)
