"""Quantities as FHIR writes them: number, unit and comparator, and durations in days."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from cds_hooks.chart.records import Interval
from cds_hooks.fhir.reading.shapes import Json, read_number, read_object, read_text
from cds_hooks.record import Record

UCUM = "http://unitsofmeasure.org"

#: Month and year are UCUM's own means (1 mo = 30.4375 d, 1 a = 365.25 d); calendar months are reckoned where the record is a
#: calendar one (`Timing.calendar_period`).
_DAYS_OF_UNIT: Mapping[str, Decimal] = {
    "d": Decimal(1),
    "wk": Decimal(7),
    "mo": Decimal("30.4375"),
    "a": Decimal("365.25"),
}
_UNITS_OF_DAY: Mapping[str, Decimal] = {"s": Decimal(86400), "min": Decimal(1440), "h": Decimal(24)}

_UNIT_NAMES: Mapping[str, str] = {
    **{unit: unit for unit in (*_DAYS_OF_UNIT, *_UNITS_OF_DAY)},
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "uur"), "h"),
    **dict.fromkeys(("day", "days", "dag", "dagen"), "d"),
    **dict.fromkeys(("week", "weeks", "weken", "wks", "w"), "wk"),
    **dict.fromkeys(("month", "months", "maand", "maanden"), "mo"),
    **dict.fromkeys(("year", "years", "yr", "jaar"), "a"),
}

_MG_OF_UNIT: Mapping[str, Decimal] = {
    "mg": Decimal(1),
    "milligram": Decimal(1),
    "milligrams": Decimal(1),
    "g": Decimal(1000),
    "gram": Decimal(1000),
    "ug": Decimal("0.001"),
    "mcg": Decimal("0.001"),
    "µg": Decimal("0.001"),
    "μg": Decimal("0.001"),
    "microgram": Decimal("0.001"),
}


class Unit(Record):
    """`code` is a UCUM code, empty unless the record says UCUM; `text` the unit as written for people."""

    code: str
    text: str

    def shown(self) -> str:
        """The unit as recorded: its text, else its code."""
        return self.text or self.code


def read_unit(raw: Json, systems: Mapping[str, str]) -> Unit:
    """The unit of a Quantity. A code without any system is taken as text: it claims no UCUM."""
    try:
        if raw["system"] == UCUM:
            return Unit(raw["code"].strip(), raw["unit"].strip())
    except (AttributeError, KeyError):
        pass  # One is missing, or is no text.
    system, code = read_text(raw.get("system")), read_text(raw.get("code")).strip()
    text = read_text(raw.get("unit")).strip()
    if systems.get(system, system) == UCUM:
        return Unit(code, text)
    return Unit("", text or ("" if system else code))


def read_interval(value: Decimal, comparator: object) -> Interval | None:
    """A value with its comparator; None where the comparator is none of R4's four. Measured amounts are not below 0."""
    match comparator:
        case "":
            return Interval(value, value)
        case "<" | "<=":
            return Interval(Decimal(0), value, high_open=comparator == "<")
        case ">" | ">=":
            return Interval(value, None, low_open=comparator == ">")
    return None


def read_time_unit(code: object, text: object = None) -> str | None:
    """The UCUM time unit (s, min, h, d, wk, mo, a) of a code, else of a listed name; None for any other."""
    for value in (code, text):
        if unit := _UNIT_NAMES.get(read_text(value).strip().lower()):
            return unit
    return None


def count_days(number: Decimal, unit: str) -> Decimal:
    """So many of a UCUM time unit in days; parts of a day by dividing, so that 24 h are one day exactly."""
    return number / _UNITS_OF_DAY[unit] if unit in _UNITS_OF_DAY else number * _DAYS_OF_UNIT[unit]


def read_days(value: object) -> Decimal | None:
    """A Duration in days; None where number or unit cannot be read, or with a comparator."""
    raw = read_object(value)
    number = read_number(raw.get("value"))
    unit = read_time_unit(raw.get("code"), raw.get("unit"))
    if number is None or number <= 0 or unit is None or raw.get("comparator") is not None:
        return None
    return count_days(number, unit)


def read_mg(value: object) -> Decimal | None:
    """A mass in mg; None where it is no mass, not above 0, or cannot be read."""
    raw = read_object(value)
    number = read_number(raw.get("value"))
    if number is None or number <= 0 or raw.get("comparator") is not None:
        return None
    factor = mg_of_unit(read_text(raw.get("code"))) or mg_of_unit(read_text(raw.get("unit")))
    return number * factor if factor else None


def mg_of_unit(unit: str) -> Decimal | None:
    """How many mg one of a mass unit is; None for a unit that is no listed mass."""
    return _MG_OF_UNIT.get(unit.strip().lower())
