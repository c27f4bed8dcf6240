"""Checks a composed response against CDS Hooks 2.0.1: required members, nothing empty, the invariants cds-resp-1 to 7."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cds_hooks.advice.summary import measure
from cds_hooks.hooks.response import LONGEST_SUMMARY

Json = Mapping[str, Any]

_CARD_MEMBERS = frozenset(
    {
        *("uuid", "summary", "detail", "indicator", "source", "suggestions", "selectionBehavior"),
        *("overrideReasons", "links", "extension"),
    }
)
_RESPONSE_MEMBERS = frozenset({"cards", "systemActions", "extension"})
_ACTION_MEMBERS = frozenset({"type", "description", "resource", "resourceId", "extension"})


def find_faults(response: Json) -> list[str]:
    """Every fault, as `path: what is wrong`, without values; an empty list means that the response may leave."""
    faults = list(_find_empty(response, ""))
    if not isinstance(response.get("cards"), list):
        return [*faults, "cards: not a list"]
    faults += [f"{member}: unknown member" for member in set(response) - _RESPONSE_MEMBERS]
    if response.get("systemActions") == []:
        faults.append("systemActions: an empty list has to be absent")
    uuids: list[str] = []
    for place, card in enumerate(response["cards"]):
        faults += [f"cards.{place}.{fault}" for fault in _check_card(card)]
        uuids += [holder["uuid"] for holder in (card, *card.get("suggestions", ())) if "uuid" in holder]
    if len(set(uuids)) < len(uuids):
        faults.append("cards: a uuid stands twice")
    return faults


def _find_empty(value: Any, path: str) -> Iterator[str]:
    """S05 and S06: nothing is null or empty but `cards`."""
    if value is None or value in ("", [], {}):
        if path != "cards":
            yield f"{path or 'response'}: null or empty"
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _find_empty(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _find_empty(inner, f"{path}.{place}")


def _check_card(card: Json) -> Iterator[str]:
    yield from (f"{member}: unknown member" for member in set(card) - _CARD_MEMBERS)
    summary = card.get("summary")
    if not isinstance(summary, str):
        yield "summary: missing"
    elif measure(summary) > LONGEST_SUMMARY or "\n" in summary:
        yield "summary: not one line of fewer than 140 characters"
    if card.get("indicator") not in ("info", "warning", "critical"):
        yield "indicator: not info, warning or critical"
    yield from _check_uuid(card)
    yield from _check_source(card.get("source"))
    yield from _check_extension(card)
    yield from _check_reasons(card.get("overrideReasons", ()))
    yield from _check_links(card.get("links", ()))
    yield from _check_suggestions(card)


def _check_source(source: Any) -> Iterator[str]:
    if not isinstance(source, Mapping) or not isinstance(source.get("label"), str):
        yield "source.label: missing"
        return
    yield from _check_extension(source, "source.")
    if "url" in source and not _is_address(source["url"]):
        yield "source.url: not an absolute http(s) address"
    if "topic" in source:
        yield from _check_coding(source["topic"], "source.topic")


def _check_reasons(reasons: Any) -> Iterator[str]:
    for place, reason in enumerate(reasons):
        yield from _check_coding(reason, f"overrideReasons.{place}")
        if "display" not in reason:
            yield f"overrideReasons.{place}.display: missing (cds-resp-4)"
    if reasons and not 3 <= len(reasons) <= 6:
        yield "overrideReasons: not three to six"


def _check_coding(coding: Any, path: str) -> Iterator[str]:
    if not isinstance(coding, Mapping):
        yield f"{path}: not a Coding"
        return
    for member in ("code", "system"):
        if not isinstance(coding.get(member), str):
            yield f"{path}.{member}: missing"
    if set(coding) - {"code", "system", "display"}:
        yield f"{path}: a member that CDS Hooks does not define"


def _check_links(links: Any) -> Iterator[str]:
    for place, link in enumerate(links):
        if not all(isinstance(link.get(member), str) for member in ("label", "url", "type")):
            yield f"links.{place}: label, url or type missing"
        elif not _is_address(link["url"]):
            yield f"links.{place}.url: not an absolute http(s) address"
        if link.get("type") not in ("absolute", "smart"):
            yield f"links.{place}.type: not absolute or smart"
        if link.get("type") != "smart" and "appContext" in link:
            yield f"links.{place}.appContext: only with smart (cds-resp-3)"


def _check_suggestions(card: Json) -> Iterator[str]:
    suggestions = card.get("suggestions", ())
    behavior = card.get("selectionBehavior")
    if bool(suggestions) != (behavior is not None):
        yield "selectionBehavior: goes with suggestions (cds-resp-6)"
    if behavior not in (None, "any", "at-most-one"):
        yield "selectionBehavior: not any or at-most-one"
    if behavior == "at-most-one" and sum(one.get("isRecommended") is True for one in suggestions) > 1:
        yield "suggestions: more than one is recommended (cds-resp-1)"
    for place, suggestion in enumerate(suggestions):
        yield from (f"suggestions.{place}.{fault}" for fault in _check_suggestion(suggestion))


def _check_suggestion(suggestion: Json) -> Iterator[str]:
    if not isinstance(suggestion.get("label"), str):
        yield "label: missing"
    yield from _check_uuid(suggestion)
    yield from _check_extension(suggestion)
    if suggestion.get("actionSelectionBehavior") not in (None, "all", "any", "at-most-one"):
        yield "actionSelectionBehavior: not all, any or at-most-one (cds-resp-7)"
    if len(suggestion.get("actions", ())) != 1:
        yield "actions: not exactly one"
    for place, action in enumerate(suggestion.get("actions", ())):
        yield from (f"actions.{place}.{fault}" for fault in _check_action(action))


def _check_action(action: Json) -> Iterator[str]:
    yield from (f"{member}: unknown member" for member in set(action) - _ACTION_MEMBERS)
    if not isinstance(action.get("description"), str):
        yield "description: missing (cds-resp-5)"
    kind, resource = action.get("type"), action.get("resource")
    if kind not in ("create", "update", "delete"):
        yield "type: not create, update or delete"
    elif kind == "delete":
        if resource is not None or "resourceId" not in action:
            yield "resourceId: a delete has one, and no resource (cds-resp-2)"
    elif not isinstance(resource, Mapping) or not isinstance(resource.get("resourceType"), str):
        yield "resource: not a FHIR resource"
    elif kind == "update" and "id" not in resource:
        yield "resource.id: an update keeps the id"


def _check_uuid(holder: Json) -> Iterator[str]:
    try:
        sound = str(UUID(holder["uuid"])) == holder["uuid"]
    except (KeyError, ValueError, TypeError, AttributeError):
        sound = False
    if not sound:
        yield "uuid: missing, or not a bare UUID"


def _check_extension(holder: Json, path: str = "") -> Iterator[str]:
    if "extension" in holder and not isinstance(holder["extension"], Mapping):
        yield f"{path}extension: not an object"


def _is_address(url: Any) -> bool:
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc)
