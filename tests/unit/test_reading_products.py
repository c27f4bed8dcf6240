"""The medicine behind a reference (Epic's shapes among them), and the strength of its ingredients."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cds_hooks.chart.inputs import InputState
from cds_hooks.errors import FhirError
from tests.unit.reading_desk import UCUM, list_notes, make_context, make_order, read, read_draft_order

LENALIDOMIDE = {"coding": [{"system": "http://www.whocc.no/atc", "code": "L04AX04"}], "text": "Lenalidomide"}


def make_referring(reference: str, **members: Any) -> dict[str, Any]:
    return make_order(medicationCodeableConcept=None, medicationReference={"reference": reference, **members})


MEDICATION = {"resourceType": "Medication", "id": "eLong.id-" + "x" * 80, "code": LENALIDOMIDE}


def test_epics_medication_in_a_further_entry_without_full_url_is_found() -> None:
    order = make_referring(f"Medication/{MEDICATION['id']}", display="lenalidomide (REVLIMID) 25 mg capsule")
    (draft,) = read([order, MEDICATION]).drafts
    assert (draft.product.concept.codings[0].code, draft.product.strength_mg) == ("L04AX04", 25)
    assert draft.product.unresolved == ""


def test_a_medication_by_urn_absolute_url_and_contained_is_found() -> None:
    bundle = {"entry": [{"resource": make_referring("urn:uuid:7")}, {"fullUrl": "urn:uuid:7", "resource": MEDICATION}]}
    assert read(bundle).drafts[0].product.concept.text == "Lenalidomide"
    absolute = make_referring(f"https://ehr.example/fhir/Medication/{MEDICATION['id']}/_history/2")
    assert read([absolute, MEDICATION]).drafts[0].product.concept.text == "Lenalidomide"
    contained = {**make_referring("#m"), "contained": [{**MEDICATION, "id": "m"}]}
    assert read([contained]).drafts[0].product.concept.text == "Lenalidomide"


def test_a_medication_delivered_with_the_record_is_found() -> None:
    reference = f"Medication/{MEDICATION['id']}"
    chart = read([make_referring(reference)], medications=[make_referring(reference), MEDICATION])
    assert chart.drafts[0].product.concept == chart.medicines[0].product.concept != read_draft_order().product.concept


def test_a_medication_is_fetched_once_and_last() -> None:
    asked: list[str] = []

    def fetch(reference: str) -> dict[str, Any]:
        asked.append(reference)
        return {**MEDICATION, "id": "9"}

    orders = [make_referring("Medication/9"), {**make_referring("Medication/9"), "id": "2"}]
    drafts = read(orders, context=make_context(fetch_reference=fetch)).drafts
    assert [draft.product.concept.text for draft in drafts] == ["Lenalidomide"] * 2
    assert asked == ["Medication/9"]


def fail(reference: str) -> dict[str, Any]:
    raise FhirError("no answer")


@pytest.mark.parametrize("fetch", [None, fail, lambda _: None, lambda _: {"resourceType": "Patient"}, lambda _: []])
def test_a_reference_that_leads_nowhere_is_said_and_its_display_is_kept(fetch: Any) -> None:
    chart = read([make_referring("Medication/9", display="Revlimid 10 mg")], context=make_context(fetch_reference=fetch))
    product = chart.drafts[0].product
    assert (product.unresolved, product.concept.text, product.strength_mg) == ("Medication/9", "Revlimid 10 mg", 10)
    assert ("draftOrders", "unresolved", "medication") in list_notes(chart)


def test_a_display_without_a_reference_is_a_name() -> None:
    draft = read_draft_order(medicationCodeableConcept=None, medicationReference={"display": "Prolia"})
    assert (draft.product.concept.text, draft.product.unresolved) == ("Prolia", "")


def test_medications_that_contain_each_other_do_not_hang() -> None:
    first = {"resourceType": "Medication", "id": "a", "ingredient": [{"itemReference": {"reference": "Medication/b"}}]}
    second = {**first, "id": "b", "code": LENALIDOMIDE, "ingredient": [{"itemReference": {"reference": "Medication/a"}}]}
    (draft,) = read([make_referring("Medication/a"), first, second]).drafts
    assert "Lenalidomide" in [concept.text for concept in draft.product.ingredients]


def make_ingredient(numerator: object, denominator: object, **members: Any) -> dict[str, Any]:
    strength = {"numerator": numerator, "denominator": denominator}
    return {"itemCodeableConcept": {"text": "x"}, "strength": strength, **members}


@pytest.mark.parametrize(
    ("numerator", "denominator", "per_piece", "per_ml"),
    [
        ({"value": 25, "code": "mg", "system": UCUM}, {"value": 1, "code": "{capsule}", "system": UCUM}, "25", None),
        ({"value": 25, "unit": "mg"}, {"value": 1, "unit": "stuk", "code": "245"}, "25", None),
        ({"value": 60, "code": "mg"}, {"value": 1, "code": "mL"}, None, "60"),
        ({"value": 500, "code": "ug"}, {"value": 2, "unit": "tablet"}, "0.25", None),
        ({"value": 15, "unit": "MG/5ML"}, {"value": 15, "unit": "MG/5ML"}, None, None),
        ({"value": -25, "unit": "mg"}, {"value": 1, "unit": "capsule"}, None, None),
        ({"value": 25, "unit": "mg"}, {"value": 0, "unit": "capsule"}, None, None),
        ("25 mg", "1", None, None),
    ],
)
def test_the_strength_of_an_ingredient(numerator: object, denominator: object, per_piece: str | None, per_ml: str | None) -> None:
    medication = {**MEDICATION, "id": "9", "ingredient": [make_ingredient(numerator, denominator)]}
    product = read([make_referring("Medication/9"), medication]).drafts[0].product
    assert product.strength_mg == (Decimal(per_piece) if per_piece else None)
    assert product.mg_per_ml == (Decimal(per_ml) if per_ml else None)


def test_an_inactive_ingredient_has_no_say_and_two_strengths_are_none() -> None:
    active = make_ingredient({"value": 25, "unit": "mg"}, {"value": 1, "unit": "capsule"})
    lactose = make_ingredient({"value": 200, "unit": "mg"}, {"value": 1, "unit": "capsule"}, isActive=False)
    one = {**MEDICATION, "id": "9", "ingredient": [active, lactose]}
    assert read([make_referring("Medication/9"), one]).drafts[0].product.strength_mg == 25
    two = {**one, "ingredient": [active, {**lactose, "isActive": True}]}
    product = read([make_referring("Medication/9"), two]).drafts[0].product
    assert (product.strength_mg, product.strengths_mg) == (None, (Decimal(25), Decimal(200)))


def test_an_unknown_medicine_in_the_record_leaves_its_input_not_whole() -> None:
    unknown, named = make_referring("Medication/9"), make_referring("Medication/9", display="metoprolol")
    assert read(medications=[unknown]).state("medications") is InputState.PARTIAL
    assert read(medications=[named]).state("medications") is InputState.COMPLETE
