"""A number that no program can hold is refused in a long body as in a short one, wherever it stands and whenever it is found."""

from __future__ import annotations

import pytest

from benchmarks.calls import NOW, PATH, build_calls
from tests.api.real_service import open_client

BODY = build_calls(60, variants=1)[0]
#: What each place is told by, and what it is written as.
PLACES = {
    "a problem": (b'"resourceType":"Condition"', b'"other":%b,"resourceType":"Condition"'),
    "an observation that is asked for": (b'"valueQuantity":{"value":85', b'"valueQuantity":{"value":%b'),
    "an order": (b'"authoredOn":', b'"other":%b,"authoredOn":'),
}


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b"1" * 400], ids=["large", "small", "long"])
@pytest.mark.parametrize("place", PLACES)
def test_a_number_too_large_is_400(place: str, number: bytes) -> None:
    written, changed = PLACES[place]
    body = BODY.replace(written, changed % number, 1)
    assert body != BODY
    response = open_client(CDS_HOOKS_NOW=NOW).post(PATH, data=body, content_type="application/json")
    assert (response.status_code, response.get_json()["issue"][0]["expression"]) == (400, ["body"])
