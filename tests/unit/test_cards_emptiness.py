"""What is null or empty is found at any depth of a card, what only looks so is not; and a card's fresh ids."""

from __future__ import annotations

from typing import Any
from uuid import RFC_4122, UUID

import pytest

from cds_hooks.advice.context import make_uuid
from cds_hooks.advice.emptiness import find_empty
from cds_hooks.hooks.response import leave_out_empty

SOUND = {"summary": "text", "count": 0, "flag": False, "links": [{"label": "page"}], "words": 'null, "", [] and {} as text'}


def test_a_sound_card_has_nothing_empty() -> None:
    assert find_empty(SOUND) == []


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_each_form_of_emptiness_is_found_at_any_depth(empty: Any) -> None:
    assert find_empty({**SOUND, "detail": empty}) == ["detail: null or empty"]
    assert find_empty({**SOUND, "links": [{"label": empty}]}) == ["links.0.label: null or empty"]
    assert find_empty(empty, "extension") == ["extension: null or empty"]


def test_a_null_that_holds_a_place_beside_its_twin_is_none() -> None:
    assert find_empty({"resource": {"given": ["A", None], "_given": [None, {"id": "x"}]}}) == []


def test_only_what_says_something_is_kept_whether_or_not_all_does() -> None:
    full = {"code": "c", "system": "s"}
    assert leave_out_empty(full) == full
    assert leave_out_empty({**full, "count": 0, "flag": False, "text": "", "list": [], "none": None}) == {
        **full,
        "count": 0,
        "flag": False,
    }


def test_each_id_is_a_new_random_uuid() -> None:
    made = [make_uuid() for _ in range(200)]
    assert len(set(made)) == len(made)
    assert all(str(UUID(one)) == one and UUID(one).version == 4 and UUID(one).variant == RFC_4122 for one in made)
