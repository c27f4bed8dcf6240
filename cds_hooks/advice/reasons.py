"""The reasons a card offers for going on."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest

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
    if len(chosen) < FEWEST:
        general = [id for id, reason in reasons.items() if reason.general and id not in chosen]
        chosen += general[: FEWEST - len(chosen)]
    named = [reasons[id] for id in chosen[:MOST]]
    return tuple([Coding(reason.code, reason.system, voice.read(reason.display)) for reason in named])


def _deal(lists: list[tuple[str, ...]]) -> list[str]:
    """One of each rule in turn, so that no rule of a grouped card goes without its first reasons."""
    return [id for turn in zip_longest(*lists) for id in turn if id is not None]
