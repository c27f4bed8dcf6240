"""Which orders are judged (contract): statuses, selections, partners of a medicine, both in one basket."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.real_service import MAN, OSTEOPOROTIC, WOMAN, Json, ask, describe, list_cards, list_rules, list_unchecked
from tests.clinical.expect import find_cards, read_advice

PILL: Json = {"medicine": "combined-pill", "id": "pill", "schedule": "daily"}
RUNNING: Json = {"is": "lenalidomide", "id": "running", "mg": 10, "date": "7 days ago", "quantity": 21, "schedule": "daily"}
#: What a man who starts is told.
START = ["lenalidomide.ppp.male", "lenalidomide.counselling"]
PILL_RULE = "lenalidomide.ppp.combined-contraceptive"


def find_orders(cards: list[Json], rule: str) -> list[str]:
    """On which orders a rule speaks."""
    return [read_advice(card)["order"] for card in find_cards(cards, rule)]


def set_draft(body: Json, **members: Any) -> Json:
    body["context"]["draftOrders"]["entry"][0]["resource"].update(members)
    return body


def test_a_combined_pill_for_a_patient_on_lenalidomide_gets_only_its_own_rule() -> None:
    cards = list_cards(describe(WOMAN, order=PILL, medicines=[RUNNING]))
    assert list_rules(cards) == [PILL_RULE]
    assert find_orders(cards, PILL_RULE) == ["MedicationRequest/pill"]


def test_two_pills_are_told_once_on_the_first() -> None:
    second = {**PILL, "id": "pill-2"}
    cards = list_cards(describe(WOMAN, order=PILL, orders=[second], medicines=[RUNNING]))
    assert find_orders(cards, PILL_RULE) == ["MedicationRequest/pill"]


@pytest.mark.parametrize("pill_first", [True, False])
def test_pill_and_lenalidomide_in_one_basket_are_told_once_on_lenalidomide(pill_first: bool) -> None:
    ours = {**WOMAN["order"], "id": "ours"}
    first, second = (PILL, ours) if pill_first else (ours, PILL)
    cards = list_cards(describe(WOMAN, order=first, orders=[second], medicines=[]))
    assert find_orders(cards, PILL_RULE) == ["MedicationRequest/ours"]


def test_a_pill_for_a_patient_not_on_lenalidomide_is_no_concern() -> None:
    assert ask(describe(WOMAN, order=PILL, medicines=[])).get_json() == {"cards": []}


@pytest.mark.parametrize(
    ("controls", "named"),
    [
        ({"missing": ["medications"]}, ["medications"]),
        ({"failed": ["statements"]}, ["statements"]),
        ({"missing": ["medications"], "partial": ["statements"]}, ["medications", "statements"]),
        ({"missing": ["conditions", "observations", "dispenses"]}, []),
    ],
)
def test_where_it_cannot_be_told_whether_she_takes_it_that_is_named(controls: Json, named: list[str]) -> None:
    cards = list_cards(describe(WOMAN, order=PILL, medicines=[], prefetch=controls))
    assert (list_unchecked(cards), list_rules(cards)) == (named, [])


@pytest.mark.parametrize("status", ["stopped", "cancelled", "entered-in-error", "completed"])
def test_a_lenalidomide_that_is_over_makes_no_partner_of_the_pill(status: str) -> None:
    body = describe(WOMAN, order=PILL, medicines=[{**RUNNING, "status": status}])
    assert ask(body).get_json() == {"cards": []}


@pytest.mark.parametrize("reason", [[], "bone-metastases"])
def test_denosumab_120_mg_for_a_patient_on_60_mg_is_critical_on_its_draft(reason: Any) -> None:
    earlier = {"is": "denosumab", "mg": 60, "dose": 60, "schedule": "every 6 months", "date": "2026-01-01"}
    order = {"medicine": "denosumab", "id": "large", "mg": 120, "dose": 120, "schedule": "once", "reason": reason}
    cards = list_cards(describe(OSTEOPOROTIC, order=order, medicines=[earlier]))
    assert find_orders(cards, "denosumab.other-denosumab") == ["MedicationRequest/large"]
    assert cards[0]["indicator"] == "critical"


@pytest.mark.parametrize("status", ["draft", "active", "on-hold", "unknown"])
def test_an_order_that_stands_is_judged(status: str) -> None:
    assert list_rules(list_cards(set_draft(describe(MAN), status=status))) == START


def test_an_order_without_a_status_is_judged() -> None:
    body = describe(MAN)
    del body["context"]["draftOrders"]["entry"][0]["resource"]["status"]
    assert "lenalidomide.ppp.male" in list_rules(list_cards(body))


@pytest.mark.parametrize(
    "members",
    [{"status": status} for status in ("cancelled", "stopped", "completed", "entered-in-error")] + [{"doNotPerform": True}],
)
def test_an_order_that_is_none_any_more_is_not_judged(members: Json) -> None:
    assert ask(set_draft(describe(WOMAN), **members)).get_json() == {"cards": []}


def test_an_empty_basket_has_no_cards() -> None:
    body = describe(WOMAN)
    body["context"]["draftOrders"] = {"resourceType": "Bundle"}
    assert ask(body).get_json() == {"cards": []}


@pytest.mark.parametrize("selection", ["MedicationRequest/ours", "ours"])
def test_at_order_select_only_the_selection_is_judged(selection: str) -> None:
    orders = [{**PILL, "id": "theirs"}]
    body = describe(WOMAN, hook="order-select", order={**WOMAN["order"], "id": "ours"}, orders=orders, selections=[selection])
    orders_told = {read_advice(card)["order"] for card in list_cards(body)}
    assert orders_told == {"MedicationRequest/ours"}


def test_a_draft_that_is_not_selected_is_only_context() -> None:
    ours = {**WOMAN["order"], "id": "ours"}
    body = describe(WOMAN, hook="order-select", order=PILL, orders=[ours], selections=["pill"], medicines=[])
    assert list_rules(list_cards(body)) == [PILL_RULE]


def test_a_selection_that_matches_no_draft_is_named() -> None:
    body = describe(MAN, hook="order-select", selections=["order-1", "MedicationRequest/nowhere"])
    cards = list_cards(body)
    assert list_rules(cards) == START
    assert list_unchecked(cards) == ["MedicationRequest/nowhere"]
    assert "is none of the orders of this call (MedicationRequest/nowhere)" in cards[-1]["detail"]


def test_where_no_selection_matches_that_is_all_there_is_to_say() -> None:
    cards = list_cards(describe(WOMAN, hook="order-select", selections=["nowhere"]))
    assert (list_rules(cards), list_unchecked(cards)) == ([], ["nowhere"])


def test_while_there_is_no_dose_yet_nothing_is_said_of_it() -> None:
    bare = {"medicine": "lenalidomide", "mg": 25, "reason": "multiple-myeloma"}
    choosing = list_cards(describe(MAN, hook="order-select", order=bare))
    signing = list_cards(describe(MAN, order=bare))
    assert (list_rules(choosing), list_unchecked(choosing)) == (START, [])
    assert "dose" in list_unchecked(signing)


@pytest.mark.parametrize(("language", "said"), [("en", "recognised by its name alone"), ("nl", "alleen aan de naam herkend")])
def test_an_order_known_by_its_name_alone_says_so(language: str, said: str) -> None:
    named = {**MAN["order"], "named": "text", "text": "Revlimid 25 mg capsules"}
    cards = list_cards(describe(MAN, order=named), language=language)
    assert list_rules(cards) == START
    assert said in cards[0]["detail"]
