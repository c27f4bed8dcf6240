"""The same record said otherwise gives the same cards: entries in another order, twice, or among what is beside the point."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clinical.build import build_request
from tests.clinical.expect import NOT_CHECKED, find_cards, read_advice
from tests.clinical.format import Situation
from tests.clinical.run import find_faults, run_case

Json = dict[str, Any]

NOW = datetime.fromisoformat("2026-03-02T10:00:00+01:00")
PATIENT = {"reference": "Patient/patient-1"}

days = st.sampled_from(["today", "1 day ago", "1 day ago", "8 days ago", "6 weeks ago", "2025-09-01", "2025-09", "2019"])
kinds = st.sampled_from(["request", "statement", "dispense", "administration"])
labs = st.builds(
    lambda name, value, day: {"is": name, "value": value, "date": day},
    st.sampled_from(["creatinine", "calcium-corrected", "calcium", "albumin", "egfr", "creatinine-clearance-measured"]),
    st.sampled_from([2, 2.1, 2.35, 38, 60, 80, 140, 300]),
    days,
)
medicines = st.builds(
    lambda name, kind, day, mg: {
        "is": name,
        "kind": kind,
        "date": day,
        "mg": mg if name in ("lenalidomide", "denosumab") else None,
    },
    st.sampled_from(["lenalidomide", "denosumab", "dexamethasone", "prednisone", "bortezomib", "combined-pill"]),
    kinds,
    days,
    st.sampled_from([5, 10, 60]),
)
conditions = st.sampled_from(
    [
        "multiple-myeloma",
        "follicular-lymphoma",
        "hypocalcaemia",
        "dialysis-dependence",
        "pregnant",
        "breastfeeding-mother",
        "lactose-intolerance",
    ]
)
orders = st.builds(
    lambda mg, reason, day: {
        "medicine": "lenalidomide",
        "mg": mg,
        "dose": mg,
        "schedule": "21/28",
        "quantity": 21,
        "reason": reason,
        "authored": day,
    },
    st.sampled_from([5, 10, 25]),
    st.sampled_from([[], "multiple-myeloma", "follicular-lymphoma"]),
    st.sampled_from(["now", "today", "1 day ago"]),
)
situations = st.builds(
    lambda sex, born, basket, **lists: {"patient": {"sex": sex, "born": born}, "orders": basket, **lists},
    st.sampled_from(["female", "male", "other", "absent"]),
    st.sampled_from(["1990-05-17", "1955", "2012-01-01", "absent"]),
    st.lists(orders, min_size=1, max_size=3),
    labs=st.lists(labs, max_size=5),
    medicines=st.lists(medicines, max_size=5),
    conditions=st.lists(conditions, max_size=4, unique=True),
    allergies=st.lists(st.sampled_from(["lenalidomide", "thalidomide", "denosumab"]), max_size=2, unique=True),
    procedures=st.lists(st.sampled_from(["hysterectomy", "haemodialysis"]), max_size=2, unique=True),
    pregnancy_tests=st.lists(
        st.builds(lambda result, day: {"result": result, "date": day}, st.sampled_from(["negative", "positive"]), days),
        max_size=3,
    ),
)

#: One resource under each key that no rule has anything to say to.
BESIDE_THE_POINT: Json = {
    "conditions": {
        "resourceType": "Condition",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "84757009"}], "text": "Epilepsy"},
        "onsetDateTime": "2020-01-01",
    },
    "allergies": {"resourceType": "AllergyIntolerance", "code": {"text": "Cat hair"}},
    "medications": {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "N02BE01"}]},
        "authoredOn": "2026-02-01",
    },
    "statements": {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": {"text": "Paracetamol 500 mg"},
        "effectiveDateTime": "2026-02-01",
    },
    "dispenses": {
        "resourceType": "MedicationDispense",
        "status": "completed",
        "medicationCodeableConcept": {"text": "Paracetamol 500 mg"},
        "whenHandedOver": "2026-02-01",
    },
    "administrations": {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medicationCodeableConcept": {"text": "Paracetamol 500 mg"},
        "effectiveDateTime": "2026-02-01",
    },
    "procedures": {"resourceType": "Procedure", "status": "completed", "code": {"text": "Appendectomy"}},
    "observations": {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2951-2"}], "text": "Sodium"},
        "effectiveDateTime": "2026-03-01",
        "valueQuantity": {"value": 140, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
    },
    "questionnaires": {"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": "http://x.example/phq9"},
    "consents": {"resourceType": "Consent", "status": "active", "scope": {"text": "research"}, "category": [{"text": "biobank"}]},
}  # fmt: skip


def write(facts: Json) -> Json:
    return build_request(Situation.model_validate({"now": NOW.isoformat(), **facts}))


def find_bundles(request: Json) -> Iterator[Json]:
    for bundle in (request["context"]["draftOrders"], *request["prefetch"].values()):
        if bundle.get("entry"):
            yield bundle


def shuffle(request: Json, seed: int) -> Json:
    changed, dice = copy.deepcopy(request), random.Random(seed)
    for bundle in find_bundles(changed):
        dice.shuffle(bundle["entry"])
    return changed


def double(request: Json) -> Json:
    """Every entry twice."""
    changed = copy.deepcopy(request)
    for bundle in find_bundles(changed):
        bundle["entry"] += copy.deepcopy(bundle["entry"])
        if "total" in bundle:
            bundle["total"] *= 2
    return changed


def add_what_is_beside_the_point(request: Json) -> Json:
    changed = copy.deepcopy(request)
    for key, resource in BESIDE_THE_POINT.items():
        owner = {"patient" if key in ("allergies", "consents") else "subject": PATIENT}
        bundle = changed["prefetch"][key]
        bundle["entry"] = [{"resource": {"id": f"beside-{key}", **owner, **resource}}, *bundle.get("entry", ())]
        bundle["total"] = len(bundle["entry"])
    draft = {**BESIDE_THE_POINT["medications"], "id": "beside-draft", "status": "draft", "subject": PATIENT}
    changed["context"]["draftOrders"]["entry"].append({"resource": draft})
    return changed


def answer(request: Json) -> Any:
    """The response without its uuids, which are new each time."""
    response, _ = run_case(request, now=NOW)
    assert find_faults(response) == []
    return leave_out_uuids(response)


def leave_out_uuids(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: leave_out_uuids(inner) for name, inner in value.items() if name != "uuid"}
    return [leave_out_uuids(inner) for inner in value] if isinstance(value, list) else value


@settings(max_examples=120, deadline=None)
@given(situations, st.integers(0, 10_000))
def test_the_order_of_entries_never_changes_the_cards(facts: Json, seed: int) -> None:
    request = write(facts)
    assert answer(shuffle(request, seed)) == answer(request)


@settings(max_examples=80, deadline=None)
@given(situations)
def test_every_resource_twice_is_every_resource_once(facts: Json) -> None:
    request = write(facts)
    assert answer(double(request)) == answer(request)


@settings(max_examples=80, deadline=None)
@given(situations)
def test_what_is_beside_the_point_changes_nothing(facts: Json) -> None:
    request = write(facts)
    assert answer(add_what_is_beside_the_point(request)) == answer(request)


UNREADABLE = {"dosageInstruction": [{"timing": {"repeat": {"frequency": "often"}}, "doseAndRate": [{"doseQuantity": "x"}]}]}


def test_a_dosage_that_cannot_be_read_is_named_only_where_a_rule_looks_at_the_medicine() -> None:
    orders = {key: {"resourceType": "MedicationRequest", "status": "active", "subject": PATIENT, **UNREADABLE} for key in "ab"}
    orders["a"]["medicationCodeableConcept"] = {"text": "Paracetamol 500 mg"}
    orders["b"]["medicationCodeableConcept"] = {"text": "Lenalidomide 10 mg"}
    named = [read_named(write({**SPOKEN_FOR, "raw": {"medications": [{"id": key, **orders[key]}]}})) for key in "ab"]
    assert "MedicationRequest/a" not in named[0]
    assert "MedicationRequest/b" in named[1]


def read_named(request: Json) -> list[str]:
    """What the not-checked card names."""
    cards = run_case(request, now=NOW)[0]["cards"]
    return [name for card in find_cards(cards, NOT_CHECKED) for name in read_advice(card)["missing"]]


#: An order of the record that goes on beside the draft: together they are 20 mg.
PRIOR: Json = {
    "is": "lenalidomide",
    "id": "prior",
    "mg": 10,
    "dose": 10,
    "schedule": "daily",
    "date": "2026-02-01",
    "quantity": 90,
}
SPOKEN_FOR: Json = {
    "patient": {"sex": "male", "born": "1965-06-30"},
    "order": {"medicine": "lenalidomide", "mg": 10, "dose": 10, "schedule": "daily", "quantity": 28, "reason": "mds"},
    "labs": [{"is": "creatinine-clearance-measured", "value": 45}],
}


def tell_dose(request: Json) -> list[tuple[str, str, list[str], list[str]]]:
    """Each card's level, summary and rules, and the dose that it rests on."""
    told = []
    for card in run_case(request, now=NOW)[0]["cards"]:
        advice = read_advice(card)
        doses = [fact["value"] for fact in advice.get("evidence", ()) if "dose" in fact["what"]]
        told.append((card["indicator"], card["summary"], advice["rules"], doses))
    return told


