"""Whatever JSON stands where, reading never raises, and the order of entries never shows."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cds_hooks.chart.chart import Chart
from tests.unit.reading_desk import LOINC, UCUM, make_bundle, make_observation, make_order, make_resource, read

LENALIDOMIDE = {
    "coding": [{"system": "http://www.whocc.no/atc", "code": "L04AX04", "display": "lenalidomide 25 mg"}],
    "text": "x",
}
DOSAGE = {
    "sequence": 1,
    "text": "1x per dag",
    "asNeededBoolean": False,
    "timing": {
        "event": ["2025-05-01"],
        "code": {"text": "QD"},
        "repeat": {
            "frequency": 1,
            "period": 1,
            "periodUnit": "d",
            "count": 21,
            "dayOfWeek": ["mon"],
            "boundsPeriod": {"start": "2025-05-01", "end": "2025-05-21"},
            "boundsDuration": {"value": 21, "code": "d"},
        },
    },
    "route": {"text": "oral"},
    "maxDosePerPeriod": {"numerator": {"value": 50, "unit": "mg"}, "denominator": {"value": 1, "code": "d"}},
    "doseAndRate": [
        {"type": {"text": "ordered"}, "doseQuantity": {"value": 25, "unit": "mg", "code": "mg", "system": UCUM}},
        {"doseRange": {"low": {"value": 1, "unit": "mg"}, "high": {"value": 2, "unit": "mg"}}},
    ],
}
ORDER = make_order(
    medicationCodeableConcept=None,
    medicationReference={"reference": "#m", "display": "Revlimid 25 mg"},
    contained=[
        {
            "resourceType": "Medication",
            "id": "m",
            "code": LENALIDOMIDE,
            "ingredient": [
                {
                    "itemReference": {"reference": "#m"},
                    "strength": {"numerator": {"value": 25, "unit": "mg"}, "denominator": {"value": 1, "unit": "mL"}},
                }
            ],
        }
    ],
    dosageInstruction=[DOSAGE],
    dispenseRequest={
        "validityPeriod": {"start": "2025-05-01", "end": "2025-05-08"},
        "numberOfRepeatsAllowed": 1,
        "quantity": {"value": 21, "unit": "caps"},
        "expectedSupplyDuration": {"value": 21, "code": "d"},
    },
    reasonCode=[{"text": "myeloma"}],
    reasonReference=[{"reference": "Condition/1"}],
    priorPrescription={"reference": "MedicationRequest/0"},
    modifierExtension=[
        {
            "url": "http://nictiz.nl/fhir/StructureDefinition/ext-InstructionsForUse.RepeatPeriodCyclicalSchedule",
            "valueDuration": {"value": 28, "code": "d"},
        }
    ],
    extension=[
        {"url": "http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval.Period", "valuePeriod": {"start": "2025-05-01"}}
    ],
    note=[{"text": "n"}],
)
RECORD: dict[str, Any] = {
    "drafts": make_bundle(ORDER, {"resourceType": "Medication", "id": "x", "code": LENALIDOMIDE}),
    "patient": {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1980-02", "deceasedBoolean": False},
    "observations": make_bundle(
        make_observation(
            referenceRange=[{"low": {"value": 50, "unit": "umol/L"}, "high": {"value": 90}}],
            interpretation=[{"coding": [{"code": "N"}]}],
            component=[
                {"code": {"coding": [{"system": LOINC, "code": "2160-0"}]}, "valueQuantity": {"value": 1, "unit": "mg/dL"}}
            ],
            specimen={"reference": "Specimen/1"},
        ),
        make_observation(
            id="2", code={"coding": [{"system": LOINC, "code": "8665-2"}]}, valueQuantity=None, valueDateTime="2025-01-01"
        ),
        make_observation(
            id="3",
            code={"coding": [{"system": LOINC, "code": "2106-3"}]},
            valueQuantity=None,
            effectiveDateTime=None,
            effectivePeriod={"start": "2025-05-01", "end": "2025-05-02T10:00:00Z"},
            valueCodeableConcept={"text": "negative"},
        ),
    ),
    "medications": make_bundle({**ORDER, "id": "m1"}),
    "statements": make_bundle(
        make_resource(
            "MedicationStatement",
            status="active",
            medicationCodeableConcept=LENALIDOMIDE,
            effectivePeriod={"start": "2025-01-01", "end": "2025-12-31"},
            dateAsserted="2025-05-01",
            dosage=[DOSAGE],
        )
    ),
    "dispenses": make_bundle(
        make_resource(
            "MedicationDispense",
            status="completed",
            medicationCodeableConcept=LENALIDOMIDE,
            whenHandedOver="2025-05-01",
            quantity={"value": 21, "unit": "caps"},
            daysSupply={"value": 28, "code": "d"},
        )
    ),
    "administrations": make_bundle(
        make_resource(
            "MedicationAdministration",
            status="completed",
            medicationCodeableConcept=LENALIDOMIDE,
            effectiveDateTime="2025-05-01",
            dosage={"dose": {"value": 60, "unit": "mg"}, "route": {"text": "sc"}},
        )
    ),
    "conditions": make_bundle(
        make_resource(
            "Condition",
            code={"text": "myeloma"},
            clinicalStatus={"coding": [{"code": "active"}]},
            verificationStatus={"coding": [{"code": "confirmed"}]},
            onsetAge={"value": 40, "code": "a"},
            recordedDate="2025-05-01",
            severity={"text": "severe"},
            stage=[{"summary": {"text": "III"}}],
            evidence=[{"code": [{"text": "x"}], "detail": [{"reference": "Condition/1"}]}],
            asserter={"reference": "PractitionerRole/1", "display": "A"},
            extension=[
                {"url": "http://hl7.org/fhir/StructureDefinition/condition-dueTo", "valueReference": {"display": "lenalidomide"}}
            ],
            note=[{"text": "n"}],
        )
    ),
    "allergies": make_bundle(
        {
            "resourceType": "AllergyIntolerance",
            "id": "1",
            "patient": {"reference": "Patient/p1"},
            "type": "allergy",
            "code": {"text": "Revlimid"},
            "recordedDate": "2025-05-01",
            "reaction": [
                {"substance": {"text": "x"}, "manifestation": [{"text": "rash"}], "severity": "severe", "onset": "2025"}
            ],
        }
    ),
    "procedures": make_bundle(
        make_resource(
            "Procedure", status="completed", code={"text": "x"}, performedPeriod={"start": "2025-05-01", "end": "2025-05-02"}
        )
    ),
    "questionnaires": make_bundle(
        make_resource(
            "QuestionnaireResponse",
            status="completed",
            questionnaire="https://x/ppp|1",
            authored="2025-05-01",
            item=[{"linkId": "1", "text": "q", "answer": [{"valueCoding": {"code": "a"}, "item": [{"linkId": "2"}]}]}],
        )
    ),
    "consents": make_bundle(
        {
            "resourceType": "Consent",
            "id": "1",
            "patient": {"reference": "Patient/p1"},
            "status": "active",
            "scope": {"text": "s"},
            "category": [{"text": "c"}],
            "policy": [{"uri": "u"}],
            "dateTime": "2025-05-01",
        }
    ),
}

WRONG_DATES = ["2190-01-01", "0000", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2025-02-30", "2024-W01"]
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**400, max_value=10**401)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([1e300, -1e300, *WRONG_DATES]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "coding", "code", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def list_paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every node below the top."""
    for name, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield (*path, name)
        yield from list_paths(child, (*path, name))


