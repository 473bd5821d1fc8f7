"""Changes of the reference lifecycle that no text forbids: who does so is not to be accused.

`killed_by` is the requirement that comes nearest. docs/decisions.md has the reasons.
"""

from __future__ import annotations

from tests.truth.mutants import published
from tests.truth.mutants.exports import ANY_DISTRO, OS_RELEASE
from tests.truth.mutants.mutant import Mutant
from tests.truth.mutants.rebases import DISTRO_KEPT

LEFT_OPEN = (
    # Where descriptor and config disagree, all that is asked is consistency.
    Mutant(
        "entry-believed-whatever-the-config-says",
        "exporter-run-foreign",
        "selection.py",
        "    return _fitting(child, wanted.platform, str(reference))",
        "    return child",
    ),
    # The texts do not say which of two equal layers is the top one.
    Mutant(
        "first-of-equal-layers-is-the-top",
        "rebaser-layers",
        "rebase.py",
        "return places[-1] + 1",
        "return places[0] + 1",
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
    ),
    # Two sentences of the specification contradict each other.
    Mutant(
        "distribution-lost-where-the-run-image-states-none",
        "rebaser-target-kept",
        "rebase.py",
        DISTRO_KEPT,
        DISTRO_KEPT.replace("not rebase.force", "False"),
    ),
    *published.LEFT_OPEN,
)
