"""Counts of which the old ones are left unread are judged as if all were read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.blood_record import AT_START, CONTINUING, BloodRecord
from cds_hooks.chart.chart import Chart
from cds_hooks.chart.counts import NEUTROPHILS, PLATELETS
from cds_hooks.chart.records import Interval, Measurement
from cds_hooks.chart.when import When
from tests.unit.count_bedside import compose_blood_record

BEGAN = date(2026, 1, 5)
ANALYTES = (NEUTROPHILS, PLATELETS, "neutrophil-fraction", "leukocytes")
AGES = st.sampled_from([0, 1, 3, 6, 7, 8, 20, 29, 30, 31, 60, 61, 62, 63, 64, 89, 90, 91, 92, 93, 150, 400])
DRAWN = st.lists(st.tuples(st.sampled_from(ANALYTES), AGES, st.sampled_from([0, 1, 30, 60, 200]), st.booleans()), max_size=10)


def measure(analyte: str, day: date, amount: int, *, preliminary: bool, number: int) -> Measurement:
    value, when = Decimal(amount), When(day, day, day.isoformat())
    return Measurement(
        analyte, Interval(value, value), "", when, f"Observation/{number}", str(value), "", preliminary=preliminary
    )


def read_by(record: BloodRecord, measured: dict[str, tuple[Measurement, ...]], *, in_part: bool) -> BloodRecord:
    """The same patient with these measurements, of which old ones are told to nobody who does not look at them."""

    def find_since(analyte: str, since: date) -> tuple[Measurement, ...]:
        return tuple(one for one in measured.get(analyte, ()) if one.when.first >= since)

    chart: Chart = replace(record.bedside.chart, measurements=measured, find_measured_since=find_since if in_part else None)
    beside = record.bedside
    return BloodRecord(
        Bedside(chart, sets=beside.sets, now=beside.now, numbers=beside.numbers), course=record.course, order=record.order
    )


@settings(deadline=None)
@given(DRAWN, st.sampled_from([0, 10, 40, 120]))
def test_read_in_part_or_in_full_counts_mean_the_same(drawn: list[tuple[str, int, int, bool]], course_days: int) -> None:
    record = compose_blood_record(BEGAN, [{"day": course_days}], [(0, "25 21/28")])
    today = record.bedside.now.today
    found = [
        measure(name, today - timedelta(days=age), amount, preliminary=preliminary, number=number)
        for number, (name, age, amount, preliminary) in enumerate(drawn)
    ]
    newest_first = sorted(found, key=lambda one: (one.when.last, one.reference), reverse=True)
    measured = {name: tuple(one for one in newest_first if one.analyte == name) for name in ANALYTES}
    in_part, in_full = (read_by(record, measured, in_part=in_part) for in_part in (True, False))
    for kind in (NEUTROPHILS, PLATELETS):
        for parameter in (AT_START, CONTINUING):
            assert in_part.find_newest(kind, parameter) == in_full.find_newest(kind, parameter)
        for age in (0, 7, 30, 62, 90, 400):
            since = today - timedelta(days=age)
            assert in_part.has_final(kind, since) == in_full.has_final(kind, since)
            told = ([one for one in record.counts_since(kind, since) if one.when.first >= since] for record in (in_part, in_full))
            assert next(told) == next(told)
        assert in_part.counts(kind) == in_full.counts(kind)
    assert in_part.find_last_complete() == in_full.find_last_complete()
