"""Which outcomes share a card, and in which order the cards stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from cds_hooks.advice.speech import Speech
from cds_hooks.knowledge.model import Level, Medicine

#: The speeches of one card, the one that leads first.
Leaflet: TypeAlias = tuple[Speech, ...]


def group_speeches(speeches: Iterable[Speech], medicines: Sequence[Medicine]) -> list[Leaflet]:
    """Each critical alone; warnings and infos of one order (and medicine) together per group. Order of the cards, and of
    the rules on a card: level, medicine, table order, then as they came."""
    places = {medicine.id: place for place, medicine in enumerate(medicines)}

    def order(speech: Speech) -> tuple[int, int, int]:
        rule = speech.outcome.rule
        return -speech.level, places.get(rule.medicine, len(places)), rule.number

    cards: dict[tuple[object, ...], list[Speech]] = {}
    for number, speech in enumerate(sorted(speeches, key=order)):
        cards.setdefault(_find_key(speech, number), []).append(speech)
    return [tuple(card) for card in cards.values()]


def _find_key(speech: Speech, number: int) -> tuple[object, ...]:
    if speech.level is Level.CRITICAL:
        return (number,)
    return (speech.outcome.order.reference, speech.outcome.rule.medicine, speech.outcome.rule.group)
