"""The orders of the call: the sandbox's shape, entries that are no orders, duplicates, the zone of the days."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from typing import Any

import pytest

from cds_hooks.chart.inputs import PREFETCH_KEYS
from cds_hooks.chart.records import EntryKind
from cds_hooks.fhir.deliveries import read_prefetch
from cds_hooks.fhir.reading import choose_zone, guess_zone, look_at_drafts, read_chart, read_drafts
from tests.unit.reading_desk import list_notes, make_bundle, make_context, make_order, read, read_draft_order


def test_the_sandbox_draft_is_read_category_object_and_all() -> None:
    draft = read_draft_order(
        id="request-123",
        status="draft",
        intent=None,
        category={"coding": {"code": "outpatient"}},
        medicationCodeableConcept={"text": "Lenalidomide 25 MG Oral Capsule", "coding": [{"code": "645143"}]},
        authoredOn=None,
    )
    assert (draft.kind, draft.reference, draft.status, draft.intent) == (
        EntryKind.DRAFT,
        "MedicationRequest/request-123",
        "draft",
        "",
    )
    assert draft.product.strength_mg == 25
    assert (draft.when, draft.dosages, draft.raw["id"]) == (None, (), "request-123")


@pytest.mark.parametrize("status", ["draft", "cancelled", "entered-in-error"])
def test_drafts_of_every_status_are_read(status: str) -> None:
    assert read_draft_order(status=status).status == status


def test_other_resources_among_the_drafts_are_no_orders() -> None:
    others = [{"resourceType": "ServiceRequest", "id": "s"}, {"resourceType": "Medication", "id": "m"}]
    assert read(others).drafts == ()


def test_a_draft_of_another_patient_is_left_out_and_said() -> None:
    chart = read([make_order(subject={"reference": "Patient/p2"})])
    assert chart.drafts == ()
    assert ("draftOrders", "other-patient", "") in list_notes(chart)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"resourceType": "Bundle"}, "nested-bundle"),
        ({"id": "x"}, "no-resource-type"),
        ({"resourceType": 7}, "no-resource-type"),
        (5, "unreadable"),
        (None, "unreadable"),
    ],
)
def test_an_entry_that_is_no_resource_is_left_out_and_said(entry: object, reason: str) -> None:
    chart = read([make_order(), entry])
    assert len(chart.drafts) == 1
    assert ("draftOrders", reason, "") in list_notes(chart)


def test_different_drafts_of_one_id_are_all_kept_and_said_equal_ones_are_one() -> None:
    chart = read([make_order(), make_order(), make_order(status="draft")])
    assert [draft.status for draft in chart.drafts] == ["active", "draft"]
    assert ("draftOrders", "duplicate-id", "") in list_notes(chart)


def test_a_draft_ahead_of_now_is_kept() -> None:
    assert read_draft_order(authoredOn="2025-07-01").when is not None


def test_the_zone_is_the_offset_of_the_first_draft_that_has_a_time() -> None:
    drafts = read(
        [
            make_order(id="a", authoredOn="2025-05-01T09:00:00+02:00"),
            make_order(id="b", authoredOn="2025-05-01T08:00:00-05:00"),
            make_order(id="c", authoredOn="2025-04-01"),
        ]
    ).drafts
    assert choose_zone(drafts, UTC).utcoffset(None) == timedelta(hours=2)
    assert choose_zone(drafts[2:], UTC) is UTC


def test_drafts_are_read_without_fetching() -> None:
    def refuse(reference: str) -> dict[str, Any]:
        raise AssertionError(reference)

    assert read_drafts(make_bundle(make_order()), make_context(fetch_reference=refuse))[0].product.concept.text == "lenalidomide"


AGREEMENT = {"coding": [{"system": "http://snomed.info/sct", "code": "33633005"}]}
MEDICATION = {"resourceType": "Medication", "id": "m", "code": {"text": "lenalidomide 10 mg"}}
PRIOR = {**make_order(id="prior"), "identifier": [{"system": "urn:a", "value": "7"}]}
BY_IDENTIFIER = {"identifier": {"system": "urn:a", "value": "7"}}
#: Orders, and whether looking at them reads them.
LOOKED_AT: dict[str, tuple[list[Any], bool]] = {
    "none": ([], True),
    "one": ([make_order(reasonCode=[{"text": "myeloma"}], note=[{"text": "x"}])], True),
    "two": ([make_order(), make_order(id="2", dosageInstruction=[{"text": "1 a day"}])], True),
    "in the shape of R5": ([make_order(medication={"concept": {"text": "lenalidomide"}}, medicationCodeableConcept=None)], True),
    "without a date": ([make_order(authoredOn=None)], True),
    "with a date that is none": ([make_order(authoredOn="soon")], False),
    "of another patient": ([make_order(subject={"reference": "Patient/p2"})], False),
    "by reference": ([make_order(medicationCodeableConcept=None, medicationReference={"reference": "Medication/m"})], False),
    "based on one that is delivered": ([make_order(basedOn=[BY_IDENTIFIER], priorPrescription=BY_IDENTIFIER)], True),
    "an agreement": ([make_order(category=[AGREEMENT], basedOn=[BY_IDENTIFIER])], False),
    "with what changes its meaning": ([make_order(modifierExtension=[{"url": "x"}])], False),
    "without a status": ([make_order(status=None)], False),
}


@pytest.mark.parametrize(("orders", "are_read"), LOOKED_AT.values(), ids=LOOKED_AT.keys())
def test_drafts_that_were_looked_at_are_the_same_in_the_chart(orders: list[Any], are_read: bool) -> None:
    bundle, context = make_bundle(*orders), make_context()
    prefetch = {"medications": make_bundle(PRIOR, MEDICATION), "conditions": make_bundle({"resourceType": 5})}
    deliveries = read_prefetch(prefetch, PREFETCH_KEYS, patient_id="p1")
    seen = look_at_drafts(bundle, context)
    assert seen.are_read is are_read
    anew = read_chart(deliveries, bundle, context)
    chart = read_chart(deliveries, bundle, context, seen=seen) if are_read else anew
    assert repr(chart.drafts) == repr(anew.drafts)
    assert (chart.drafts, chart.medicines, chart.all_notes()) == (anew.drafts, anew.medicines, anew.all_notes())
    assert [draft.raw for draft in chart.drafts] == [draft.raw for draft in anew.drafts]


@pytest.mark.parametrize("written", ["2025-05-01T09:00:00+02:00", "2025-05-01T09:00:00Z", "2025-05-01", "2025", "soon", None, 5])
def test_the_zone_of_a_lone_order_is_guessed(written: Any) -> None:
    default = timezone(timedelta(hours=-3))
    bundle = {"entry": [{"resource": {**make_order(), "authoredOn": written}}]}
    drafts = read_drafts(bundle, make_context(zone=default))
    assert guess_zone(bundle, default) == choose_zone(drafts, default)


@pytest.mark.parametrize("bundle", [{}, {"entry": None}, {"entry": {"resource": 1}}, {"entry": [5]}, make_bundle({}, {})])
def test_of_any_other_bundle_no_zone_is_guessed(bundle: Any) -> None:
    assert guess_zone(bundle, UTC) is UTC
