"""The suggestions of a card and their actions, checked against CDS Hooks 2.0.1 and the drafts of the call (2.F)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from cds_hooks.advice.checking_parts import Json, check_members, check_uuid, list_objects

_SUGGESTION_MEMBERS = frozenset({"label", "uuid", "isRecommended", "actions", "actionSelectionBehavior", "extension"})
_ACTION_MEMBERS = frozenset({"type", "description", "resource", "resourceId", "extension"})
_ACTION_BEHAVIORS = (None, "all", "any", "at-most-one")


def check_suggestions(card: Json, drafts: Collection[str] | None) -> Iterator[str]:
    """S85, S86, S100 to S110. `drafts`: `Type/id` of each draft order; None: not known, not looked at."""
    behavior = card.get("selectionBehavior")
    if "suggestions" not in card:
        if behavior is not None:
            yield "selectionBehavior: goes with suggestions (cds-resp-6)"
        return
    suggestions, faults = list_objects(card["suggestions"], "suggestions")
    yield from faults
    if behavior is None:
        yield "selectionBehavior: goes with suggestions (cds-resp-6)"
    elif behavior not in ("any", "at-most-one"):
        yield "selectionBehavior: not any or at-most-one"
    if behavior != "any" and sum(one.get("isRecommended") is True for one in suggestions) > 1:
        yield "suggestions: more than one is recommended (cds-resp-1)"
    for place, suggestion in enumerate(suggestions):
        yield from (f"suggestions.{place}.{fault}" for fault in _check_suggestion(suggestion, drafts))


def _check_suggestion(suggestion: Json, drafts: Collection[str] | None) -> Iterator[str]:
    yield from check_members(suggestion, _SUGGESTION_MEMBERS)
    if not isinstance(suggestion.get("label"), str):
        yield "label: missing"
    yield from check_uuid(suggestion)
    if not isinstance(suggestion.get("isRecommended", False), bool):
        yield "isRecommended: not true or false"
    if suggestion.get("actionSelectionBehavior") not in _ACTION_BEHAVIORS:
        yield "actionSelectionBehavior: not all, any or at-most-one (cds-resp-7)"
    actions, faults = list_objects(suggestion.get("actions", ()), "actions")
    yield from faults
    if len(actions) != 1:
        yield "actions: not exactly one"
    for place, action in enumerate(actions):
        yield from (f"actions.{place}.{fault}" for fault in _check_action(action, drafts))


def _check_action(action: Json, drafts: Collection[str] | None) -> Iterator[str]:
    yield from check_members(action, _ACTION_MEMBERS)
    if not isinstance(action.get("description"), str):
        yield "description: missing (cds-resp-5)"
    kind, resource = action.get("type"), action.get("resource")
    if kind not in ("create", "update", "delete"):
        yield "type: not create, update or delete"
    elif kind == "delete":
        if resource is not None or "resourceId" not in action:
            yield "resourceId: a delete has one, and no resource (cds-resp-2)"
        elif drafts is not None and action["resourceId"] not in drafts:
            yield "resourceId: no draft order of the call"
    else:
        yield from _check_resource(resource, kind, drafts)


def _check_resource(resource: Any, kind: str, drafts: Collection[str] | None) -> Iterator[str]:
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        yield "resource: not a FHIR resource"
    elif kind == "update":
        if not isinstance(resource.get("id"), str):
            yield "resource.id: an update keeps the id"
        elif drafts is not None and f"{resource['resourceType']}/{resource['id']}" not in drafts:
            yield "resource: updates no draft order of the call"
