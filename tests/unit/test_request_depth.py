"""JSON within 100 levels: the parser is made to count them, so what it then takes and refuses is tested here."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_hooks.errors import BadRequest
from cds_hooks.hooks.json_body import MAX_DEPTH, read_json_object

_text = st.text(alphabet='[]{},:"\\a', max_size=6)
_json = st.recursive(_text | st.integers(-9, 9), lambda inner: st.lists(inner) | st.dictionaries(_text, inner), max_leaves=12)


def nest(levels: int, value: Any = 1, beside: str = "") -> dict[str, Any]:
    """An object `levels` deep, with a text beside each level."""
    for _ in range(levels - 1):
        value = [beside, value, beside]
    return {"a": value}


@given(st.dictionaries(_text, _json))
def test_an_object_is_read_as_it_is(value: dict[str, Any]) -> None:
    assert read_json_object(json.dumps(value).encode()) == value


@pytest.mark.parametrize("text", ["", "]", "[", '"]', '\\"]', "\\", '\\\\"[', "}{"])
def test_a_hundred_levels_are_read_and_one_more_is_not(text: str) -> None:
    assert read_json_object(json.dumps(nest(MAX_DEPTH, beside=text)).encode()) == nest(MAX_DEPTH, beside=text)
    with pytest.raises(BadRequest, match="is nested deeper than 100 levels"):
        read_json_object(json.dumps(nest(MAX_DEPTH + 1, beside=text)).encode())


@given(st.text(alphabet="[]{},1 ", max_size=12))
def test_what_only_fits_between_brackets_is_refused(text: str) -> None:
    try:
        expected = orjson.loads(text)
    except orjson.JSONDecodeError:
        expected = None
    if isinstance(expected, dict):
        assert read_json_object(text.encode()) == expected
    else:
        with pytest.raises(BadRequest):
            read_json_object(text.encode())


@pytest.mark.parametrize(
    "body", [b"{}],[{}", b"],[", b"]" * 924 + b"," + b"[" * 924, b"{},{}", b"", b"{}]", b"[{}", b"{}]" + b"[" * 9]
)
def test_a_body_that_closes_brackets_of_ours_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest, match="not JSON"):
        read_json_object(body)


@pytest.mark.parametrize(("body", "position"), [(b'{"a": x}', 6), (b"x", 0), (b'{"a": 1, 2}', 9)])
def test_the_place_of_the_fault_is_named(body: bytes, position: int) -> None:
    with pytest.raises(BadRequest, match=rf"at character {position}\)"):
        read_json_object(body)
