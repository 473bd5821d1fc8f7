"""Faults in what the layers of an app image hold: the app's files, launcher and processes, bills of materials."""

from __future__ import annotations

from tests.truth.mutants.mutant import Mutant

WALK = "if os.path.isdir(path) and not os.path.islink(path):"
INNER = "if os.path.islink(inner) or os.path.isfile(inner) or os.path.isdir(inner):"
MODE = "mode = stat.S_IMODE(found.st_mode)\n        if target:"
LINK = "return Entry(path, tarfile.SYMTYPE, 0o777, self._owner, target=target)"
DIRECTORY = "return Entry(path, tarfile.DIRTYPE, mode, self._owner)"
FILE = "return Entry(path, tarfile.REGTYPE, mode, self._owner, source=path)"
OWNER = "header.uid, header.gid = entry.owner"
APP = "    yield writer.write((*parents(directory), *left))"
LINKS = "for kind in dict.fromkeys(types))"
CONFIG = 'add(writer.directory(os.path.join(layers_dir, "config")), "Buildpacks Launcher Config")'
LAUNCH_LAYERS = "added.extend(Added(each.layer, each.created_by) for each in launch_layers)"

SLICE = "            yield writer.write((*_above(chosen, directory, writer), *chosen))"

RECORDED = "for entry in recorded if isinstance(recorded, list) else []:"

