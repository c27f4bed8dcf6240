"""FHIR dates, date-times and instants, whole or partial, as the calendar days they can mean in one time zone."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, tzinfo

from cds_hooks.chart.when import Now, When

#: Years outside are typing errors or placeholders, and too near the ends of the calendar to reckon with.
FIRST_YEAR = 1850
LAST_YEAR = 2199

#: As texts: the first date that counts, and the first after the last. ISO dates sort as texts.
EARLIEST, _TOO_LATE = str(FIRST_YEAR), str(LAST_YEAR + 1)
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)
_PARTIAL_LENGTHS = (len("2025"), len("2025-06"))


class UnusableDate(ValueError):
    """A date that cannot be used; `reason` is one of the reasons of `chart.records.ReadingNote`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_when(value: object, zone: tzinfo) -> When:
    """The days that a FHIR date means in `zone`; a time without an offset is taken as local to `zone`.

    Raises UnusableDate: "unreadable", or "out-of-range" for years before 1850 or after 2199.
    """
    if not isinstance(value, str):
        raise UnusableDate("unreadable")
    if EARLIEST <= value < _TOO_LATE:
        # Most dates are whole, and bare. One that can be read here has its year within the bounds, and would be read so below.
        try:
            if len(value) == 10:
                day = date.fromisoformat(value)
                return When(day, day, value)
            return _place(datetime.fromisoformat(value), value, zone)
        except ValueError:
            pass
    try:
        return _read_text(value.strip(), zone)
    except UnusableDate:
        raise
    except (ValueError, OverflowError):
        raise UnusableDate("unreadable") from None


def read_fact_when(value: object, zone: tzinfo, now: Now) -> When:
    """As `read_when`, for something that has happened.

    A partial date that is not over yet ends today. Raises UnusableDate "future" for a fact dated after now.
    """
    if type(value) is str and len(value) == 10 and EARLIEST <= value < _TOO_LATE:
        # As below: a bare day that is over, in fewer steps. Most dates are.
        try:
            day = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if day < now.today:
                return When(day, day, value)
    when = read_when(value, zone)
    last, instant = when.last, when.instant
    if last < now.today and (instant is None or instant <= now.instant):
        return when
    if when.first > now.today or (instant is not None and instant > now.instant):
        raise UnusableDate("future")
    return When(when.first, now.today, when.recorded) if last > now.today else when


def _read_text(text: str, zone: tzinfo) -> When:
    if len(text) in _PARTIAL_LENGTHS and (partial := _PARTIAL.fullmatch(text)):
        return _read_partial(text, int(partial[1]), int(partial[2] or 0))
    if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        raise UnusableDate("out-of-range")
    if len(text) == 10:
        day = date.fromisoformat(text)
        return When(day, day, text)
    return _place(datetime.fromisoformat(text), text, zone)


def _place(instant: datetime, text: str, zone: tzinfo) -> When:
    """A moment, on its day in `zone`."""
    offset = instant.tzinfo
    if offset is None:
        instant, offset = instant.replace(tzinfo=zone), zone
    day = instant.date() if offset == zone else instant.astimezone(zone).date()
    return When(day, day, text, instant)


def _read_partial(text: str, year: int, month: int) -> When:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnusableDate("out-of-range")
    first = date(year, month or 1, 1)
    last = date(year, month, monthrange(year, month)[1]) if month else date(year, 12, 31)
    return When(first, last, text)
