"""Orders rewritten to another dose: what changes, what stays, what is put right, and when none is written."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from cds_hooks.clinical.dosage import Pattern
from tests.unit.writing_setup import (
    ATC,
    DAILY,
    EVERY_OTHER_DAY,
    make_line,
    make_raw,
    quantity,
    read_line,
    rewrite,
    rewrite_soundly,
)

TEXT_CYCLE = "dag 1-21 van 28"


# The product


@pytest.mark.parametrize(("language", "text"), [("en", "Lenalidomide 7.5 mg capsule"), ("nl", "Lenalidomide 7,5 mg capsule")])
def test_the_medicine_becomes_its_atc_code_and_the_name_of_the_new_strength(language: str, text: str) -> None:
    resource = rewrite_soundly(make_raw(), "7.5", language=language)
    assert resource["medicationCodeableConcept"] == {
        "coding": [{"system": ATC, "code": "L04AX04", "display": "lenalidomide"}],
        "text": text,
    }


def test_a_referenced_medicine_is_replaced_and_its_contained_resource_removed() -> None:
    old = {"resourceType": "Medication", "id": "m1", "code": {"text": "Lenalidomide 25 mg capsule"}}
    raw = make_raw(medicationCodeableConcept=..., medicationReference={"reference": "#m1"}, contained=[old])
    resource = rewrite_soundly(raw)
    assert "medicationReference" not in resource
    assert "contained" not in resource


def test_other_contained_resources_stay() -> None:
    doctor = {"resourceType": "Practitioner", "id": "d1"}
    resource = rewrite_soundly(make_raw(contained=[doctor], requester={"reference": "#d1"}))
    assert resource["contained"] == [doctor]


def test_no_order_is_written_whose_capsules_do_not_make_the_dose() -> None:
    assert rewrite(make_raw(), "10", strength_mg="25") is None


def test_two_capsules_make_a_dose() -> None:
    resource = rewrite_soundly(make_raw(), "20", strength_mg="10", capsules=2)
    assert read_line(resource)["doseAndRate"] == [{"doseQuantity": quantity(2, "{capsule}") | {"unit": "capsule"}}]
    assert read_line(resource)["text"] == "2 capsules of 10 mg once a day"


# The days


def test_the_days_of_the_order_stay() -> None:
    resource = rewrite_soundly(make_raw())
    assert read_line(resource)["timing"] == {"repeat": {**DAILY, "boundsDuration": quantity(21, "d")}}


def test_every_other_day_keeps_the_bounds() -> None:
    line = read_line(rewrite_soundly(make_raw(), "15", pattern=EVERY_OTHER_DAY))
    assert line["timing"]["repeat"] == {**DAILY, "period": 2, "boundsDuration": quantity(21, "d")}
    assert line["text"] == "1 capsule of 15 mg every other day"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "1 capsule of 10 mg once a day, days 1-21 of 28"),
        ("nl", "1 capsule van 10 mg eenmaal per dag, dag 1-21 van 28"),
    ],
)
def test_a_pause_that_only_the_text_named_is_in_the_new_text(language: str, text: str) -> None:
    resource = rewrite_soundly(make_raw(make_line(text=TEXT_CYCLE)), language=language)
    assert read_line(resource)["text"] == text


def test_twice_a_day_becomes_once_a_day() -> None:
    raw = make_raw(make_line({"frequency": 2, "count": 42, "when": ["MORN", "EVE"]}))
    repeat = read_line(rewrite_soundly(raw))["timing"]["repeat"]
    assert repeat == {**DAILY, "count": 21, "when": ["MORN"]}


def test_a_timing_code_for_twice_a_day_goes() -> None:
    raw = make_raw(make_line(timing={"code": {"coding": [{"code": "BID"}], "text": "2dd"}}))
    assert read_line(rewrite_soundly(raw))["timing"] == {"repeat": DAILY}


def test_morning_and_evening_lines_collapse_into_one() -> None:
    raw = make_raw(*(make_line({"when": [moment]}) for moment in ("MORN", "EVE")))
    assert read_line(rewrite_soundly(raw))["timing"]["repeat"] == {**DAILY, "when": ["MORN"]}


def test_lines_in_sequence_collapse_into_one_as_long_as_all() -> None:
    raw = make_raw(*(make_line({"boundsDuration": quantity(7, "d")}, sequence=n) for n in (1, 2, 3)))
    repeat = read_line(rewrite_soundly(raw, "15", pattern=EVERY_OTHER_DAY))["timing"]["repeat"]
    assert repeat == {**DAILY, "period": 2, "boundsDuration": quantity(21, "d")}


def test_a_pause_line_is_said_in_the_text() -> None:
    rest = {"sequence": 2, "text": "7 days rest", "timing": {"repeat": {"boundsDuration": quantity(7, "d")}}}
    raw = make_raw(make_line({"boundsDuration": quantity(21, "d")}, sequence=1), rest)
    assert read_line(rewrite_soundly(raw))["text"] == "1 capsule of 10 mg once a day, days 1-21 of 28"


def test_a_denser_pattern_never_adds_days_of_intake() -> None:
    raw = make_raw(make_line({"period": 2}))
    line = read_line(rewrite_soundly(raw, "2.5", pattern=Pattern(Decimal(1), Decimal(1))))
    assert line["timing"]["repeat"]["period"] == 2


def test_a_pause_is_put_into_an_order_without_one() -> None:
    raw = make_raw(make_line({"boundsPeriod": {"start": "2026-03-01", "end": "2026-03-28"}}))
    line = read_line(rewrite_soundly(raw, "5", pattern=Pattern(Decimal(21), Decimal(28))))
    assert line["timing"]["repeat"]["boundsPeriod"] == {"start": "2026-03-01", "end": "2026-03-21"}
    assert line["text"] == "1 capsule of 5 mg once a day, days 1-21 of 28"


def test_one_dose_remains_of_several_descriptions_of_it() -> None:
    doses = [{"doseQuantity": quantity(25, "mg")}, {"doseQuantity": quantity(1, "{capsule}")}]
    line = read_line(rewrite_soundly(make_raw(make_line(doseAndRate=doses))))
    assert line["doseAndRate"] == [{"doseQuantity": {**quantity(1, "{capsule}"), "unit": "capsule"}}]


# The quantity


def test_the_quantity_is_for_the_same_days_of_intake() -> None:
    supply = {"quantity": quantity(42, "{capsule}"), "expectedSupplyDuration": quantity(28, "d")}
    raw = make_raw(make_line({"frequency": 2}, text=TEXT_CYCLE), dispenseRequest=supply)
    written = rewrite_soundly(raw)["dispenseRequest"]
    assert written["quantity"]["value"] == 21
    assert written["expectedSupplyDuration"] == quantity(28, "d")


def test_every_other_day_of_twenty_one_needs_eleven_capsules() -> None:
    raw = make_raw(make_line(text=TEXT_CYCLE), dispenseRequest={"quantity": quantity(21, "{capsule}")})
    written = rewrite_soundly(raw, "15", pattern=EVERY_OTHER_DAY)
    assert written["dispenseRequest"]["quantity"]["value"] == 11


def test_a_quantity_in_boxes_is_left_out_and_said() -> None:
    written = rewrite(make_raw(dispenseRequest={"quantity": {"value": 1, "unit": "box"}, "numberOfRepeatsAllowed": 1}))
    assert written is not None
    assert written.resource["dispenseRequest"] == {"numberOfRepeatsAllowed": 1}
    assert written.remarks == ("suggestion.quantity-left-out",)


def test_no_quantity_is_invented() -> None:
    assert "dispenseRequest" not in rewrite_soundly(make_raw())


# What stays, what goes


def test_everything_that_the_advice_does_not_change_stays() -> None:
    kept: dict[str, Any] = {
        "identifier": [{"system": "urn:x", "value": "1"}],
        "extension": [{"url": "https://example.org/own", "valueString": "kept"}],
        "_priority": {"extension": [{"url": "https://example.org/why", "valueCode": "x"}]},
        "reasonCode": [{"text": "myeloma"}],
        "authoredOn": "2026-03-01",
        "substitution": {"allowedBoolean": False},
    }
    resource = rewrite_soundly(make_raw(**kept))
    assert {key: resource[key] for key in kept} == kept
    assert resource["id"] == "order-1"


def test_the_order_as_sent_is_not_touched() -> None:
    raw = make_raw(category={"text": "community"})
    before = copy.deepcopy(raw)
    rewrite_soundly(raw)
    assert raw == before


def test_texts_that_would_contradict_the_new_dose_go() -> None:
    rendered = {"url": "http://nictiz.nl/fhir/StructureDefinition/ext-RenderedDosageInstruction", "valueString": "25 mg"}
    line = make_line(patientInstruction="25 mg", additionalInstruction=[{"text": "2 at once"}, {"text": "with water"}])
    div = '<div xmlns="http://www.w3.org/1999/xhtml">25 mg</div>'
    resource = rewrite_soundly(make_raw(line, extension=[rendered], text={"status": "generated", "div": div}))
    assert "text" not in resource
    assert "extension" not in resource
    assert "patientInstruction" not in read_line(resource)
    assert read_line(resource)["additionalInstruction"] == [{"text": "with water"}]


@pytest.mark.parametrize(
    "stated",
    [
        {"valueString": "25 mg = 1 cap, Oral, Daily"},
        {"valueQuantity": quantity(25, "mg")},
        {"extension": [{"url": "dose", "valueDecimal": 25}]},
        {"valueCodeableConcept": {"text": "25 mg once daily"}},
    ],
)
def test_an_extension_of_the_line_that_may_repeat_the_old_dose_goes(stated: dict[str, Any]) -> None:
    line = make_line(extension=[{"url": "https://example.org/2024/clinical-instruction", **stated}])
    assert "extension" not in read_line(rewrite_soundly(make_raw(line)))


@pytest.mark.parametrize("stated", [{"valueCode": "po-1"}, {"valueBoolean": True}, {"valueString": "with water"}])
def test_an_extension_of_the_line_without_any_number_stays(stated: dict[str, Any]) -> None:
    extension = [{"url": "https://example.org/2024/own", **stated}]
    assert read_line(rewrite_soundly(make_raw(make_line(extension=extension))))["extension"] == extension


def test_a_note_that_names_a_dose_stays_and_is_told() -> None:
    written = rewrite(make_raw(note=[{"text": "25 mg as agreed"}]))
    assert written is not None
    assert written.resource["note"] == [{"text": "25 mg as agreed"}]
    assert written.remarks == ("suggestion.note-names-dose",)


# Repairs


@pytest.mark.parametrize(
    ("sent", "member", "written"),
    [
        ({"category": {"text": "community"}}, "category", [{"text": "community"}]),
        ({"intent": ...}, "intent", "order"),
        ({"status": ...}, "status", "draft"),
        ({"subject": ...}, "subject", {"reference": "Patient/p1"}),
        ({"reasonCode": []}, "reasonCode", None),
    ],
)
def test_what_r4_forbids_is_put_right_and_told(sent: dict[str, Any], member: str, written: object) -> None:
    action = rewrite(make_raw(**sent))
    assert action is not None
    assert action.resource.get(member) == written
    assert action.repairs == (member,)


@pytest.mark.parametrize(
    "sent",
    [
        {"status": "zzz"},
        {"intent": "wish"},
        {"notInR4": 1},
        {"requester": {"reference": "somebody"}},
        {"authoredOn": "1-3-2026"},
        {"dispenseRequest": "much"},
        {"id": ...},
        {"dosageInstruction": "1 capsule"},
        {"dosageInstruction": [make_line(modifierExtension=[{"url": "urn:x", "valueBoolean": True}])]},
        {"dosageInstruction": [{"text": "1 capsule per dag"}]},
    ],
)
def test_an_order_that_cannot_be_made_valid_gets_no_suggestion(sent: dict[str, Any]) -> None:
    assert rewrite(make_raw(**sent)) is None
