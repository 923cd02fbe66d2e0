"""spec/attacks.md lists every test that is named after an attack or an invariant, and names none that is not there."""

import re

from harness import ROOT

NAME = re.compile(r"\b(?:test_)?((?:attack|invariant)_[A-Z]\d+\w*)")


def test_the_page_and_the_tests_agree():
    outside = {name for path in (ROOT / "Tests").rglob("test_*.py") for name in re.findall(r"^def (test_(?:attack|invariant)_\w+)", path.read_text(), re.M)}
    inside = {name for path in (ROOT / "Tests").rglob("*.swift") for name in re.findall(r"func ((?:attack|invariant)_[A-Z]\d+\w*)\(", path.read_text())}
    page = (ROOT / "spec/attacks.md").read_text()
    listed = set(re.findall(r"`((?:test_)?(?:attack|invariant)_\w+)`", page))
    assert listed == outside | inside, sorted(listed ^ (outside | inside))