#: The paths inside the values, not the top-level keys themselves (their states are tested with the deliveries).
PATHS = [path for path in list_paths(RECORD) if len(path) > 1]


def replace_at(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The record with another value at one place."""
    changed = copy.deepcopy(RECORD)
    node: Any = changed
    for name in path[:-1]:
        node = node[name]
    node[path[-1]] = value
    return changed


def ask_everything(chart: Chart) -> Chart:
    """Reads all that is read on demand."""
    for analyte in chart.measurements:
        assert isinstance(chart.measurements[analyte], tuple)
    assert chart.all_notes() is not None
    return chart


def test_the_record_of_this_test_is_read_in_full() -> None:
    chart = ask_everything(read(**RECORD))
    assert len(chart.medicines) == 4
    assert len(chart.measurements["creatinine"]) == 2
    assert all((chart.conditions, chart.allergies, chart.procedures, chart.documents, chart.drafts, chart.observations))


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(PATHS), ANY_JSON)
def test_any_json_in_place_of_any_member_never_raises(path: tuple[Any, ...], value: Any) -> None:
    ask_everything(read(**replace_at(path, value)))


def test_every_member_may_be_wrapped_unwrapped_or_missing() -> None:
    for path in PATHS:
        for value in (None, [], {}, "", 0, True, [[]], [None], [{}], 1e300, float("nan"), "2190-01-01"):
            ask_everything(read(**replace_at(path, value)))


@settings(max_examples=100, deadline=None)
@given(st.permutations(range(4)), st.booleans())
@example([3, 2, 1, 0], False)
def test_the_order_of_entries_never_shows(order: list[int], is_same_day: bool) -> None:
    days = ["2025-05-01"] * 4 if is_same_day else ["2025-05-01", "2025-05", "2025", "2025-05-01T00:00:00Z"]
    observations = [make_observation(id=f"o{i}", effectiveDateTime=days[i]) for i in range(4)]
    orders = [make_order(id=f"m{i}", authoredOn=days[i]) for i in range(4)]
    conditions = [make_resource("Condition", id=f"c{i}", onsetDateTime=days[i]) for i in range(4)]
    first, second = (
        read([orders[i] for i in o], observations=[observations[i] for i in o], medications=[orders[i] for i in o],
             conditions=[conditions[i] for i in o])
        for o in (range(4), order)
    )  # fmt: skip
    assert first.measurements["creatinine"] == second.measurements["creatinine"]
    assert (first.drafts, first.medicines, first.conditions) == (second.drafts, second.medicines, second.conditions)
    assert first.all_notes() == second.all_notes()
