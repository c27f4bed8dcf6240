"""How deep JSON nests, told from its brackets alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_hooks.hooks.json_body import is_nested_over


def count_levels(value: Any) -> int:
    """By walking: slow, and plainly right."""
    if isinstance(value, dict):
        return 1 + max(map(count_levels, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(count_levels, value), default=0)
    return 0


_text = st.text(alphabet='[]{}"\\a', max_size=6)
_json = st.recursive(_text | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(_text, inner), max_leaves=12)


@given(_json)
def test_brackets_tell_the_same_as_a_walk(value: Any) -> None:
    body = json.dumps(value).encode()
    levels = count_levels(value)
    assert not is_nested_over(body, levels)
    assert is_nested_over(body, levels - 1) == (levels > 0)


@pytest.mark.parametrize("text", ["]", "[", '"]', '\\"]', "\\", '\\\\"[', "}{"])
def test_brackets_in_strings_hide_no_depth(text: str) -> None:
    value: Any = 1
    for _ in range(101):
        value = [text, value, text]
    assert is_nested_over(json.dumps(value).encode(), 100)
    assert not is_nested_over(json.dumps(value[1]).encode(), 100)
