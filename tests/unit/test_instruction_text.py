"""Whether a text tells to open a capsule, or forbids it."""

from __future__ import annotations

import pytest

from cds_hooks.chart.instruction_text import find_instruction

WORDS = frozenset({"open", "openen", "crush", "chew", "kauwen", "breken", "oplossen"})


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Open capsule and mix with water", "open"),
        ("Inname 's ochtends. Capsule openen", "openen"),
        ("Do not swallow whole, crush first", "crush"),
        ("kan niet slikken, capsule openen", "openen"),
        ("capsule openen en niet heel doorslikken", "openen"),
        ("niet kauwen maar oplossen", "oplossen"),
    ],
)
def test_a_mention_counts(text: str, word: str) -> None:
    assert find_instruction(text, WORDS) == word


@pytest.mark.parametrize(
    "text",
    [
        "Do not open, crush or chew",
        "Don't open",
        "Capsule heel doorslikken, niet openen, kauwen of breken",
        "openen of kauwen is niet toegestaan",
        "Opening is fine to read, nothing here",
        "",
    ],
)
def test_a_negated_mention_or_none_does_not_count(text: str) -> None:
    assert find_instruction(text, WORDS) == ""


def test_a_long_text_takes_no_long() -> None:
    assert find_instruction("niet " * 100_000 + "openen", WORDS) == ""
