"""The reference lifecycle: the phases that choose between architectures, as the text of the rules in code.

It shares no code with the conformance suite: were both to share a notion of "fits", they would share its errors.
A phase is a process, so what its modules import is paid for at each: records are named tuples, as importing what makes
dataclasses, and making them, takes a third of the time of a phase.
"""

VERSION = "0.1.0"
"""The version of this lifecycle, as `-version` prints it and `launcher.version` records it."""

REPOSITORY = "lifecycle-arch-conformance"
"""Where the source is, as `launcher.source` records it: part of the suite that it comes with."""
