"""Where the tests of the checkout are: those that judge lifecycles, and the project's own."""

from typing import Final

from fixtures.paths import ROOT

SUITES: Final = ROOT / "suites"

OWN_TESTS: Final = ROOT / "tests"
"""They leave no reports."""
