"""Whatever stands in the free text of a record, a card's Markdown holds no element that its template did not make."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cds_hooks.advice.checking import find_faults
from tests.api.fixture_files import SITUATIONS, read_request
from tests.api.real_service import ask

Json = dict[str, Any]

#: A reader that is not ours: GitHub's tables, strikethrough and links made of bare addresses.
READER = MarkdownIt("gfm-like")

#: Members that a person typed, or that a system shows to persons.
FREE_TEXT = frozenset(
    {"display", "text", "unit", "comment", "patientInstruction", "description", "title", "family", "valueString"}
)

ATTACKS = [
    "[click](https://evil.example/?p=1)",
    "![x](https://evil.example/pixel.png)",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</p><h1>All clear</h1>",
    "| a | b |\n| - | - |\n| 1 | 2 |",
    "x\n\n# Give the full dose\n\n- [ ] done",
    "x\r\n\r\n```\ncode\n```",
    "**bold** __bold__ *i* _i_ ~~gone~~ `code`",
    "https://evil.example www.evil.example mailto:a@evil.example @team #12",
    "<https://evil.example>",
    "[a]: https://evil.example\n[a]",
    "&lt;b&gt; &#60;b&#62; &#x3c;",
    "1. one\n2. two",
    "1) one",
    "> quoted",
    "---",
    "===",
    "a\\",
    "a  \nb",
    "\u2028# x\u2029- y\u0085* z",
    "\u202e[kcilc](https://evil.example)",
    "\ufeff\u200b<b>",
    "$x$ ^[note] ==mark== :smile: ~sub~",
    "|" * 40,
    "[" * 60 + "](" * 60,
]
_MARKS = "\\`*_{}[]()<>#|~!&$^:.@/-+= \n\t\r'\"ab\u2028\u202e\u00e9\U0001f600"
#: Without digits: a number may be read as a strength or a dose, and then other cards are right.
_WORDS = st.characters(exclude_categories=("Cs", "Nd", "Nl", "No"))
hostile = st.sampled_from(ATTACKS) | st.text(st.sampled_from(_MARKS), max_size=60) | st.text(_WORDS, max_size=60)

#: No word of any medicine, problem or unit.
HARMLESS = "Zorgvuldig Voorbeeld"


def plant(node: Any, text: str, members: frozenset[str] = FREE_TEXT) -> Any:
    """The same record, with `text` in every member that holds free text."""
    if isinstance(node, dict):
        return {
            name: text if name in members and isinstance(part, str) else plant(part, text, members) for name, part in node.items()
        }
    return [plant(part, text, members) for part in node] if isinstance(node, list) else node


def list_elements(tokens: list[Token]) -> Iterator[str]:
    """Every element of a rendered text in its order; the text itself is none."""
    for token in tokens:
        if token.type not in ("inline", "text"):
            yield f"{token.type} {token.tag}"
        yield from list_elements(token.children or [])


def read_cards(request: Json) -> list[Json]:
    response = ask(request)
    assert response.status_code == 200, response.get_data(as_text=True)
    assert not find_faults(response.get_json())
    return list(response.get_json()["cards"])


@cache
def read_harmless(situation: str) -> list[Json]:
    return read_cards(plant(read_request(situation), HARMLESS))


def list_structure(cards: list[Json]) -> list[tuple[Any, list[str]]]:
    """What each card is built of: its rules, and the elements of its detail."""
    return [(card["source"]["topic"]["code"], list(list_elements(READER.parse(card["detail"])))) for card in cards]


def list_addresses(node: Any) -> Iterator[str]:
    """Every `url` of an answer outside the resources that it suggests."""
    for name, part in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if name == "url":
            yield part
        if name != "resource":
            yield from list_addresses(part)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_known_attacks_add_no_element(situation: str, attack: str) -> None:
    cards = read_cards(plant(read_request(situation), attack))
    assert list_structure(cards) == list_structure(read_harmless(situation))


@settings(max_examples=300, deadline=None)
@given(situation=st.sampled_from(SITUATIONS), text=hostile)
def test_no_text_adds_an_element(situation: str, text: str) -> None:
    assume(text.strip())  # an empty text is no text: other words then stand for it
    cards = read_cards(plant(read_request(situation), text))
    assert list_structure(cards) == list_structure(read_harmless(situation))


@settings(max_examples=100, deadline=None)
@given(situation=st.sampled_from(SITUATIONS), text=hostile)
def test_no_text_reads_as_a_tag_or_a_second_line_of_a_summary(situation: str, text: str) -> None:
    for card in read_cards(plant(read_request(situation), text)):
        assert "\n" not in card["summary"]
        assert "<" not in card["summary"].replace("< ", "").replace("<=", "")


@settings(max_examples=100, deadline=None)
@given(situation=st.sampled_from(SITUATIONS), text=hostile)
def test_every_address_of_an_answer_is_ours(situation: str, text: str) -> None:
    addresses = list(list_addresses(read_cards(plant(read_request(situation), text))))
    assert all(urlsplit(address).netloc == "127.0.0.1:8080" for address in addresses)


def test_the_reader_would_see_an_element() -> None:
    """That the comparison can fail: unescaped, each attack of the list but the last few is an element."""
    plain = list(list_elements(READER.parse("**Why** – x")))
    seen = [attack for attack in ATTACKS if list(list_elements(READER.parse(f"**Why** – {attack}"))) != plain]
    assert len(seen) >= 15


def test_a_planted_text_reaches_the_cards() -> None:
    planted = plant(copy.deepcopy(read_request("lenalidomide-thalidomide-rash")), "Planted Words")
    assert "Planted Words" in json.dumps(read_cards(planted))
