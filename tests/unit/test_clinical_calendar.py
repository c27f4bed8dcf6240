"""Days, months and ages on the calendar."""

from datetime import date

import pytest

from cds_hooks.clinical.calendar import (
    add_months,
    completed_years,
    completed_years_bounds,
    count_days,
    count_weeks,
    do_overlap,
    find_end,
    is_within_days,
    is_within_months,
    is_within_weeks,
)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 1, 15), -1, date(2024, 12, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 6, 1), 0, date(2025, 6, 1)),
    ],
)
def test_months_are_calendar_months_cut_at_the_end_of_a_short_one(day, months, later):
    assert add_months(day, months) == later


@pytest.mark.parametrize("months", [-12 * 3000, 12 * 9000])
def test_a_day_outside_the_calendar_is_refused(months):
    with pytest.raises(ValueError, match="outside the calendar"):
        add_months(date(2025, 1, 1), months)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(1950, 6, 15), date(2025, 6, 14), 74),
        (date(1950, 6, 15), date(2025, 6, 15), 75),
        (date(2025, 6, 15), date(2025, 6, 15), 0),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_age_is_in_completed_years_and_who_was_born_on_a_leap_day_ages_on_the_first_of_march(born, on, age):
    assert completed_years(born, on) == age


def test_there_is_no_age_before_birth():
    with pytest.raises(ValueError, match="before the birth date"):
        completed_years(date(2030, 1, 1), date(2025, 1, 1))


def test_a_birth_year_alone_leaves_two_ages():
    assert completed_years_bounds(date(2007, 1, 1), date(2007, 12, 31), date(2025, 6, 1)) == (17, 18)


def test_a_birth_month_that_is_over_leaves_one_age():
    assert completed_years_bounds(date(2007, 3, 1), date(2007, 3, 31), date(2025, 6, 1)) == (18, 18)


def test_a_birth_year_that_is_this_year_begins_at_nought():
    assert completed_years_bounds(date(2025, 1, 1), date(2025, 12, 31), date(2025, 6, 1)) == (0, 0)


def test_birth_dates_the_wrong_way_round_or_to_come_are_refused():
    with pytest.raises(ValueError, match="wrong way round"):
        completed_years_bounds(date(2008, 1, 1), date(2007, 1, 1), date(2025, 6, 1))
    with pytest.raises(ValueError, match="before the birth date"):
        completed_years_bounds(date(2190, 1, 1), date(2190, 12, 31), date(2025, 6, 1))


@pytest.mark.parametrize(("days_ago", "within"), [(0, True), (29, True), (30, True), (31, False), (-1, False)])
def test_within_thirty_days_includes_day_thirty_and_no_day_to_come(days_ago, within):
    on = date(2025, 6, 30)
    assert is_within_days(find_end(on, -days_ago), on, 30) is within


@pytest.mark.parametrize(("fact", "within"), [(date(2025, 1, 1), True), (date(2024, 12, 31), False), (date(2025, 7, 2), False)])
def test_within_six_months_includes_the_same_day_of_the_month(fact, within):
    assert is_within_months(fact, date(2025, 7, 1), 6) is within


def test_within_six_months_of_the_last_of_august_ends_with_february():
    assert is_within_months(date(2025, 8, 31), date(2026, 2, 28), 6)
    assert not is_within_months(date(2025, 8, 31), date(2026, 3, 1), 6)


@pytest.mark.parametrize(("days", "within"), [(27, True), (28, True), (29, False)])
def test_within_four_weeks_includes_day_twenty_eight(days, within):
    assert is_within_weeks(date(2025, 6, 1), find_end(date(2025, 6, 1), days), 4) is within


def test_days_and_weeks_are_counted_both_ways():
    assert count_days(date(2024, 2, 28), date(2024, 3, 1)) == 2
    assert count_days(date(2024, 3, 1), date(2024, 2, 28)) == -2
    assert count_weeks(date(2025, 6, 1), date(2025, 6, 28)) == 3
    assert count_weeks(date(2025, 6, 28), date(2025, 6, 1)) == -3


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ((date(2025, 6, 1), date(2025, 6, 29)), (date(2025, 6, 29), date(2025, 7, 27)), False),
        ((date(2025, 6, 1), date(2025, 6, 29)), (date(2025, 6, 28), date(2025, 7, 26)), True),
        ((date(2025, 6, 1), None), (date(2025, 9, 1), date(2025, 9, 29)), True),
        ((date(2025, 9, 29), None), (date(2025, 9, 1), date(2025, 9, 29)), False),
        ((date(2025, 6, 1), None), (date(2025, 9, 1), None), True),
        ((date(2025, 6, 5), date(2025, 6, 5)), (date(2025, 6, 1), date(2025, 6, 29)), False),
    ],
)
def test_spans_overlap_by_their_days_the_last_one_excluded(first, second, overlap):
    assert do_overlap(first, second) is overlap
    assert do_overlap(second, first) is overlap


def test_an_end_outside_the_calendar_is_refused():
    with pytest.raises(ValueError, match="outside the calendar"):
        find_end(date(2025, 1, 1), 10_000_000)
