"""References are composed of plain types and ids only."""

from __future__ import annotations

from typing import Any

import pytest

from cds_hooks.fhir.references import compose_reference, split_reference


@pytest.mark.parametrize(
    ("kind", "identifier"),
    [("Patient", "1"), ("Patient", "a.b-c_d"), ("MedicationRequest", "-1"), ("Patient", "x" * 256)],
)
def test_a_plain_type_and_id_make_a_reference_that_can_be_split_again(kind: str, identifier: str) -> None:
    reference = compose_reference({"resourceType": kind, "id": identifier})
    assert reference == f"{kind}/{identifier}"
    assert split_reference(reference) == (kind, identifier)


@pytest.mark.parametrize(
    ("kind", "identifier"),
    [
        ("Patient", ".."),
        ("Patient", ""),
        ("Patient", "1/2"),
        ("Patient", "1\n"),
        ("Patient", "x" * 257),
        ("Patient", 1),
        ("Patient", None),
        ("patient", "1"),
        ("P", "1"),
        ("Patient/1", "2"),
        ("", "Patient/1"),
        (None, "1"),
        (["Patient"], "1"),
    ],
)
def test_anything_else_makes_none(kind: Any, identifier: Any) -> None:
    assert compose_reference({"resourceType": kind, "id": identifier}) == ""
