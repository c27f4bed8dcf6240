"""The reasons a card offers for going on."""

from __future__ import annotations

from collections.abc import Mapping

from cds_hooks.advice.grouping import Leaflet
from cds_hooks.advice.voice import Voice
from cds_hooks.hooks.response import Coding
from cds_hooks.knowledge.model import Level, OverrideReason

FEWEST = 3
MOST = 6


def choose_reasons(card: Leaflet, reasons: Mapping[str, OverrideReason], *, voice: Voice) -> tuple[Coding, ...]:
    """Three to six reasons that fit the rules of the card, the leading rule's first; general ones fill up to three.

    None on a card that asks for nothing: an info whose rules name no reasons.
    """
    chosen = list(dict.fromkeys(_deal([speech.outcome.rule.override_reasons for speech in card])))
    if not chosen and card[0].level is Level.INFO:
        return ()
    general = [id for id, reason in reasons.items() if reason.general and id not in chosen]
    chosen += general[: max(0, FEWEST - len(chosen))]
    return tuple(Coding(reasons[id].code, reasons[id].system, voice.read(reasons[id].display)) for id in chosen[:MOST])


def _deal(lists: list[tuple[str, ...]]) -> list[str]:
    """One of each rule in turn, so that no rule of a grouped card goes without its first reasons."""
    longest = max((len(ids) for ids in lists), default=0)
    return [ids[turn] for turn in range(longest) for ids in lists if turn < len(ids)]
