"""The Dutch medication process (MP9), as the profiles of Nictiz-R4-MedicationProcess write it. Today is 1 June 2025."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cds_hooks.chart.chart import Chart
from cds_hooks.chart.medicines import is_active
from cds_hooks.chart.records import EntryKind, MedicineEntry
from tests.unit.reading_desk import list_notes, make_order, make_resource, read

NICTIZ = "http://nictiz.nl/fhir/StructureDefinition/ext-"
SNOMED = "http://snomed.info/sct"
TODAY = date(2025, 6, 1)
LINE = {"text": "1 maal per dag 1 stuk", "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}
FOR_A_TIME, FOR_GOOD, NEVER_BEGUN = "385655000", "410546004", "89925002"


def category(code: str) -> dict[str, Any]:
    return {"coding": [{"system": SNOMED, "code": code}]}


def extend(name: str, **value: Any) -> dict[str, Any]:
    return {"url": NICTIZ + name, **value}


def treatment(value: str = "MBH1") -> dict[str, Any]:
    identifier = {"system": "urn:oid:2.16.840.1.113883.2.4.3.11.999.77.1.1", "value": value}
    return extend("PharmaceuticalTreatment.Identifier", valueIdentifier=identifier)


def period(start: str | None = None, end: str | None = None) -> dict[str, Any]:
    given = {"start": start, "end": end}
    return extend("TimeInterval.Period", valuePeriod={name: day for name, day in given.items() if day})


def make_agreement(id: str = "ma1", *extensions: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A medication agreement of the treatment MBH1, made on 1 May."""
    given = {
        "authoredOn": "2025-05-01T09:00:00+02:00",
        "category": [category("33633005")],
        "extension": [treatment(), *extensions],
        "dosageInstruction": [LINE],
        **members,
    }
    return make_order(id=id, **given)


def make_stop(how: str, *extensions: dict[str, Any], **members: Any) -> dict[str, Any]:
    stop_type = extend("StopType", valueCodeableConcept=category(how))
    given = {"authoredOn": "2025-05-20T09:00:00+02:00", "modifierExtension": [stop_type], **members}
    return make_agreement("stop", *extensions, **given)


def make_dispense_request(**members: Any) -> dict[str, Any]:
    supply = {"quantity": {"value": 21, "unit": "stuk"}, "expectedSupplyDuration": {"value": 28, "code": "d"}}
    given = {"category": [category("52711000146108")], "extension": [treatment()], "dispenseRequest": supply, **members}
    return make_order(id="vv1", **given)


def make_pharmacists_agreement(*extensions: dict[str, Any], **members: Any) -> dict[str, Any]:
    made = extend("AdministrationAgreement.AdministrationAgreementDateTime", valueDateTime="2025-05-02")
    given = {
        "status": "unknown",
        "category": category("422037009"),
        "medicationCodeableConcept": {"text": "lenalidomide"},
        "extension": [treatment(), made, *extensions],
        "dosageInstruction": [LINE],
        **members,
    }
    return make_resource("MedicationDispense", **given) | {"id": "ta1"}


def find(chart: Chart, id: str) -> MedicineEntry:
    (entry,) = (entry for entry in chart.medicines if entry.reference.endswith(f"/{id}"))
    return entry


def list_ids(chart: Chart) -> list[str]:
    return [entry.reference.rpartition("/")[2] for entry in chart.medicines]


# The agreement


def test_an_agreement_is_an_order_for_its_period_of_use() -> None:
    entry = find(read(medications=[make_agreement("ma1", period("2025-05-01", "2025-05-31"))]), "ma1")
    assert (entry.kind, is_active(entry, date(2025, 5, 31)), is_active(entry, TODAY)) == (EntryKind.REQUEST, True, False)


def test_of_an_agreement_with_an_unknown_status_the_period_of_use_decides() -> None:
    chart = read(medications=[make_agreement("ma1", period("2025-05-01"), status="unknown")])
    assert is_active(find(chart, "ma1"), TODAY)


def test_why_an_agreement_was_changed_is_no_reason_for_the_medicine() -> None:
    problem = {"reference": "Condition/1", "display": "multipel myeloom"}
    changed = make_agreement("ma1", reasonCode=[{"text": "bijwerking"}])
    reasoned = make_agreement("ma2", reasonCode=[{"text": "bijwerking"}], reasonReference=[problem])
    chart = read(medications=[changed, reasoned])
    assert (find(chart, "ma1").reasons, find(chart, "ma1").reasons_stated) == ((), False)
    assert [reason.text for reason in find(chart, "ma2").reasons] == ["multipel myeloom"]