MUTANTS = (
    Mutant(
        "another-status-for-buildpack-apis",
        "exporter-buildpack-api",
        "errors.py",
        "BUILDPACK_API = 12",
        "BUILDPACK_API = 13",
    ),
    Mutant(
        "unknown-buildpack-apis-exported",
        "exporter-buildpack-api",
        "buildpack_layers.py",
        "    if buildpack.api not in SUPPORTED_APIS:",
        "    if not buildpack.api:",
    ),
    Mutant(
        "first-previous-buildpack-alone-looked-at",
        "exporter-contents",
        "buildpack_layers.py",
        RECORDED,
        "for entry in recorded[:1] if isinstance(recorded, list) else []:",
        origin="drawn",
    ),
    Mutant("slices-left-out", "exporter-app-files", "app_layers.py", SLICE, "            pass", origin="drawn"),
    Mutant(
        "links-to-directories-walked-into",
        "exporter-app-files",
        "layers.py",
        WALK,
        "if os.path.isdir(path):",
        origin="drawn",
    ),
    Mutant(
        "links-that-lead-nowhere-left-out",
        "exporter-app-files",
        "layers.py",
        INNER,
        "if os.path.isfile(inner) or os.path.isdir(inner):",
        origin="habit",
    ),
    Mutant(
        "links-followed",
        "exporter-app-files",
        "layers.py",
        "        if target:\n",
        "        if target and not os.path.isfile(path):\n",
        origin="habit",
    ),
    Mutant(
        "links-made-absolute",
        "exporter-app-files",
        "layers.py",
        LINK,
        LINK.replace("target=target", "target=os.path.join(os.path.dirname(path), target)"),
        origin="habit",
    ),
    Mutant(
        "empty-directories-left-out",
        "exporter-app-files",
        "layers.py",
        INNER,
        INNER.replace("os.path.isdir(inner)", "os.path.isdir(inner) and os.listdir(inner)"),
        origin="habit",
    ),
    Mutant(
        "hidden-files-left-out",
        "exporter-app-files",
        "layers.py",
        "            for name in sorted(os.listdir(path)):\n",
        "            for name in sorted(each for each in os.listdir(path) if not each.startswith('.')):\n",
        origin="habit",
    ),
    Mutant(
        "every-file-may-be-read",
        "exporter-app-files",
        "layers.py",
        FILE,
        FILE.replace("mode,", "mode | 0o644,"),
        origin="habit",
    ),
    Mutant(
        "modes-of-directories-forgotten",
        "exporter-app-files",
        "layers.py",
        DIRECTORY,
        DIRECTORY.replace("mode,", "0o755,"),
    ),
    Mutant(
        "permissions-alone-of-modes",
        "exporter-app-files",
        "layers.py",
        MODE,
        MODE.replace("stat.S_IMODE(found.st_mode)", "found.st_mode & 0o777"),
        origin="habit",
    ),
    Mutant("files-of-somebody-else", "exporter-app-files", "layers.py", OWNER, "header.uid, header.gid = 4321, 4321"),
    Mutant(
        "ascii-names-of-files",
        "exporter-app-files",
        "layers.py",
        'header = tarfile.TarInfo(entry.path.lstrip("/"))',
        'header = tarfile.TarInfo(entry.path.lstrip("/").encode("ascii", "replace").decode())',
    ),
    Mutant(
        "names-of-a-hundred-letters",
        "exporter-app-files",
        "layers.py",
        'header = tarfile.TarInfo(entry.path.lstrip("/"))',
        'header = tarfile.TarInfo(entry.path.lstrip("/")[:150])',
    ),
    Mutant(
        "a-file-of-the-exporters-own",
        "exporter-app-files",
        "app_layers.py",
        APP,
        '    yield writer.write((*parents(directory), *left, Entry(f"{directory}/.exported", tarfile.REGTYPE, 0o644)))',
    ),
    Mutant(
        "app-left-out", "exporter-app-files", "app_layers.py", APP, "    yield writer.write(tuple(parents(directory)))"
    ),
    Mutant("no-links-for-processes", "exporter-contents", "app_layers.py", LINKS, "for kind in ())"),
    Mutant(
        "link-for-the-first-process",
        "exporter-contents",
        "app_layers.py",
        LINKS,
        "for kind in dict.fromkeys(types[:1]))",
    ),
    Mutant(
        "links-beside-the-launcher",
        "exporter-contents",
        "app_layers.py",
        'Entry(f"{PROCESSES}/{kind}", tarfile.SYMTYPE, 0o777, target=LAUNCHER)',
        'Entry(f"{PROCESSES}/{kind}", tarfile.SYMTYPE, 0o777, target="launcher")',
    ),
    Mutant(
        "launcher-at-the-place-that-it-came-from",
        "exporter-contents",
        "app_layers.py",
        "program = Entry(LAUNCHER, tarfile.REGTYPE, 0o755, source=path)",
        "program = Entry(path, tarfile.REGTYPE, 0o755, source=path)",
        origin="habit",
    ),
    Mutant(
        "metadata-of-the-build-left-out",
        "exporter-contents",
        "export.py",
        CONFIG,
        'add(writer.write(()), "Buildpacks Launcher Config")',
    ),
    Mutant(
        "one-launch-layer-of-each-buildpack",
        "exporter-contents",
        "export.py",
        LAUNCH_LAYERS,
        LAUNCH_LAYERS.replace("in launch_layers", "in launch_layers[:1]"),
    ),
    Mutant(
        "bill-of-the-launcher-not-copied",
        "exporter-sbom",
        "export.py",
        '        app_layers.copy_lifecycle_sboms(inputs.value("launcher-sbom"), layers_dir)\n',
        "        pass\n",
        origin="drawn",
    ),
    Mutant(
        "bill-of-the-launcher-at-the-usual-place-alone",
        "exporter-sbom",
        "export.py",
        'app_layers.copy_lifecycle_sboms(inputs.value("launcher-sbom"), layers_dir)',
        'app_layers.copy_lifecycle_sboms("/cnb/lifecycle", layers_dir)',
        origin="habit",
    ),
    Mutant(
        "bills-of-buildpacks-left-out",
        "exporter-sbom",
        "app_layers.py",
        "return writer.directory(directory) if os.path.isdir(directory) else None",
        "return None",
    ),
    Mutant(
        "bills-of-layers-left-out",
        "exporter-sbom",
        "app_layers.py",
        "return writer.directory(directory) if os.path.isdir(directory) else None",
        "return writer.write(entry for entry in writer.walk(directory) if entry.path.count('/') < "
        "directory.count('/') + 3) if os.path.isdir(directory) else None",
        origin="habit",
    ),
)
