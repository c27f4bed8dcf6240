"""Checks a composed response against CDS Hooks 2.0.1: required members, nothing empty, the invariants cds-resp-1 to 7."""

from __future__ import annotations

from collections.abc import Collection

from cds_hooks.advice.checking_fixed import check_fixed
from cds_hooks.advice.checking_parts import Json, check_members, is_uuid, list_objects
from cds_hooks.advice.checking_suggestions import check_suggestions
from cds_hooks.advice.emptiness import find_empty
from cds_hooks.advice.summary import measure
from cds_hooks.hooks.response import LONGEST_SUMMARY

_CARD_MEMBERS = frozenset(
    {
        *("uuid", "summary", "detail", "indicator", "source", "suggestions", "selectionBehavior"),
        *("overrideReasons", "links", "extension"),
    }
)

#: `systemActions` is not among them: we offer none (S131).
_RESPONSE_MEMBERS = frozenset({"cards", "extension"})


def find_faults(response: Json, drafts: Collection[str] | None = None) -> list[str]:
    """Every fault, as `path: what is wrong`, without values; an empty list means that the response may leave.

    `drafts`: `Type/id` of each draft order of the call, which alone an action may update or delete; None: not looked at.
    """
    cards, _ = list_objects(response.get("cards"), "cards")
    faults = [f"cards.{place}.{fault}" for place, card in enumerate(cards) for fault in find_card_faults(card, drafts)]
    return [*find_frame_faults(response), *faults]


def find_card_faults(card: Json, drafts: Collection[str] | None = None) -> list[str]:
    """What is wrong with one card, as `find_faults` says it."""
    return [*find_empty(card), *_check_card(card, drafts)]


def find_frame_faults(response: Json) -> list[str]:
    """What is wrong with a response besides each of its cards: what it holds, and whether an id stands twice."""
    cards, faults = list_objects(response.get("cards"), "cards")
    faults += check_members(response, _RESPONSE_MEMBERS)
    if "extension" in response:
        faults += find_empty(response["extension"], "extension")
    uuids = []
    for card in cards:
        suggestions, _ = list_objects(card.get("suggestions", ()), "")
        uuids += [holder["uuid"] for holder in (card, *suggestions) if isinstance(holder.get("uuid"), str)]
    if len(set(uuids)) < len(uuids):
        faults.append("cards: a uuid stands twice")
    return faults


def _check_card(card: Json, drafts: Collection[str] | None) -> list[str]:
    faults = check_members(card, _CARD_MEMBERS)
    summary = card.get("summary")
    if not isinstance(summary, str):
        faults.append("summary: missing")
    elif measure(summary) > LONGEST_SUMMARY or "\n" in summary:
        faults.append("summary: not one line of fewer than 140 characters")
    if card.get("indicator") not in ("info", "warning", "critical"):
        faults.append("indicator: not info, warning or critical")
    if not isinstance(card.get("detail", ""), str):
        faults.append("detail: not a text")
    if not is_uuid(card.get("uuid")):
        faults.append("uuid: missing, or not a bare UUID")
    return [*faults, *check_fixed(card), *check_suggestions(card, drafts)]
