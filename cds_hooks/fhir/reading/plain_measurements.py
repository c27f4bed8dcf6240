"""Reads an ordinary Observation straight from its JSON: a number with a UCUM code that its analyte allows, on a day with a time.

Exactly as `measurements` does, which reads all others: whatever is not ordinary, or is not used, is told only there.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct, ValidationError
from msgspec.json import Decoder

from cds_hooks.chart.records import Interval, Measurement
from cds_hooks.fhir.reading.context import ReadingContext
from cds_hooks.fhir.reading.dates import EARLIEST, UnusableDate, read_fact_when
from cds_hooks.fhir.reading.details import UnreadDetails
from cds_hooks.fhir.reading.measurements import show_written
from cds_hooks.fhir.references import is_usable_id
from cds_hooks.knowledge.vocabulary import Analyte
from cds_hooks.record import Record

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


class PlainlyRead(Record):
    """The values of the ordinary ones, and the entries of the others and of those that are `older` than was asked for."""

    measured: list[Measurement]
    others: list[bytes]
    older: list[bytes]


def read_plain(
    entries: Sequence[bytes], code: str, *, analyte: Analyte, context: ReadingContext, from_day: str = ""
) -> PlainlyRead:
    """Those of unread Observations of one `code`; `from_day` is written as the record writes a day."""
    measured: list[Measurement] = []
    others: list[bytes] = []
    older: list[bytes] = []
    factors, systems, zone, now = analyte.factors, context.systems, context.zone, context.now
    for entry in entries:
        try:
            seen = _look_at(entry).resource
            written_when = seen.effective_date_time
            # Dates sort as texts; of a month, or of one with spaces about it, the letters do not tell whether it is over by then.
            if EARLIEST <= written_when < from_day and written_when[9:10].isdigit():
                older.append(entry)
                continue
            when = read_fact_when(written_when, zone, now)
        except (ValidationError, UnusableDate):
            others.append(entry)
            continue
        quantity = seen.value_quantity
        written = str(quantity.value)
        number = Decimal(written)
        unit = quantity.code.strip()
        factor = factors.get(unit)
        amount = number * factor if factor else None
        if amount is None or not analyte.is_usable(amount) or not is_usable_id(seen.id):
            others.append(entry)
            continue
        shown = show_written(number) if "e" in written else written
        amounts, named, early = Interval(amount, amount), quantity.unit.strip() or unit, seen.status == "preliminary"
        reference, details = f"Observation/{seen.id}", UnreadDetails(analyte, systems, entry)
        measured.append(Measurement(analyte.id, amounts, analyte.unit, when, reference, shown, named, code, early, details))
    return PlainlyRead(measured, others, older)
