"""Reads an ordinary Observation straight from its JSON: a number with a UCUM code that its analyte allows, on a day with a time.

Exactly as `measurements` does, which reads all others: whatever is not ordinary, or is not used, is told only there.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct, ValidationError
from msgspec.json import Decoder

from cds_hooks.chart.records import Interval, Measurement
from cds_hooks.fhir.reading.context import ReadingContext
from cds_hooks.fhir.reading.dates import UnusableDate, read_fact_when
from cds_hooks.fhir.reading.details import UnreadDetails
from cds_hooks.fhir.reading.measurements import show_written
from cds_hooks.fhir.references import compose_reference
from cds_hooks.knowledge.vocabulary import Analyte

#: Whole numbers that a float holds exactly: of others the two readers of JSON make different things.
_Whole = Annotated[int, Meta(ge=0, lt=2**53)]
_Broken = Annotated[float, Meta(ge=0)]


class _Quantity(Struct, gc=False):
    value: _Whole | _Broken
    system: Literal["http://unitsofmeasure.org"]
    code: str
    unit: str = ""
    comparator: None = None


class _Observation(Struct, rename="camel", gc=False):
    id: str
    status: Literal["final", "amended", "corrected", "preliminary"]
    effective_date_time: str
    value_quantity: _Quantity


class _Entry(Struct, gc=False):
    resource: _Observation


_look_at = Decoder(_Entry).decode


def read_plain(entry: bytes, code: str, analyte: Analyte, context: ReadingContext) -> Measurement | None:
    """The value of an unread Observation of this `code`; None where it is not ordinary."""
    try:
        seen = _look_at(entry).resource
        when = read_fact_when(seen.effective_date_time, context.zone, context.now)
    except (ValidationError, UnusableDate):
        return None
    quantity = seen.value_quantity
    unit = quantity.code.strip()
    factor = analyte.factors.get(unit)
    reference = compose_reference({"resourceType": "Observation", "id": seen.id})
    if not factor or not reference:
        return None
    written = str(quantity.value)
    number = Decimal(written)
    amount = number * factor
    if not analyte.is_usable(amount):
        return None
    return Measurement(
        analyte.id,
        Interval(amount, amount),
        analyte.unit,
        when,
        reference,
        show_written(number) if "e" in written else written,
        quantity.unit.strip() or unit,
        code,
        seen.status == "preliminary",
        UnreadDetails(analyte, context.systems, entry),
    )
