"""The newest value that stands alone, and the count that stands, are those that ranking all of them finds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_hooks.chart import counts, newest
from cds_hooks.chart.counts import PLATELETS, Count, find_counts, find_newest_count
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


class OfPlatelets:
    """As much of a bedside as counts of platelets ask for."""

    def __init__(self, measured: list[Measurement]) -> None:
        self._measured = measured

    def measured(self, analyte: str) -> tuple[Measurement, ...]:
        return tuple(self._measured)


@given(st.lists(VALUES, max_size=6))
def test_counts_of_days_that_differ_are_in_the_order_of_all(drawn: list[tuple[int, int | None, int, int, bool]]) -> None:
    measured = [measure(number, *one) for number, one in enumerate(drawn)]
    every = [Count(PLATELETS, one.amount, one.when, one.preliminary, (one,)) for one in measured]
    ranked = counts._keep_lowest(sorted(every, key=counts._order))
    assert find_counts(cast(Any, OfPlatelets(measured)), PLATELETS) == tuple(ranked)


@given(st.lists(VALUES, max_size=6), st.integers(0, 4))
def test_the_count_that_stands_is_the_last_of_the_recent_ones(
    drawn: list[tuple[int, int | None, int, int, bool]], ago: int
) -> None:
    measured = [measure(number, *one) for number, one in enumerate(drawn)]
    found = find_counts(cast(Any, OfPlatelets(measured)), PLATELETS)
    since = DAY - timedelta(days=ago)
    recent = [count for count in found if count.when.first >= since]
    final = next((count for count in reversed(recent) if not count.preliminary), None)
    early = next((count for count in reversed(recent) if count.preliminary), None)
    expected = final or early
    if final and early and early.when.newest_key() >= final.when.newest_key() and early.amount.low < final.amount.low:
        expected = early
    assert find_newest_count(found, since) is expected
