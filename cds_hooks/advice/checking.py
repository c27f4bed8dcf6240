"""Checks a composed response against CDS Hooks 2.0.1: required members, nothing empty, the invariants cds-resp-1 to 7."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from cds_hooks.advice.checking_parts import Json, check_coding, check_members, check_uuid, is_address, list_objects
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
_SOURCE_MEMBERS = frozenset({"label", "url", "icon", "topic", "extension"})
_LINK_MEMBERS = frozenset({"label", "url", "type", "appContext", "autolaunchable", "extension"})

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
    uuids = [holder["uuid"] for card in cards for holder in _list_holders(card) if isinstance(holder.get("uuid"), str)]
    if len(set(uuids)) < len(uuids):
        faults.append("cards: a uuid stands twice")
    return faults


def _list_holders(card: Json) -> list[Json]:
    return [card, *list_objects(card.get("suggestions", ()), "")[0]]


def _check_card(card: Json, drafts: Collection[str] | None) -> Iterator[str]:
    yield from check_members(card, _CARD_MEMBERS)
    summary = card.get("summary")
    if not isinstance(summary, str):
        yield "summary: missing"
    elif measure(summary) > LONGEST_SUMMARY or "\n" in summary:
        yield "summary: not one line of fewer than 140 characters"
    if card.get("indicator") not in ("info", "warning", "critical"):
        yield "indicator: not info, warning or critical"
    if not isinstance(card.get("detail", ""), str):
        yield "detail: not a text"
    yield from check_uuid(card)
    yield from _check_source(card.get("source"))
    if "overrideReasons" in card:
        yield from _check_reasons(card["overrideReasons"])
    if "links" in card:
        yield from _check_links(card["links"])
    yield from check_suggestions(card, drafts)


def _check_source(source: Any) -> Iterator[str]:
    if not isinstance(source, dict) or not isinstance(source.get("label"), str):
        yield "source.label: missing"
        return
    yield from (f"source.{fault}" for fault in check_members(source, _SOURCE_MEMBERS))
    for member in ("url", "icon"):
        if member in source and not is_address(source[member]):
            yield f"source.{member}: not an absolute http(s) address"
    if "topic" in source:
        yield from check_coding(source["topic"], "source.topic")


def _check_reasons(value: Any) -> Iterator[str]:
    reasons, faults = list_objects(value, "overrideReasons")
    yield from faults
    for place, reason in enumerate(reasons):
        yield from check_coding(reason, f"overrideReasons.{place}")
        if "display" not in reason:
            yield f"overrideReasons.{place}.display: missing (cds-resp-4)"
    if not 3 <= len(reasons) <= 6:
        yield "overrideReasons: not three to six"


def _check_links(value: Any) -> Iterator[str]:
    links, faults = list_objects(value, "links")
    yield from faults
    for place, link in enumerate(links):
        yield from (f"links.{place}.{fault}" for fault in _check_link(link))


def _check_link(link: Json) -> Iterator[str]:
    yield from check_members(link, _LINK_MEMBERS)
    if not isinstance(link.get("label"), str):
        yield "label: missing"
    if not is_address(link.get("url")):
        yield "url: not an absolute http(s) address"
    if link.get("type") not in ("absolute", "smart"):
        yield "type: not absolute or smart"
    if "appContext" in link:
        if link.get("type") != "smart":
            yield "appContext: only with smart (cds-resp-3)"
        if not isinstance(link["appContext"], str):
            yield "appContext: not a text"
