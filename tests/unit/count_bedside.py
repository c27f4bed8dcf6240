"""A course of lenalidomide with its blood counts as chart records, for tests of falls and return."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.blood_record import BloodRecord
from cds_hooks.chart.chart import Chart
from cds_hooks.chart.concept import Coding, Concept
from cds_hooks.chart.inputs import PREFETCH_KEYS, InputState
from cds_hooks.chart.phase import find_course
from cds_hooks.chart.records import EntryKind, Interval, Measurement, MedicineEntry, Patient, Product, Supply
from cds_hooks.chart.when import Now, When
from cds_hooks.clinical.dosage import DosageLine, DoseAmount, Pattern, Timing
from cds_hooks.knowledge.knowledge import Knowledge
from cds_hooks.knowledge.loading import load_knowledge
from cds_hooks.knowledge.source import find_cards_folder

_VALUES = {"anc": ("neutrophils", "10*9/L"), "plt": ("platelets", "10*9/L"), "temp": ("body-temperature", "Cel")}
_LENALIDOMIDE = Concept((Coding("http://www.whocc.no/atc", "L04AX04"),), "lenalidomide")


def compose_blood_record(began: date, days: Sequence[dict[str, Any]], orders: Sequence[tuple[int, str]]) -> BloodRecord:
    """The record on the last of `days` ({day, anc, plt, temp}); `orders` are (day, "25 21/28"), each for one cycle."""
    today = began + timedelta(days=days[-1]["day"])
    knowledge = _load()
    draft = MedicineEntry(EntryKind.DRAFT, "MedicationRequest/draft", Product(_LENALIDOMIDE), "draft", "order", _on(today))
    chart = Chart(
        Patient("Patient/1"),
        (draft,),
        medicines=tuple(_order(began + timedelta(days=day), text) for day, text in orders),
        measurements=_measure(began, days),
        inputs=dict.fromkeys(PREFETCH_KEYS, InputState.COMPLETE),
    )
    now = Now(datetime.combine(today, time(12), UTC), today)
    bedside = Bedside(chart, sets=knowledge.vocabulary.sets, now=now, numbers=knowledge.parameters)
    return BloodRecord(bedside, find_course(bedside, "lenalidomide", draft), draft)


@cache
def _load() -> Knowledge:
    return load_knowledge(find_cards_folder())


def _on(day: date) -> When:
    return When(day, day, day.isoformat())


def _measure(began: date, days: Sequence[dict[str, Any]]) -> dict[str, tuple[Measurement, ...]]:
    found: dict[str, list[Measurement]] = {}
    for day in reversed(days):
        for key, (analyte, unit) in _VALUES.items():
            if key not in day:
                continue
            value, when = Decimal(str(day[key])), _on(began + timedelta(days=day["day"]))
            reference = f"Observation/{key}-{day['day']}"
            measured = Measurement(analyte, Interval(value, value), unit, when, reference, str(value), unit)
            found.setdefault(analyte, []).append(measured)
    return {analyte: tuple(values) for analyte, values in found.items()}


def _order(day: date, text: str) -> MedicineEntry:
    mg, cycle = text.split(" ")
    on, of = cycle.split("/")
    daily = Timing(frequency=1, period_days=Decimal(1), cycle=Pattern(Decimal(on), Decimal(of)))
    line = DosageLine(timing=daily, doses=(DoseAmount(Decimal(mg), Decimal(mg), "mg"),))
    supply = Supply(duration_days=Decimal(of if of != "2" else 28))
    reference = f"MedicationRequest/{day.isoformat()}"
    product = Product(_LENALIDOMIDE, Decimal(mg))
    return MedicineEntry(EntryKind.REQUEST, reference, product, "active", "order", _on(day), dosages=(line,), supply=supply)
