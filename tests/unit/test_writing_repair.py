"""A copy of an order leaves out what is empty, at any depth, and shares nothing with what was sent."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from cds_hooks.fhir.writing.repair import copy_without_empty


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a", "a"),
        ("", None),
        (0, 0),
        (False, False),
        (None, None),
        (
            {"a": "x", "b": "", "c": None, "d": [], "e": {}, "f": 0, "g": False, "h": " "},
            {"a": "x", "f": 0, "g": False, "h": " "},
        ),
        ({"a": {"b": {"c": ""}}}, None),
        ({"a": [{"b": ""}, {"c": "x"}, [], None, ""]}, {"a": [{"c": "x"}]}),
        ({"given": ["A", None, ""], "_given": [None, {"id": "x"}]}, {"given": ["A", None, ""], "_given": [{"id": "x"}]}),
        ({"given": [None, ""]}, None),
        ({"a": [["x", None], [""]]}, {"a": [["x", None]]}),
    ],
)
def test_what_is_empty_is_left_out(sent: Any, kept: Any) -> None:
    before = deepcopy(sent)
    assert copy_without_empty(sent) == kept
    assert sent == before


def test_the_copy_is_its_own() -> None:
    sent = {"a": {"b": ["x"]}, "c": [{"d": "y"}]}
    kept = copy_without_empty(sent)
    kept["a"]["b"].append("z")
    kept["c"][0]["d"] = "z"
    assert sent == {"a": {"b": ["x"]}, "c": [{"d": "y"}]}
