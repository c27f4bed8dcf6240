"""What the JSON of a card tells of emptiness is what a walk through its members finds, whatever these are."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from cds_hooks.advice.emptiness import _walk, find_empty

ODD: list[Any] = [
    *(None, "", [], {}, (), 0, 0.0, False, float("nan"), float("inf"), -1),
    *("null", '""', "[]", "{}", 'he said "no"', '"', "\\", '\\""', "[", "}", "é", "\u2028", " "),
    *([None], [""], [[]], [{}], {"": "x"}, {"x": ""}, {"null": 1}, {'""': 1}, ("",), (None,), [0, False], ["a", None]),
]
HOLDERS = [
    lambda odd: odd,
    lambda odd: {"detail": odd},
    lambda odd: ["before", odd, "after"],
    lambda odd: {"a": {"b": [{"c": odd}]}, "d": "after"},
    lambda odd: {"resource": {"name": [odd], "_name": [{"id": "x"}]}},
]


@pytest.mark.parametrize(("odd", "hold"), list(product(ODD, HOLDERS)))
def test_json_and_members_tell_the_same(odd: Any, hold: Any) -> None:
    value = hold(odd)
    assert find_empty(value) == list(dict.fromkeys(_walk(value, "")))


@pytest.mark.parametrize("odd", [object(), {1: "a number for a name"}, "\ud800", 2**70])
def test_what_has_no_json_is_told_as_such(odd: Any) -> None:
    assert find_empty({"detail": odd}) == ["response: cannot be written as JSON"]
