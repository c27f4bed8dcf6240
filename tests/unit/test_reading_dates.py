"""FHIR dates as days: whole, partial, with an offset, ahead of now, out of the calendar."""

from __future__ import annotations

from datetime import UTC, date

import pytest

from cds_hooks.fhir.reading.dates import UnusableDate, read_fact_when, read_when
from tests.unit.reading_desk import AMSTERDAM, NOW


def test_a_date_without_a_time_is_the_whole_day() -> None:
    when = read_when("2025-05-01", AMSTERDAM)
    assert (when.first, when.last, when.instant) == (date(2025, 5, 1), date(2025, 5, 1), None)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [("2024", date(2024, 1, 1), date(2024, 12, 31)), ("2024-02", date(2024, 2, 1), date(2024, 2, 29))],
)
def test_a_partial_date_leaves_both_ends_open(written: str, first: date, last: date) -> None:
    when = read_when(written, UTC)
    assert (when.first, when.last) == (first, last)


def test_the_day_of_an_instant_is_counted_in_the_zone_of_the_call() -> None:
    assert read_when("2025-05-01T22:30:00Z", AMSTERDAM).first == date(2025, 5, 2)
    assert read_when("2025-05-01T22:30:00Z", UTC).first == date(2025, 5, 1)


def test_a_time_without_an_offset_is_local_to_the_zone() -> None:
    when = read_when("2025-05-01T23:30:00", AMSTERDAM)
    assert when.first == date(2025, 5, 1)
    assert when.instant is not None
    assert when.instant.utcoffset() == AMSTERDAM.utcoffset(None)


@pytest.mark.parametrize("written", ["", "banana", "2025-13-01", "2025-02-30", "2025-05-01T25:00:00Z", 2025, None, ["2025"]])
def test_what_is_no_date_is_unreadable(written: object) -> None:
    with pytest.raises(UnusableDate, match="unreadable"):
        read_when(written, UTC)


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00Z", "1492", "9999-12-31", "2200-01"])
def test_a_year_that_nobody_lives_in_is_out_of_range(written: str) -> None:
    with pytest.raises(UnusableDate, match="out-of-range"):
        read_when(written, AMSTERDAM)


@pytest.mark.parametrize("written", ["2025-06-02", "2025-07", "2026", "2025-06-01T12:00:01Z", "2025-06-01T14:30:00+02:00"])
def test_a_fact_after_now_is_future(written: str) -> None:
    with pytest.raises(UnusableDate, match="future"):
        read_fact_when(written, UTC, NOW)


@pytest.mark.parametrize("written", ["2025-06-01", "2025-06-01T12:00:00Z", "2025-06-01T14:00:00+02:00"])
def test_a_fact_of_today_counts(written: str) -> None:
    assert read_fact_when(written, UTC, NOW).first == date(2025, 6, 1)


def test_a_month_that_is_not_over_ends_today() -> None:
    assert read_fact_when("2025", UTC, NOW).last == date(2025, 6, 1)


@pytest.mark.parametrize("written", [
    "2025-05-01", "1850-01-01", "2199-12-31", "1849-12-31", "2200-01-01", "2025-02-30", "2025-W01-1", "2200-W01-1", "1_90-01-01",
    "195 -01-01", "2025-05-1x", "banana bun", "1９50-01-01", "2025", "2025-02", "2025-13", "2025W01", "20250501", "202505",
    "2025-05-01T", "2025-05-01T10:00:00Z", "2025-05-01T23:30:00+01:00", "2025-05-01T23:30", "2025-05-01 10:00",
    "2025-05-01T25:00",
    "1850-01-01T00:00:00+14:00", "2199-12-31T23:59:59-12:00", "2200-01-01T00:00:00+14:00", "1849-12-31T23:59:59-12:00",
])  # fmt: skip
def test_a_bare_date_is_read_as_one_with_spaces_around_it(written: str) -> None:
    assert describe(written) == describe(f" {written} ")


def describe(written: str) -> object:
    try:
        return read_when(written, AMSTERDAM)
    except UnusableDate as error:
        return error.reason
