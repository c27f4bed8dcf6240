"""The newest value that stands alone is found without ranking the others: the same that ranking finds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_hooks.chart import newest
from cds_hooks.chart.newest import find_newest
from cds_hooks.chart.records import Interval, Measurement
from cds_hooks.chart.when import When

DAY = date(2026, 3, 2)
MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)

VALUES = st.tuples(st.integers(0, 4), st.sampled_from([None, 0, 6]), st.integers(0, 2), st.integers(40, 42), st.booleans())


def measure(number: int, ago: int, hours: int | None, partial: int, value: int, preliminary: bool) -> Measurement:
    last = DAY - timedelta(days=ago)
    instant = None if hours is None else MORNING - timedelta(days=ago) + timedelta(hours=hours)
    when = When(last - timedelta(days=partial), last, last.isoformat(), instant)
    amount = Interval(Decimal(value), Decimal(value))
    return Measurement("creatinine", amount, "umol/L", when, f"Observation/{number}", str(value), "umol/L", "x", preliminary)


@given(st.lists(VALUES, max_size=6), st.integers(0, 5), st.booleans(), st.booleans())
def test_it_is_the_one_that_ranking_finds(
    drawn: list[tuple[int, int | None, int, int, bool]], ago: int, high_is_danger: bool, newest_first: bool
) -> None:
    measured = [measure(number, *one) for number, one in enumerate(drawn)]
    if newest_first:
        measured.sort(key=lambda one: one.when.newest_key(), reverse=True)
    since = None if ago == 5 else DAY - timedelta(days=ago)
    found = find_newest(measured, since=since, high_is_danger=high_is_danger)
    with pytest.MonkeyPatch.context() as ranking_all:
        ranking_all.setattr(newest, "_stands_alone", lambda measured, since: False)
        assert found is find_newest(measured, since=since, high_is_danger=high_is_danger)
