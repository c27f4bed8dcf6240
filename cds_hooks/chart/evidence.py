"""Conditions, allergies, procedures and measurements as evidence: value and date as recorded, matched by text said so."""

from __future__ import annotations

from decimal import Decimal

from cds_hooks.chart.bedside import Matched
from cds_hooks.chart.concept import Match
from cds_hooks.chart.finding import Evidence
from cds_hooks.chart.records import Allergy, CodedObservation, Condition, Measurement, Procedure
from cds_hooks.chart.when import When

MATCHED_BY_TEXT = "note.matched-by-text"
PRELIMINARY = "note.preliminary"


def show_condition(found: Matched[Condition]) -> Evidence:
    """A condition, dated by onset, else by the day it was recorded."""
    return Evidence(
        "condition", found.match.shown, "", _day(found.record.since), found.record.reference, notes=_notes(found.match)
    )


def show_procedure(found: Matched[Procedure]) -> Evidence:
    """A procedure, dated by its start."""
    return Evidence(
        "procedure", found.match.shown, "", _day(found.record.start), found.record.reference, notes=_notes(found.match)
    )


def show_allergy(found: Matched[Allergy]) -> Evidence:
    """An allergy or intolerance, dated by the day it was recorded."""
    return Evidence(
        "allergy", found.match.shown, "", _day(found.record.recorded), found.record.reference, notes=_notes(found.match)
    )


def show_measurement(measured: Measurement) -> Evidence:
    """A measurement as recorded, with the value in the rules' unit beside it where that differs."""
    converted = ""
    if measured.value is not None and measured.unit != measured.recorded_unit:
        converted = f"{show_number(measured.value)} {measured.unit}"
    notes = (PRELIMINARY,) if measured.preliminary else ()
    return Evidence(
        measured.analyte,
        measured.recorded_value,
        measured.recorded_unit,
        measured.when.recorded,
        measured.reference,
        converted=converted,
        notes=notes,
    )


def show_observation(observed: CodedObservation) -> Evidence:
    """A coded observation: its answer and date as recorded."""
    value = observed.date_value.recorded if observed.date_value else observed.value.shown()
    notes = (PRELIMINARY,) if observed.preliminary else ()
    return Evidence(observed.topic, value, "", observed.when.recorded, observed.reference, notes=notes)


def show_number(value: Decimal) -> str:
    """A number for people: at most three significant digits after the whole part is kept, no trailing zeros."""
    places = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 3
    text = f"{round(value, places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(when: When | None) -> str:
    return when.recorded if when else ""


def _notes(match: Match) -> tuple[str, ...]:
    return (MATCHED_BY_TEXT,) if match.by == "text" else ()
