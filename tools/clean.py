"""Take away what `make` got or left for this checkout: `python -m tools.clean`. .venv, which runs this, goes after it.

Packages of the system stay, since others may have come to need them.
"""

from __future__ import annotations

from contextlib import suppress

from fixtures.cleanup.removal import remove
from fixtures.docker.engine import Engine, EngineError
from fixtures.paths import PYTHONS, ROOT
from fixtures.registry.stores.container_image import OWN


def main() -> None:
    """Take it away, and say what went."""
    for path in (ROOT / "out", PYTHONS):
        if (path.exists() or path.is_symlink()) and remove(path):
            print(f"removed {path}")
    with suppress(EngineError):
        Engine.from_environment().remove_image(OWN)
        print(f"removed the image {OWN}")
    print("left: packages that were installed: docker-registry, skopeo, qemu-user-static")


if __name__ == "__main__":
    main()
