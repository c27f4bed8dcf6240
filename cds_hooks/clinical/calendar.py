"""Days, months and ages on the calendar, as the definitions count them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

DAYS_PER_WEEK = 7
#: Averages over 400 Gregorian years of 146,097 days, cut at four places: for laying a supply only, never for a due date.
DAYS_PER_YEAR = Decimal("365.25")
DAYS_PER_MONTH = Decimal("30.4375")


def add_months(day: date, months: int) -> date:
    """`months` calendar months later (earlier if negative): 31 August + 6 months = the last day of February.

    Raises ValueError outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError("the day is outside the calendar")
    # Every month has 28 days.
    return date(year, month + 1, day.day if day.day <= 28 else min(day.day, monthrange(year, month + 1)[1]))


def count_days(earlier: date, later: date) -> int:
    """Days from one day to another; negative if they are the other way round."""
    return (later - earlier).days


def count_weeks(earlier: date, later: date) -> int:
    """Completed weeks from one day to another; negative if they are the other way round."""
    days = count_days(earlier, later)
    return days // DAYS_PER_WEEK if days >= 0 else -(-days // DAYS_PER_WEEK)


def is_within_days(fact: date, on: date, days: int) -> bool:
    """Whether `fact` lies in the `days` days up to `on`; day `days` included, later facts not."""
    return 0 <= count_days(fact, on) <= days


def is_within_weeks(fact: date, on: date, weeks: int) -> bool:
    """Whether `fact` lies in the `weeks` weeks up to `on`; the last day included, later facts not."""
    return is_within_days(fact, on, weeks * DAYS_PER_WEEK)


def is_within_months(fact: date, on: date, months: int) -> bool:
    """Whether `fact` lies in the `months` calendar months up to `on`; the last day included, later facts not."""
    return fact <= on <= add_months(fact, months)


def completed_years(born: date, on: date) -> int:
    """Age in completed years. Who was born on 29 February is a year older on 1 March of a common year.

    Raises ValueError if `on` is before `born`.
    """
    if on < born:
        raise ValueError("the day is before the birth date")
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def completed_years_bounds(first: date, last: date, on: date) -> tuple[int, int]:
    """The least and the greatest age on a day, for a birth date known only to lie from `first` to `last`.

    Raises ValueError if `on` is before `first`, or `last` before `first`.
    """
    if last < first:
        raise ValueError("the birth dates are the wrong way round")
    return completed_years(min(last, on), on), completed_years(first, on)


def find_end(start: date, days: int) -> date:
    """The day after the last of `days` days from `start`: the exclusive end that overlaps are counted with.

    Raises ValueError outside the years 1 to 9999.
    """
    try:
        return start + timedelta(days=days)
    except OverflowError:
        raise ValueError("the day is outside the calendar") from None


def do_overlap(first: tuple[date, date | None], second: tuple[date, date | None]) -> bool:
    """Whether two spans of days share one; ends are exclusive, None is open. A span that ends as it starts holds no day."""
    latest_start = max(first[0], second[0])
    return all(end is None or latest_start < end for end in (first[1], second[1]))
