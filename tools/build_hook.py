"""What hatchling runs when it builds: wheel and sdist are given the commit that they are of."""

from __future__ import annotations

import runpy
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INTO = {"wheel": "lifecycle_conformance/tree", "sdist": "."}
"""Where in it the file goes, which a wheel that is built from an sdist finds there."""


class CommitHook(BuildHookInterface[Any]):
    """Adds the file COMMIT, where the commit is known."""

    _scratch: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write it beside the tree, which stays as it is."""
        commit = runpy.run_path(str(Path(self.root) / "conformance" / "commit.py"))
        found = commit["commit_of"](Path(self.root))
        if not found or version == "editable":
            return
        self._scratch = Path(tempfile.mkdtemp())
        file = self._scratch / commit["FILE"]
        file.write_text(f"{found}\n")
        build_data["force_include"][str(file)] = str(Path(INTO[self.target_name]) / file.name)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - hatchling's names
        """Remove it."""
        if self._scratch:
            shutil.rmtree(self._scratch)