@pytest.mark.parametrize("kind", ["statement", "dispense"])
def test_the_same_medicine_in_another_kind_of_resource_is_not_taken_twice(kind: str) -> None:
    once = write({**SPOKEN_FOR, "medicines": [PRIOR]})
    again = {**PRIOR, "id": "again", "kind": kind, "based_on": "MedicationRequest/prior"}
    twice = write({**SPOKEN_FOR, "medicines": [PRIOR, again]})
    assert tell_dose(twice) == tell_dose(once)
    assert ["20"] in [doses for _, _, _, doses in tell_dose(once)]


def test_a_partner_in_four_kinds_of_resources_is_told_by_one_rule_once() -> None:
    woman: Json = {**SPOKEN_FOR, "patient": {"sex": "female", "born": "1990-05-17"}}
    kinds = ["request", "statement", "dispense", "administration"]
    partners = [{"is": "combined-pill", "kind": kind, "date": "2026-02-01", "id": f"pill-{kind}"} for kind in kinds]
    once, often = (tell_dose(write({**woman, "medicines": held})) for held in (partners[:1], partners))
    assert [card[2] for card in often] == [card[2] for card in once]


def test_a_draft_takes_the_place_of_the_order_of_its_own_id() -> None:
    request = write({**SPOKEN_FOR, "medicines": [{**PRIOR, "id": "order-1"}]})
    assert ["20"] not in [doses for _, _, _, doses in tell_dose(request)]
