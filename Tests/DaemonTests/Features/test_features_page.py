"""Every claim of spec/features.md has a scenario that plays it, and no scenario plays what is claimed no more."""

import pytest
from claims import FEATURES, claims_of, quotes


@pytest.mark.parametrize("feature", FEATURES)
def test_every_claim_is_played(feature):
    claims = claims_of(feature)
    quoted = [claim for (of, claim), _ in quotes() if of == feature]
    assert not [claim for claim in claims if claim not in quoted], "no scenario plays these"
    assert not [claim for claim in quoted if claim not in claims], "scenarios play these, and the page does not claim them"