def test_the_same_medicine_elsewhere_keeps_its_reason_by_code() -> None:
    chart = read(medications=[make_order(category=[category("1")], reasonCode=[{"text": "myeloma"}])])
    assert [reason.text for reason in chart.medicines[0].reasons] == ["myeloma"]


# A stop


@pytest.mark.parametrize(("how", "status"), [(FOR_GOOD, "stopped"), (FOR_A_TIME, "on-hold"), ("113371000146109", "stopped")])
def test_a_stop_whose_end_has_come_ends_the_agreement_that_it_names(how: str, status: str) -> None:
    stop = make_stop(how, period("2025-05-01", "2025-05-20"), priorPrescription={"reference": "MedicationRequest/ma1"})
    chart = read(medications=[make_agreement(), stop])
    assert list_ids(chart) == ["ma1"]
    entry = find(chart, "ma1")
    assert (entry.status, entry.end and entry.end.last, is_active(entry, TODAY)) == (status, date(2025, 5, 20), False)


def test_a_stop_with_an_end_ahead_lets_the_medicine_be_used_until_then() -> None:
    stop = make_stop(FOR_GOOD, period("2025-05-01", "2025-06-03"), priorPrescription={"reference": "MedicationRequest/ma1"})
    entry = find(read(medications=[make_agreement(), stop]), "ma1")
    assert (is_active(entry, TODAY), is_active(entry, date(2025, 6, 4))) == (True, False)


def test_a_stop_without_an_end_stops_when_it_was_made() -> None:
    entry = find(read(medications=[make_agreement(), make_stop(FOR_GOOD)]), "ma1")
    assert (entry.status, entry.end and entry.end.last) == ("stopped", date(2025, 5, 20))


def test_a_stop_that_names_nothing_ends_the_agreements_of_its_treatment_before_it() -> None:
    later = make_agreement("later", authoredOn="2025-05-25")
    other = make_agreement("other", extension=[treatment("MBH2")])
    chart = read(medications=[make_agreement(), later, other, make_stop(FOR_GOOD)])
    assert [is_active(find(chart, id), TODAY) for id in ("ma1", "later", "other")] == [False, True, True]


def test_a_stop_finds_its_agreement_by_identifier_too() -> None:
    identifier = {"system": "urn:oid:1.2.3", "value": "MA1"}
    agreement = make_agreement("ma1", identifier=[identifier], extension=[])
    stop = make_stop(FOR_GOOD, extension=[], priorPrescription={"identifier": identifier})
    assert find(read(medications=[agreement, stop]), "ma1").status == "stopped"


def test_a_stop_alone_says_when_the_use_ended_or_will_end() -> None:
    ended = read(medications=[make_stop(FOR_GOOD, period("2025-05-01", "2025-05-20"))]).medicines[0]
    running = read(medications=[make_stop(FOR_GOOD, period("2025-05-01", "2025-06-20"))]).medicines[0]
    assert [(entry.status, is_active(entry, TODAY)) for entry in (ended, running)] == [("stopped", False), ("active", True)]


def test_what_was_cancelled_was_never_used() -> None:
    chart = read(medications=[make_agreement(), make_stop(NEVER_BEGUN, period("2025-07-01", "2025-07-01"))])
    assert [(entry.status, is_active(entry, TODAY)) for entry in chart.medicines] == [("cancelled", False)]


def test_a_draft_that_stops_is_no_order_to_give() -> None:
    (draft,) = read([make_stop(FOR_GOOD)]).drafts
    assert draft.do_not_perform


def test_a_stopped_use_was_used() -> None:
    stop_type = extend("StopType", valueCodeableConcept=category(FOR_GOOD))
    use = make_resource(
        "MedicationStatement",
        status="stopped",
        category=category("422979000"),
        medicationCodeableConcept={"text": "x"},
        effectivePeriod={"start": "2025-01-01", "end": "2025-05-20"},
        modifierExtension=[stop_type],
        extension=[extend("AsAgreedIndicator", valueBoolean=True)],
    )
    chart = read(statements=[use])
    (entry,) = chart.medicines
    assert (entry.status, entry.do_not_perform, is_active(entry, TODAY)) == ("stopped", False, False)
    assert list_notes(chart) == set()


# A change


def test_a_new_agreement_ends_the_one_that_it_replaces_when_it_begins() -> None:
    prior = {"reference": "MedicationRequest/ma1"}
    begun = make_agreement("ma2", period("2025-05-20"), priorPrescription=prior)
    ahead = make_agreement("ma2", period("2025-06-20"), priorPrescription=prior)
    for new, status, ends in ((begun, "completed", date(2025, 5, 20)), (ahead, "active", date(2025, 6, 20))):
        entry = find(read(medications=[make_agreement(), new]), "ma1")
        assert (entry.status, entry.end and entry.end.last) == (status, ends)


