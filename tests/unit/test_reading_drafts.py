"""The orders of the call: the sandbox's shape, entries that are no orders, duplicates, the zone of the days."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from cds_hooks.chart.records import EntryKind
from cds_hooks.fhir.reading import choose_zone, read_drafts
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
