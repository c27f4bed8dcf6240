"""Saying things in one language: phrases, names of facts, and the values that rules found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from cds_hooks.advice.markdown import LONGEST_IN_DETAIL, escape, plain
from cds_hooks.chart.finding import Amount, Name, Phrase, Value
from cds_hooks.knowledge.model import Text
from cds_hooks.knowledge.templates import fill
from cds_hooks.knowledge.wording import join_words, say_amount, say_date, say_number
from cds_hooks.record import Record

_by_english: tuple[Mapping[str, Text], dict[str, Text]] = ({}, {})


class Voice(Record):
    """One language over the texts of cards/facts.yaml."""

    facts: Mapping[str, Text]
    language: str

    def read(self, text: Text) -> str:
        """The text in this language, placeholders as they are."""
        return text.nl if self.language == "nl" else text.en

    def say(self, key: str, **words: str) -> str:
        """A phrase of cards/facts.yaml, filled with words that are rendered already."""
        text = self.facts[key]
        template = text.nl if self.language == "nl" else text.en
        return fill(template, words.__getitem__) if "{" in template else template

    def find_name(self, name: str) -> Text | None:
        """A fact, input or note by its key, else by its English words; None where cards/facts.yaml has neither."""
        return self.facts.get(name) or _index_english(self.facts).get(name)

    def name(self, name: str) -> str:
        """The name of a fact as Markdown; what has no text (a reference) stands escaped."""
        text = self.find_name(name)
        return self.read(text) if text else escape(name)

    def name_in_english(self, name: str) -> str:
        """The fixed English name, for the extension of a card."""
        text = self.facts.get(name)
        return text.en if text else name

    def show(self, value: Value, *, longest: int | None = None) -> str:
        """A value of a finding: as Markdown, or as plain text in which text of the record is at most `longest` long.

        Raises KeyError for a Name that cards/facts.yaml lacks.
        """
        if isinstance(value, str):
            return escape(value, LONGEST_IN_DETAIL) if longest is None else plain(value, longest)
        if isinstance(value, Name):
            return self.read(self.facts[value.key])
        if isinstance(value, Amount):
            return say_amount(value.value, value.unit, language=self.language)
        if isinstance(value, Phrase):
            return " ".join(self.show(part, longest=longest) for part in value.parts)
        if isinstance(value, tuple):
            words = tuple(self.show(part, longest=longest) for part in value)
            return join_words(words, self.read(self.facts["card.or"]))
        return self._show_plain(value)

    def _show_plain(self, value: int | Decimal | date) -> str:
        if isinstance(value, date):
            return say_date(value, self.language)
        return say_number(value, self.language)


def capitalise(words: str) -> str:
    """A capital at the start of a line; not in `eGFR` or `pH`."""
    return words if words[1:2].isupper() else words[:1].upper() + words[1:]


def uncapitalise(words: str) -> str:
    """A small letter within a line; not in `ALAT` or `TSH`."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _index_english(facts: Mapping[str, Text]) -> dict[str, Text]:
    """Texts by their English words, made once per loaded knowledge."""
    global _by_english
    if _by_english[0] is not facts:
        _by_english = (facts, {text.en: text for text in facts.values()})
    return _by_english[1]