# Parts


def test_a_dispense_request_is_part_of_its_agreement() -> None:
    chart = read(medications=[make_agreement(), make_dispense_request()])
    assert list_ids(chart) == ["ma1"]
    assert (find(chart, "ma1").supply.quantity, find(chart, "ma1").supply.duration_days) == (21, 28)


def test_a_dispense_request_without_its_agreement_still_tells_of_the_medicine() -> None:
    chart = read(medications=[make_dispense_request()])
    assert is_active(find(chart, "vv1"), TODAY)


def test_a_variable_dosing_regimen_is_part_of_its_agreement() -> None:
    regimen = make_order(id="wds", category=[category("395067002")], basedOn=[{"reference": "MedicationRequest/ma1"}])
    assert list_ids(read(medications=[make_agreement(), regimen])) == ["ma1"]


def test_a_pharmacists_agreement_is_no_supply_and_part_of_its_agreement() -> None:
    authorising = [{"reference": "MedicationRequest/ma1"}]
    chart = read(medications=[make_agreement()], dispenses=[make_pharmacists_agreement(authorizingPrescription=authorising)])
    assert list_ids(chart) == ["ma1"]


def test_a_pharmacists_agreement_alone_is_an_order_for_its_period_of_use() -> None:
    entry = find(read(dispenses=[make_pharmacists_agreement(period("2025-05-03", "2025-06-10"))]), "ta1")
    assert (entry.kind, entry.when and entry.when.last, entry.supply.quantity) == (EntryKind.REQUEST, date(2025, 5, 2), None)
    assert (is_active(entry, TODAY), is_active(entry, date(2025, 6, 11))) == (True, False)
    assert len(entry.dosages) == 1


def test_a_supply_handed_over_stays_a_dispense() -> None:
    dispense = make_resource(
        "MedicationDispense",
        status="completed",
        category=category("373784005"),
        medicationCodeableConcept={"text": "lenalidomide"},
        whenHandedOver="2025-05-03",
        quantity={"value": 21, "unit": "stuk"},
    )
    (entry,) = read(dispenses=[dispense]).medicines
    assert (entry.kind, entry.supply.quantity) == (EntryKind.DISPENSE, 21)


def test_entries_that_cannot_be_told_apart_all_stay() -> None:
    nameless = [{**make_agreement(), "id": None, "note": [{"text": text}]} for text in ("a", "b")]
    same = [{**make_agreement(), "note": [{"text": text}]} for text in ("c", "d")]
    assert sorted(entry.note for entry in read(medications=[*nameless, *same]).medicines) == ["a", "b", "c", "d"]


def test_the_order_of_entries_never_shows() -> None:
    prior = {"reference": "MedicationRequest/ma1"}
    entries = [
        make_agreement(),
        make_agreement("ma2", period("2025-05-10"), priorPrescription=prior),
        make_stop(FOR_GOOD, period("2025-05-01", "2025-06-20"), priorPrescription=prior),
        make_dispense_request(),
    ]
    assert read(medications=entries).medicines == read(medications=entries[::-1]).medicines


# Drafts


def test_a_dispense_request_signed_with_its_agreement_is_no_order_of_its_own() -> None:
    agreement, request = read([make_agreement(), make_dispense_request()]).drafts
    assert (agreement.supply.quantity, agreement.do_not_perform, request.do_not_perform) == (21, False, True)


def test_a_renewal_is_judged_with_the_dosage_of_its_agreement_and_replaces_it() -> None:
    (renewal,) = read([make_dispense_request()], medications=[make_agreement()]).drafts
    assert [line.text for line in renewal.dosages] == ["1 maal per dag 1 stuk"]
    assert (renewal.replaces, renewal.supply.quantity, renewal.do_not_perform) == (("MedicationRequest/ma1",), 21, False)


def test_a_dispense_request_that_says_its_own_dosage_keeps_it() -> None:
    request = make_dispense_request(dosageInstruction=[{"text": "2 maal per dag 1 stuk"}])
    (renewal,) = read([request], medications=[make_agreement()]).drafts
    assert [line.text for line in renewal.dosages] == ["2 maal per dag 1 stuk"]


# Statuses with codes of two systems


def test_a_status_is_read_by_the_code_of_hl7_whatever_stands_first() -> None:
    hl7 = {"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "refuted"}
    snomed = {"system": SNOMED, "code": "410516002"}
    for coding in ([hl7, snomed], [snomed, hl7]):
        assert (
            read(conditions=[make_resource("Condition", code={"text": "x"}, verificationStatus={"coding": coding})]).conditions
            == ()
        )
