"""What holds for every answer of discovery, services and feedback that any test gets (checklist, part 4, and S05 to S07,
S60, S71); written apart from the program's own check, so that a gap in that one shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

Json = dict[str, Any]

_HTML = re.compile(r"(?<!\\)<[A-Za-z/!?]")
_CARD = {
    *("uuid", "summary", "detail", "indicator", "source", "suggestions"),
    *("selectionBehavior", "overrideReasons", "links", "extension"),
}
_CALL = re.compile(r"/cds-services/[^/]+/?")
_FEEDBACK = re.compile(r"/cds-services/[^/]+/feedback/?")
_DISCOVERY = re.compile(r"/cds-services/?")


class BrokenAnswer(AssertionError):
    """An answer that CDS Hooks does not allow."""


def check_answer(method: str, path: str, status: int, body: bytes) -> None:
    """Raises BrokenAnswer. Whatever is no call of CDS Hooks is not looked at."""
    if "/cds-services" not in path or method in ("OPTIONS", "HEAD"):
        return
    path = path[path.index("/cds-services") :]
    raise_faults(list(_find_faults(method, path, status, body)))


def check_response(response: Json) -> None:
    """Raises BrokenAnswer on what a service answers with 200."""
    raise_faults(list(find_response_faults(response)))


def raise_faults(faults: list[str]) -> None:
    if faults:
        raise BrokenAnswer("; ".join(faults))


def _find_faults(method: str, path: str, status: int, body: bytes) -> Iterator[str]:
    if status == 401:
        yield from ["401 tells more than that (S172)"] if body else []
    elif status >= 400:
        yield from _find_outcome_faults(_read(body))
    elif status >= 300:
        return
    elif status != 200:
        yield f"a success is 200, not {status} (S60)"
    elif method == "GET" and _DISCOVERY.fullmatch(path):
        yield from find_discovery_faults(_read(body))
    elif method == "POST" and _CALL.fullmatch(path):
        yield from find_response_faults(_read(body))
    elif method == "POST" and _FEEDBACK.fullmatch(path):
        yield from [] if _read(body) == {} else ["feedback is answered with an empty object"]


def find_discovery_faults(body: Json) -> Iterator[str]:
    """S11 to S21, S190 to S198 as far as every discovery has to hold them."""
    if not isinstance(body.get("services"), list):
        yield "services: not an array"
        return
    yield from _find_empty(body, allowed=("services",))
    for service in body["services"]:
        for member in ("hook", "id", "description"):
            if not isinstance(service.get(member), str):
                yield f"services: without {member}"
        if set(service) - {*("hook", "id", "title", "description"), *("prefetch", "usageRequirements", "version", "extension")}:
            yield "services: a member that CDS Hooks does not know"
        for key, query in service.get("prefetch", {}).items():
            if not isinstance(query, str) or not re.match(r"[A-Z][A-Za-z]+[/?]", query):
                yield f"prefetch {key}: no query"


def find_response_faults(body: Json) -> Iterator[str]:
    """S60 to S132 and cds-resp-1 to 7."""
    if not isinstance(body.get("cards"), list) or set(body) - {"cards", "extension"}:
        yield "no array of cards, or members besides"
        return
    yield from _find_empty(body, allowed=("cards",))
    ids = []
    for number, card in enumerate(body["cards"]):
        yield from (f"card {number}: {fault}" for fault in _find_card_faults(card))
        ids += [card.get("uuid"), *(one.get("uuid") for one in card.get("suggestions", ()))]
    if len(ids) != len(set(ids)):
        yield "an id twice"


def _find_empty(value: Any, *, allowed: tuple[str, ...] = (), in_resource: bool = False) -> Iterator[str]:
    """Null may hold a place in a list of a FHIR resource (its `_` twin has what is known)."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in members:
        if inner is None and in_resource and isinstance(value, list):
            continue
        if inner in (None, "", [], {}) and name not in allowed:
            yield f"{name}: null or empty"
        elif isinstance(inner, dict | list):
            yield from _find_empty(inner, in_resource=in_resource or name == "resource")


def _find_card_faults(card: Json) -> Iterator[str]:
    if set(card) - _CARD:
        yield f"members that CDS Hooks does not know: {set(card) - _CARD}"
    summary = card.get("summary", "")
    if not 0 < len(summary) < 140 or len(summary.encode("utf-16-le")) // 2 >= 140 or "\n" in summary:
        yield "summary"
    if card.get("indicator") not in ("info", "warning", "critical"):
        yield "indicator"
    if _HTML.search(str(card.get("detail", ""))):
        yield "HTML in the detail"
    yield from _find_uuid_faults(card)
    source = card.get("source", {})
    if not source.get("label") or not urlsplit(source.get("url", "https://-")).netloc:
        yield "source"
    codings = [source["topic"]] if "topic" in source else []
    for coding in [*codings, *card.get("overrideReasons", ())]:
        if not {"code", "system"} <= set(coding) <= {"code", "system", "display"}:
            yield "a Coding without code or system"
    if not all("display" in reason for reason in card.get("overrideReasons", ())):
        yield "cds-resp-4"
    yield from _find_link_faults(card.get("links", ()))
    yield from _find_suggestion_faults(card)


def _find_uuid_faults(holder: Json) -> Iterator[str]:
    try:
        UUID(holder["uuid"])
    except (KeyError, ValueError):
        yield "uuid"


def _find_link_faults(links: Any) -> Iterator[str]:
    for link in links:
        if not {"label", "url", "type"} <= set(link) or not urlsplit(link["url"]).netloc:
            yield "a link without label, absolute url or type"
        if link.get("type") not in ("absolute", "smart") or ("appContext" in link and link["type"] != "smart"):
            yield "cds-resp-3"


def _find_suggestion_faults(card: Json) -> Iterator[str]:
    if ("suggestions" in card) != (card.get("selectionBehavior") in ("any", "at-most-one")):
        yield "cds-resp-6"
    for suggestion in card.get("suggestions", ()):
        yield from _find_uuid_faults(suggestion)
        if "label" not in suggestion or set(suggestion) - {"label", "uuid", "actions"}:
            yield "a suggestion has label, uuid and actions"
        for action in suggestion.get("actions", [{}]):
            yield from _find_action_faults(action)


def _find_action_faults(action: Json) -> Iterator[str]:
    if "description" not in action:
        yield "cds-resp-5"
    if action.get("type") not in ("create", "update") or not action.get("resource", {}).get("resourceType"):
        yield "an action creates or updates a resource"
    if action.get("type") == "update" and not action["resource"].get("id"):
        yield "an update without id"


def _find_outcome_faults(body: Json) -> Iterator[str]:
    issues = body.get("issue", [])
    if body.get("resourceType") != "OperationOutcome" or not issues:
        yield "a refusal is an OperationOutcome (S71)"
    if not all({"severity", "code"} <= set(issue) for issue in issues):
        yield "an issue has severity and code"
    yield from _find_empty(body)


def _read(body: bytes) -> Json:
    """JSON to the letter: no NaN, no member twice (S01)."""
    try:
        document = json.loads(body.decode(), parse_constant=_refuse, object_pairs_hook=_read_members)
    except ValueError as error:
        raise BrokenAnswer(f"no JSON: {error}") from None
    if not isinstance(document, dict):
        raise BrokenAnswer("no JSON object")
    return document


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _read_members(pairs: list[tuple[str, Any]]) -> Json:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a member stands twice")
    return dict(pairs)
