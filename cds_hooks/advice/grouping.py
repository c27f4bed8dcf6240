"""Which outcomes share a card, and in which order the cards stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from cds_hooks.advice.speech import Speech
from cds_hooks.knowledge.model import Level, Medicine

#: The speeches of one card, the one that leads first.
Leaflet: TypeAlias = tuple[Speech, ...]

#: Cards of one order that are not critical.
MOST_CARDS = 5


def group_speeches(speeches: Iterable[Speech], medicines: Sequence[Medicine]) -> list[Leaflet]:
    """Each critical alone; warnings and infos of one order (and medicine) together per group. Order of the cards, and of
    the rules on a card: level, medicine, table order, then as they came."""
    said = list(speeches)
    if len(said) < 2:
        return [tuple(said)] if said else []
    places = {medicine.id: place for place, medicine in enumerate(medicines)}

    def order(speech: Speech) -> tuple[int, int, int]:
        rule = speech.outcome.rule
        return -speech.level, places.get(rule.medicine, len(places)), rule.number

    cards: dict[tuple[object, ...], list[Speech]] = {}
    for number, speech in enumerate(sorted(said, key=order)):
        cards.setdefault(_find_key(speech, number), []).append(speech)
    return _fold([tuple(card) for card in cards.values()])


def _fold(leaflets: list[Leaflet]) -> list[Leaflet]:
    """Where an order brings more than five cards that are not critical, its last infos share one: with the card of what was not
    checked they are six at most (the alert budget)."""
    if len(leaflets) <= MOST_CARDS:
        return leaflets
    folded = list(leaflets)
    for order in dict.fromkeys(leaflet[0].outcome.order.reference for leaflet in leaflets):
        while True:
            own = [n for n, card in enumerate(folded) if card[0].outcome.order.reference == order]
            infos = [n for n in own if folded[n][0].level is Level.INFO]
            if len(infos) < 2 or sum(folded[n][0].level is not Level.CRITICAL for n in own) <= MOST_CARDS:
                break
            last = folded.pop(infos[-1])
            folded[infos[-2]] += last
    return folded


def _find_key(speech: Speech, number: int) -> tuple[object, ...]:
    if speech.level is Level.CRITICAL:
        return (number,)
    return (speech.outcome.order.reference, speech.outcome.rule.medicine, speech.outcome.rule.group)
