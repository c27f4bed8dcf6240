"""What is kept in mind between calls is the same for all patients, and reads as if it were read anew."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cds_hooks.fhir.reading.recall import recall
from cds_hooks.knowledge.vocabulary import Vocabulary
from tests.unit.reading_desk import VOCABULARY, make_context, make_order, read

CODED = {"coding": [{"system": "http://www.whocc.no/atc", "code": "L04AX04"}], "text": "Lenalidomide 10 mg"}


def count_letters(vocabulary: Vocabulary, value: Any) -> list[int]:
    return [len(vocabulary.systems), len(str(value))]


def make_vocabulary() -> Vocabulary:
    return Vocabulary({}, {}, {}, {}, {}, ())


def test_the_same_json_is_read_once() -> None:
    vocabulary = make_vocabulary()
    first = recall(count_letters, vocabulary, {"text": "one"})
    assert first == [0, 15]
    assert recall(count_letters, vocabulary, {"text": "one"}) is first
    assert recall(count_letters, vocabulary, {"text": "other"}) is not first


def test_only_so_much_is_kept() -> None:
    vocabulary = make_vocabulary()
    for number in range(5_000):
        recall(count_letters, vocabulary, {"text": f"product {number}"})
        assert len(vocabulary.remembered[count_letters]) <= 2_048
    assert recall(count_letters, vocabulary, {"text": "product 1"}) == [0, len("{'text': 'product 1'}")]


def test_each_vocabulary_has_a_memory_of_its_own() -> None:
    assert recall(count_letters, make_vocabulary(), "x") == [0, 1]
    assert recall(count_letters, VOCABULARY, "x") == [len(VOCABULARY.systems), 1]


@pytest.mark.parametrize("member", ["id", "extension", "reference", "identifier", "boundsPeriod", "event", "patientInstruction"])
def test_nothing_of_one_patient_is_kept(member: str) -> None:
    assert recall(count_letters, make_vocabulary(), {"text": "one", "inner": [{member: "x"}]}) is None


@pytest.mark.parametrize("value", ["x" * 1001, Decimal(1), {1: 2}])
def test_what_is_long_or_no_json_is_not_kept(value: object) -> None:
    vocabulary = make_vocabulary()
    assert recall(count_letters, vocabulary, value) is None
    assert not vocabulary.remembered


@pytest.mark.parametrize("concept", [CODED, {"text": "lenalidomide 25 mg"}, "lenalidomide 25 mg", [CODED], {"coding": [{}]}, {}])
def test_a_product_that_is_recalled_is_that_which_is_read(concept: Any) -> None:
    recalled, anew = (
        read([], medications=[make_order(medicationCodeableConcept=one)])
        for one in (concept, {**concept, "id": "1"} if isinstance(concept, dict) else concept)
    )
    assert recalled.medicines == anew.medicines
    assert recalled.notes == anew.notes
    (entry,), (other,) = recalled.medicines, anew.medicines
    assert (entry.product.strength_mg, entry.product.strengths_mg) == (other.product.strength_mg, other.product.strengths_mg)


def test_entries_of_one_product_share_it_and_nothing_else() -> None:
    orders = [make_order(id=str(n), medicationCodeableConcept=CODED, authoredOn=f"2025-0{n}-01") for n in (1, 2)]
    newer, older = read([], medications=orders, context=make_context(vocabulary=make_vocabulary())).medicines
    assert newer.product is older.product
    assert (newer.reference, older.reference) == ("MedicationRequest/2", "MedicationRequest/1")
    assert newer.worked_out is not older.worked_out


MEDICATION = {"resourceType": "Medication", "id": "m"}
TEN_MG = {"numerator": {"value": 10, "unit": "mg"}, "denominator": {"value": 1, "unit": "capsule"}}


@pytest.mark.parametrize(
    "members",
    [
        {"code": CODED},
        {"code": {"text": "Revlimid"}, "ingredient": [{"itemCodeableConcept": {"text": "lenalidomide"}, "strength": TEN_MG}]},
        {"ingredient": [{"itemReference": {"reference": "#other"}}]},
        {},
    ],
)
@pytest.mark.parametrize("display", ["lenalidomide 10 mg", None])
def test_a_medication_that_is_recalled_is_that_which_is_read(members: dict[str, Any], display: str | None) -> None:
    reference = {"reference": "#m", **({"display": display} if display else {})}
    order = make_order(medicationCodeableConcept=None, medicationReference=reference)
    ingredient = [{**one, "id": "1"} for one in members.get("ingredient", [{}])]
    recalled, anew = (
        read([], medications=[{**order, "contained": [{**MEDICATION, **one}]}])
        for one in (members, {**members, "ingredient": ingredient, "code": {**members.get("code", {}), "id": "1"}})
    )
    assert recalled.medicines == anew.medicines
    assert recalled.notes == anew.notes
    (entry,), (other,) = recalled.medicines, anew.medicines
    assert (entry.product.ingredients, entry.product.strengths_mg) == (other.product.ingredients, other.product.strengths_mg)


def test_a_concept_goes_before_a_reference_however_it_is_read() -> None:
    concept = {"text": "lenalidomide", "id": "1"}
    order = make_order(medicationCodeableConcept=concept, medicationReference={"reference": "#m"})
    (entry,) = read([], medications=[{**order, "contained": [{**MEDICATION, "code": CODED}]}]).medicines
    assert entry.product.concept.shown() == "lenalidomide"
