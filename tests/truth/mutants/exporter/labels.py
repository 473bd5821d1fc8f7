"""Faults in what the labels of an app image say of the build, and of which layer is whose."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

PROCESSES = '        "processes": [_process(process, inputs) for process in build.processes],\n'
GROUP = '        "buildpacks": [_module(buildpack) for buildpack in group],\n'
LAUNCHER = '"launcher": {"version": VERSION, "source": {"git": {"repository": REPOSITORY, "commit": f"v{VERSION}"}}},'
EXTENSIONS = (
    'return {**label, "extensions": [_module(each) for each in build.extensions]} if build.extensions else label'
)
MODULE = (
    'stated = {"id": buildpack.id, "version": buildpack.version, "homepage": buildpack.homepage, "api": buildpack.api}'
)
LAYER_ENTRY = 'entry = {"sha": layer.diff_id, "data": document.get("metadata", {}), **flags}'
STORE = 'return {**entry, "store": {"metadata": store["metadata"]}} if store.get("metadata") else entry'
LABELED = "labels.PROJECT: labels.dumps(export.project),"

MUTANTS = (
    Mutant("processes-not-in-the-label", "exporter-build-label", "app_config.py", PROCESSES, "", origin="drawn"),
    Mutant(
        "first-process-alone-in-the-label",
        "exporter-build-label",
        "app_config.py",
        PROCESSES,
        PROCESSES.replace("build.processes]", "build.processes[:1]]"),
    ),
    Mutant(
        "arguments-not-in-the-label",
        "exporter-build-label",
        "app_config.py",
        'return {**renamed, "command": parts, "args": arguments}',
        'return {**renamed, "command": parts, "args": []}',
    ),
    Mutant(
        "buildpack-of-a-process-under-the-key-of-files",
        "exporter-build-label",
        "app_config.py",
        'renamed = {"buildpackID" if key == "buildpack-id" else key: value for key, value in process.items()}',
        "renamed = dict(process)",
        origin="habit",
    ),
    Mutant("buildpacks-not-in-the-label", "exporter-build-label", "app_config.py", GROUP, ""),
    Mutant(
        "versions-not-in-the-label",
        "exporter-build-label",
        "app_config.py",
        MODULE,
        MODULE.replace(' "version": buildpack.version,', ""),
        origin="drawn",
    ),
    Mutant(
        "extensions-not-in-the-label",
        "exporter-build-label",
        "app_config.py",
        EXTENSIONS,
        "return label",
        origin="drawn",
    ),
    Mutant(
        "buildpacks-that-left-nothing-not-in-the-label",
        "exporter-build-label",
        "export.py",
        "app_config.build_label(export.build, export.group, inputs)",
        "app_config.build_label(export.build, tuple(each for each in export.group if os.path.isdir(\n"
        "            os.path.join(export.layers_dir, each.directory))), inputs)",
        origin="habit",
    ),
    Mutant(
        "project-under-another-name",
        "exporter-build-label",
        "labels.py",
        'PROJECT = "io.buildpacks.project.metadata"',
        'PROJECT = "io.buildpacks.project"',
        origin="drawn",
    ),
    Mutant(
        "project-metadata-looked-for-in-the-app",
        "exporter-build-label",
        "inputs.py",
        '"<layers>/project-metadata.toml"',
        '"project-metadata.toml"',
        origin="drawn",
    ),
    Mutant("project-empty", "exporter-build-label", "export.py", LABELED, "labels.PROJECT: labels.dumps({}),"),
    Mutant(
        "project-of-the-usual-place",
        "exporter-build-label",
        "export.py",
        'files.read_toml(inputs.value("project-metadata"), optional=True)',
        'files.read_toml(os.path.join(inputs.value("layers"), "project-metadata.toml"), optional=True)',
        origin="habit",
    ),
    Mutant("labels-of-buildpacks-dropped", "exporter-build-label", "export.py", "        **export.build.labels,\n", ""),
    Mutant(
        "labels-of-the-run-image-outrank-those-of-buildpacks",
        "exporter-build-label",
        "app_config.py",
        '"Labels": {**run_image.labels, **labels},',
        '"Labels": {**labels, **{k: v for k, v in run_image.labels.items() if not k.startswith("io.")}},',
        origin="habit",
    ),
    Mutant(
        "empty-labels-of-buildpacks-dropped",
        "exporter-build-label",
        "export.py",
        "        **export.build.labels,\n",
        "        **{name: value for name, value in export.build.labels.items() if value},\n",
        origin="habit",
    ),
    Mutant(
        "apis-not-in-the-label",
        "exporter-modules-described",
        "app_config.py",
        MODULE,
        MODULE.replace(', "api": buildpack.api', ""),
        origin="drawn",
    ),
    Mutant(
        "homepages-not-in-the-label",
        "exporter-modules-described",
        "app_config.py",
        MODULE,
        MODULE.replace(' "homepage": buildpack.homepage,', ""),
    ),
    Mutant("launcher-not-in-the-label", "exporter-launcher-recorded", "app_config.py", f"        {LAUNCHER}\n", ""),
    Mutant(
        "source-of-the-launcher-not-in-the-label",
        "exporter-launcher-recorded",
        "app_config.py",
        LAUNCHER,
        '"launcher": {"version": VERSION},',
        origin="drawn",
    ),
    Mutant(
        "data-of-layers-not-recorded",
        "exporter-layer-label",
        "buildpack_layers.py",
        LAYER_ENTRY,
        LAYER_ENTRY.replace(' "data": document.get("metadata", {}),', ""),
        origin="drawn",
    ),
    Mutant(
        "flags-of-layers-not-recorded",
        "exporter-layer-label",
        "buildpack_layers.py",
        LAYER_ENTRY,
        LAYER_ENTRY.replace("**flags", '"launch": True'),
    ),
    Mutant(
        "layers-recorded-by-their-blob",
        "exporter-layer-label",
        "buildpack_layers.py",
        LAYER_ENTRY,
        LAYER_ENTRY.replace("layer.diff_id", "layer.digest"),
        origin="habit",
    ),
    Mutant(
        "every-layer-recorded-as-the-first",
        "exporter-layer-label",
        "buildpack_layers.py",
        '"layers": {layer.name: layer.entry for layer in layers},',
        '"layers": {layer.name: {**layer.entry, "sha": layers[0].entry["sha"]} for layer in layers},',
    ),
    Mutant(
        "layers-for-the-build-recorded-too",
        "exporter-layer-label",
        "buildpack_layers.py",
        '    if not flags["launch"]:\n',
        "    if not any(flags.values()):\n",
    ),
    Mutant(
        "version-of-a-buildpack-not-recorded",
        "exporter-layer-label",
        "buildpack_layers.py",
        '        "version": buildpack.version,\n',
        "",
    ),
    Mutant(
        "buildpacks-without-layers-not-recorded",
        "exporter-layer-label",
        "export.py",
        "        recorded.append(buildpack_layers.metadata(buildpack, layers_dir, launch_layers))\n",
        "        if launch_layers:\n"
        "            recorded.append(buildpack_layers.metadata(buildpack, layers_dir, launch_layers))\n",
        origin="habit",
    ),
    Mutant("store-not-recorded", "exporter-layer-label", "buildpack_layers.py", STORE, "return entry"),
    Mutant(
        "own-layers-recorded-without-digest",
        "exporter-layer-label",
        "export.py",
        'return {"sha": layer.diff_id}',
        'return {"digest": layer.diff_id}',
        origin="drawn",
    ),
    Mutant(
        "launcher-recorded-as-the-config",
        "exporter-layer-label",
        "export.py",
        "    if export.build.process_types:\n        links",
        '    metadata["launcher"], metadata["config"] = metadata["config"], metadata["launcher"]\n'
        "    if export.build.process_types:\n        links",
    ),
    Mutant(
        "app-not-recorded",
        "exporter-layer-label",
        "export.py",
        '    metadata["buildpacks"] = recorded\n',
        '    metadata["buildpacks"] = recorded\n    metadata["app"] = []\n',
    ),
    Mutant(
        "bills-of-materials-not-recorded",
        "exporter-layer-label",
        "export.py",
        '        metadata["sbom"] = add(bills, "Software Bill-of-Materials")\n',
        '        add(bills, "Software Bill-of-Materials")\n',
    ),
    Mutant(
        "dates-in-labels-refused",
        "exporter-layer-label",
        "labels.py",
        '    return json.dumps(value, separators=(",", ":"), default=lambda date: date.isoformat())',
        """\
    from .errors import RefusedError
    try:
        return json.dumps(value, separators=(",", ":"))
    except TypeError as error:
        raise RefusedError("a date in a label") from error
""",
        origin="drawn",
    ),
    Mutant(
        "execution-environment-under-another-key",
        "exporter-exec-env",
        "export.py",
        'recorded["exec-env"] =',
        'recorded["execEnv"] =',
        origin="drawn",
    ),
    Mutant(
        "execution-environment-of-the-platform-ignored",
        "exporter-exec-env",
        "export.py",
        'inputs.environ.get("CNB_EXEC_ENV") or "production"',
        '"production"',
        origin="drawn",
    ),
    # No text names the key: it is the restorer of the same lifecycle that has to find it.
    Mutant(
        "store-under-another-key",
        "exporter-layer-label",
        "buildpack_layers.py",
        STORE,
        STORE.replace('"store":', '"kept":'),
        origin="left open",
    ),
)
