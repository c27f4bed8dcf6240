"""A record that was left open is like any other to whoever asks: each member that is lacking is read once, when asked for."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from cds_hooks.chart.concept import Concept
from cds_hooks.chart.later import Later, leave_open
from cds_hooks.chart.records import EntryKind, MedicineEntry, Product, Supply

NAME = Concept(text="lenalidomide")


def leave_product_open(asked: list[str]) -> Product:
    def read(source: str) -> Decimal:
        asked.append(source)
        return Decimal(25)

    return leave_open(Product, Later({"strength_mg": read}, "the text"), {"concept": NAME})


def test_a_member_is_read_when_it_is_first_asked_for_and_then_kept() -> None:
    asked: list[str] = []
    product = leave_product_open(asked)
    assert product.concept is NAME
    assert asked == []
    assert (product.strength_mg, product.strength_mg) == (Decimal(25), Decimal(25))
    assert asked == ["the text"]


@pytest.mark.parametrize("member", ["mg_per_ml", "ingredients", "no_member_at_all"])
def test_no_default_stands_in_for_a_member_that_cannot_be_read(member: str) -> None:
    with pytest.raises(AttributeError):
        getattr(leave_product_open([]), member)


@pytest.mark.parametrize("kind", [Product, MedicineEntry])
def test_no_default_stands_on_the_class(kind: type[Product | MedicineEntry]) -> None:
    open_record = leave_open(kind, Later({}, None), {})
    for field in fields(kind):
        if field.name != "later":
            with pytest.raises(AttributeError):
                getattr(open_record, field.name)


def test_a_whole_record_has_its_defaults_and_neither_can_be_changed() -> None:
    entry = MedicineEntry(EntryKind.REQUEST, "MedicationRequest/1", Product(NAME), "active")
    assert (entry.supply, entry.dosages, entry.is_bounded) == (Supply(), (), True)
    assert replace(entry, status="stopped").status == "stopped"
    for record in (entry, leave_product_open([])):
        with pytest.raises(AttributeError):
            record.later = None  # type: ignore[misc]
