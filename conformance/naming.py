"""What the command is called that comes with the suite."""

from __future__ import annotations

NAME = "lifecycle-conformance"
