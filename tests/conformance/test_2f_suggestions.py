"""Checklist 2.F: suggestions and actions, over every situation of `fixtures/`, in the form of each client profile."""

from __future__ import annotations

from uuid import UUID

from tests.api.client_profiles import answer
from tests.api.fixture_files import SITUATIONS, read_request
from tests.conformance.calls import Json, list_actions, list_suggestions


def list_updates() -> list[tuple[Json, Json]]:
    """Each updated resource with the draft of the same id."""
    pairs = []
    for situation in SITUATIONS:
        entries = read_request(situation)["context"].get("draftOrders", {}).get("entry", ())
        drafts = {entry["resource"]["id"]: entry["resource"] for entry in entries}
        suggestions = [one for card in answer(situation, "default")["cards"] for one in card.get("suggestions", ())]
        updated = [one["actions"][0]["resource"] for one in suggestions if one["actions"][0]["type"] == "update"]
        pairs += [(resource, drafts[resource["id"]]) for resource in updated]
    return pairs


def test_s100_every_suggestion_has_a_label() -> None:
    assert list_suggestions()
    assert all(len(suggestion["label"]) > 5 for suggestion in list_suggestions())


def test_s101_every_suggestion_has_an_id_of_its_own() -> None:
    ids = [str(UUID(suggestion["uuid"])) for suggestion in list_suggestions()]
    assert len(set(ids)) == len(ids)


def test_s102_nothing_is_recommended_beforehand() -> None:
    assert not any("isRecommended" in suggestion for suggestion in list_suggestions())


def test_s103_a_suggestion_has_exactly_one_action() -> None:
    assert {len(suggestion["actions"]) for suggestion in list_suggestions()} == {1}


def test_s104_how_actions_are_chosen_from_is_never_said() -> None:
    assert not any("actionSelectionBehavior" in suggestion for suggestion in list_suggestions())


def test_s105_an_action_creates_or_updates() -> None:
    assert {action["type"] for action in list_actions()} == {"create", "update"}


def test_s106_every_action_says_what_it_does() -> None:
    assert all(len(action["description"]) > 5 for action in list_actions())


def test_s107_what_is_created_is_a_new_draft() -> None:
    created = [action["resource"] for action in list_actions() if action["type"] == "create"]
    assert created
    assert all(("id" not in one, one["status"]) == (True, "draft") for one in created)


def test_s108_an_update_is_the_whole_order_with_all_that_the_advice_does_not_change() -> None:
    """The narrative, and extensions that tell the old dose in words or numbers, go with it; what FHIR has as
    an array is made one."""
    advised = {"medicationCodeableConcept", "medicationReference", "dosageInstruction", "dispenseRequest"}
    repaired = {"category", "contained", "extension", "text"}
    assert len(list_updates()) > 5
    for updated, draft in list_updates():
        assert all(updated[name] in (draft[name], [draft[name]]) for name in set(draft) - advised - repaired)


def test_s109_no_action_deletes() -> None:
    assert not any(action["type"] == "delete" or "resourceId" in action for action in list_actions())


def test_s110_an_update_is_of_a_draft_order_of_the_call() -> None:
    for updated, draft in list_updates():
        assert (updated["resourceType"], updated["id"]) == (draft["resourceType"], draft["id"])


def test_s111_no_suggestion_launches_an_app() -> None:
    assert not any(action["resource"]["resourceType"] == "Task" for action in list_actions())
