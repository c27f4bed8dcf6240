"""The suggestions of a card and their actions, checked against CDS Hooks 2.0.1 and the drafts of the call (2.F)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from cds_hooks.advice.checking_parts import Json, check_members, is_uuid, list_objects

_SUGGESTION_MEMBERS = frozenset({"label", "uuid", "isRecommended", "actions", "actionSelectionBehavior", "extension"})
_ACTION_MEMBERS = frozenset({"type", "description", "resource", "resourceId", "extension"})
_ACTION_BEHAVIORS = (None, "all", "any", "at-most-one")


def check_suggestions(card: Json, drafts: Collection[str] | None) -> list[str]:
    """S85, S86, S100 to S110. `drafts`: `Type/id` of each draft order; None: not known, not looked at."""
    behavior = card.get("selectionBehavior")
    if "suggestions" not in card:
        return [] if behavior is None else ["selectionBehavior: goes with suggestions (cds-resp-6)"]
    suggestions, faults = list_objects(card["suggestions"], "suggestions")
    if behavior is None:
        faults.append("selectionBehavior: goes with suggestions (cds-resp-6)")
    elif behavior not in ("any", "at-most-one"):
        faults.append("selectionBehavior: not any or at-most-one")
    if behavior != "any" and len(suggestions) > 1 and sum([one.get("isRecommended") is True for one in suggestions]) > 1:
        faults.append("suggestions: more than one is recommended (cds-resp-1)")
    for place, suggestion in enumerate(suggestions):
        for fault in _check_suggestion(suggestion, drafts):
            faults.append(f"suggestions.{place}.{fault}")
    return faults


def _check_suggestion(suggestion: Json, drafts: Collection[str] | None) -> list[str]:
    faults = check_members(suggestion, _SUGGESTION_MEMBERS)
    if not isinstance(suggestion.get("label"), str):
        faults.append("label: missing")
    if not is_uuid(suggestion.get("uuid")):
        faults.append("uuid: missing, or not a bare UUID")
    if not isinstance(suggestion.get("isRecommended", False), bool):
        faults.append("isRecommended: not true or false")
    if suggestion.get("actionSelectionBehavior") not in _ACTION_BEHAVIORS:
        faults.append("actionSelectionBehavior: not all, any or at-most-one (cds-resp-7)")
    actions, unlisted = list_objects(suggestion.get("actions", ()), "actions")
    faults += unlisted
    if len(actions) != 1:
        faults.append("actions: not exactly one")
    for place, action in enumerate(actions):
        for fault in _check_action(action, drafts):
            faults.append(f"actions.{place}.{fault}")
    return faults


def _check_action(action: Json, drafts: Collection[str] | None) -> list[str]:
    faults = check_members(action, _ACTION_MEMBERS)
    if not isinstance(action.get("description"), str):
        faults.append("description: missing (cds-resp-5)")
    kind, resource = action.get("type"), action.get("resource")
    if kind not in ("create", "update", "delete"):
        faults.append("type: not create, update or delete")
    elif kind == "delete":
        if resource is not None or "resourceId" not in action:
            faults.append("resourceId: a delete has one, and no resource (cds-resp-2)")
        elif drafts is not None and action["resourceId"] not in drafts:
            faults.append("resourceId: no draft order of the call")
    else:
        faults += _check_resource(resource, kind, drafts)
    return faults


def _check_resource(resource: Any, kind: str, drafts: Collection[str] | None) -> list[str]:
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        return ["resource: not a FHIR resource"]
    if kind == "update":
        if not isinstance(resource.get("id"), str):
            return ["resource.id: an update keeps the id"]
        if drafts is not None and f"{resource['resourceType']}/{resource['id']}" not in drafts:
            return ["resource: updates no draft order of the call"]
    return []
