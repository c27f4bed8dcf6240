"""How often and on which days a medicine is taken, from `Timing.repeat`, `Timing.code` and `Timing.event`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal

from cds_hooks.clinical import names
from cds_hooks.clinical.calendar import DAYS_PER_MONTH, DAYS_PER_WEEK, DAYS_PER_YEAR, count_days
from cds_hooks.clinical.dosage import DAILY, NotComputable, Pattern, Timing
from cds_hooks.clinical.event_days import find_intakes_per_day, find_pattern

_ONE = Decimal(1)
#: Hours as fractions of a day leave a remainder in the 27th digit.
_NEARLY = Decimal("0.000000001")
_LONGEST_DAYS = Decimal(36_525)
_SHORTEST_PERIOD_DAYS = Decimal("0.0006")
_MOST_INTAKES_PER_DAY = 24
_MOST_EVENTS = 1000


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Intakes on a day of intake, and the days; the members mean what they mean in `Schedule`."""

    intakes_per_day: Decimal = _ONE
    pattern: Pattern | None = None
    note: str = ""
    lasts_days: Decimal | None = None
    intake_days: Decimal | None = None
    weekdays: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rate:
    """`times` in every `days` days; `moment` where a code names one."""

    times: int
    days: Decimal
    calendar_period: tuple[int, str] | None = None
    moment: str = ""


_UNTIMED = Rhythm(note=names.TIMING_NOT_STATED)

#: http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation
_RATE_BY_CODE = {
    "QD": _Rate(1, _ONE),
    "BID": _Rate(2, _ONE),
    "TID": _Rate(3, _ONE),
    "QID": _Rate(4, _ONE),
    "AM": _Rate(1, _ONE, moment="MORN"),
    "PM": _Rate(1, _ONE, moment="AFT"),
    "BED": _Rate(1, _ONE, moment="HS"),
    "QOD": _Rate(1, Decimal(2)),
    "WK": _Rate(1, Decimal(7)),
    "MO": _Rate(1, DAYS_PER_MONTH, (1, "mo")),
    **{f"Q{hours}H": _Rate(24 // hours, _ONE) for hours in (1, 2, 3, 4, 6, 8)},
}

#: http://hl7.org/fhir/event-timing: those that happen once a day. C, AC and PC mean "with every meal" and are left out.
_ONCE_A_DAY = frozenset(
    {
        *("MORN", "MORN.early", "MORN.late", "NOON", "AFT", "AFT.early", "AFT.late", "EVE", "EVE.early", "EVE.late"),
        *("NIGHT", "PHS", "HS", "WAKE", "CM", "CD", "CV", "ACM", "ACD", "ACV", "PCM", "PCD", "PCV"),
    }
)


def compute_rhythm(timing: Timing | None) -> Rhythm | NotComputable:
    """The rhythm of one dosage line. Without any timing: one intake, no pattern, and a note that says so."""
    if timing is None:
        return _UNTIMED
    lengths = (timing.period_days, timing.period_max_days, timing.duration_days, timing.bounds_days)
    if any(length is not None and not length.is_finite() for length in lengths):
        return names.TIMING_OUT_OF_RANGE
    rate = _find_rate(timing)
    if isinstance(rate, NotComputable):
        return rate
    if rate is None and timing.events:
        return _read_events(timing)
    rhythm = _set_days(timing, rate)
    if isinstance(rhythm, NotComputable):
        return rhythm
    return _limit(timing, rhythm)


def _find_rate(timing: Timing) -> _Rate | NotComputable | None:
    """The rate that repeat and code agree on; None where neither states one."""
    code = timing.code.strip().upper()
    coded = _RATE_BY_CODE.get(code)
    repeated = _find_repeated(timing)
    if isinstance(repeated, NotComputable):
        return repeated
    if repeated is None:
        return names.TIMING_CODE if code and coded is None else coded
    if coded is None:
        return repeated
    return replace(repeated, moment=coded.moment) if _agree(repeated, coded) else names.TIMING_CONTRADICTORY


def _agree(one: _Rate, other: _Rate) -> bool:
    return abs(one.times * other.days - other.times * one.days) < _NEARLY


def _find_repeated(timing: Timing) -> _Rate | NotComputable | None:
    if timing.frequency_max not in (None, timing.frequency) or timing.period_max_days not in (None, timing.period_days):
        return names.TIMING_IS_RANGE
    days = _find_period(timing)
    if days is None:
        return _find_without_period(timing)
    times = 1 if timing.frequency is None else timing.frequency
    if times < 1 or not _SHORTEST_PERIOD_DAYS < days <= _LONGEST_DAYS:
        return names.TIMING_OUT_OF_RANGE
    return _Rate(times, _find_whole(days) or days, timing.calendar_period)


def _find_period(timing: Timing) -> Decimal | None:
    """Days of the period; months and years as the same average everywhere."""
    if timing.calendar_period is None:
        return timing.period_days
    count, unit = timing.calendar_period
    return count * (DAYS_PER_MONTH if unit == "mo" else DAYS_PER_YEAR)


def _find_without_period(timing: Timing) -> NotComputable | None:
    """A frequency without a period says nothing by itself; it may repeat what times or weekdays say."""
    stated = (None, 1, len(set(timing.time_of_day)), len(set(timing.when)), len(set(timing.days_of_week)))
    return None if timing.frequency in stated else names.TIMING_INCOMPLETE


def _set_days(timing: Timing, rate: _Rate | None) -> Rhythm | NotComputable:
    """Intakes and pattern, from the rate, the weekdays and the times of the day."""
    moments = _find_moments(timing, rate)
    if isinstance(moments, NotComputable):
        return moments
    if timing.days_of_week:
        rhythm = _read_weekdays(timing, rate, len(moments))
    elif rate is not None:
        rhythm = _spread(rate)
    elif moments:
        rhythm = Rhythm(Decimal(len(moments)), DAILY)
    else:
        rhythm = _UNTIMED
    if isinstance(rhythm, NotComputable):
        return rhythm
    if moments and rhythm.intakes_per_day != len(moments):
        return names.TIMING_CONTRADICTORY
    return replace(rhythm, moments=moments) if moments else rhythm


def _find_moments(timing: Timing, rate: _Rate | None) -> tuple[str, ...] | NotComputable:
    """Distinct times of the day; none where "with meals" leaves their number open."""
    if timing.time_of_day:
        return tuple(sorted(set(timing.time_of_day)))
    if not timing.when:
        return (rate.moment,) if rate is not None and rate.moment else ()
    if _ONCE_A_DAY.issuperset(timing.when):
        return tuple(sorted(set(timing.when)))
    return () if rate is not None else names.TIMING_INCOMPLETE


def _spread(rate: _Rate) -> Rhythm | NotComputable:
    """Several times a day where the rate is over one a day, else that many days of the period."""
    if rate.times <= rate.days:
        days_on = Decimal(rate.times)
        if days_on == rate.days:
            return Rhythm(pattern=DAILY)
        return Rhythm(pattern=Pattern(days_on, rate.days, rate.calendar_period))
    per_day = _find_whole(rate.times / rate.days)
    if per_day is None:
        return names.INTAKES_VARY
    return Rhythm(per_day, DAILY) if per_day <= _MOST_INTAKES_PER_DAY else names.TIMING_OUT_OF_RANGE


def _find_whole(number: Decimal) -> Decimal | None:
    whole = number.to_integral_value()
    return whole if abs(number - whole) < _NEARLY else None


def _read_weekdays(timing: Timing, rate: _Rate | None, moments: int) -> Rhythm | NotComputable:
    """Only on these days of the week: a daily rate counts on each, a weekly one has to fill them evenly."""
    weekdays = tuple(sorted(set(timing.days_of_week)))
    cycle = Decimal(DAYS_PER_WEEK)
    per_day = Decimal(max(moments, 1))
    if rate is not None and rate.days <= 1:
        spread = _spread(rate)
        if isinstance(spread, NotComputable):
            return spread
        per_day = spread.intakes_per_day
    elif rate is not None:
        if rate.days % DAYS_PER_WEEK or rate.times % len(weekdays):
            return names.TIMING_CONTRADICTORY
        per_day, cycle = Decimal(rate.times // len(weekdays)), rate.days
    pattern = Pattern(Decimal(len(weekdays)), cycle)
    return Rhythm(per_day, pattern if pattern.has_pause else DAILY, weekdays=weekdays)


def _limit(timing: Timing, rhythm: Rhythm) -> Rhythm | NotComputable:
    """Adds how long it goes on: bounds, count, and a duration of days."""
    lasts = _find_bounds(timing)
    if isinstance(lasts, NotComputable):
        return lasts
    duration = timing.duration_days
    if duration is not None and duration >= 1:
        if duration > _LONGEST_DAYS:
            return names.TIMING_OUT_OF_RANGE
        if _is_longer_than_cycle(duration, rhythm):
            lasts = lasts if lasts is not None else duration
        elif rhythm.pattern is not None and rhythm.pattern.has_pause:
            return _count(timing, _stretch(rhythm, rhythm.pattern, duration), lasts)
    return _count(timing, rhythm, lasts)


def _is_longer_than_cycle(duration: Decimal, rhythm: Rhythm) -> bool:
    """A duration over the period cannot be how long each intake takes: it is how long the whole goes on."""
    return rhythm.pattern is None or duration > rhythm.pattern.cycle_days


def _stretch(rhythm: Rhythm, pattern: Pattern, duration: Decimal) -> Rhythm | NotComputable:
    """Once in 28 days, for 21 days each time: 21 of 28."""
    if duration in (1, pattern.days_on):
        return rhythm
    if pattern.days_on != 1:
        return names.TIMING_CONTRADICTORY
    return replace(rhythm, pattern=DAILY if duration == pattern.cycle_days else replace(pattern, days_on=duration))


def _find_bounds(timing: Timing) -> Decimal | NotComputable | None:
    """Calendar days of the bounds; a FHIR Period holds its last day."""
    days = timing.bounds_days
    if days is None:
        if timing.bounds_start is None or timing.bounds_end is None:
            return None
        days = Decimal(count_days(timing.bounds_start, timing.bounds_end) + 1)
    return days if 0 < days <= _LONGEST_DAYS else names.TIMING_OUT_OF_RANGE


def _count(timing: Timing, rhythm: Rhythm | NotComputable, lasts: Decimal | None) -> Rhythm | NotComputable:
    """Adds the days of intake, from the number of intakes in all and from the bounds; the smaller of the two."""
    if isinstance(rhythm, NotComputable):
        return rhythm
    pattern = rhythm.pattern
    intake = pattern.count_days_on(lasts) if pattern is not None and lasts is not None else None
    if timing.count is not None:
        if not 1 <= timing.count <= _LONGEST_DAYS * _MOST_INTAKES_PER_DAY:
            return names.TIMING_OUT_OF_RANGE
        if timing.count == 1:
            return Rhythm(note=names.GIVEN_ONCE, lasts_days=_ONE, intake_days=_ONE, moments=rhythm.moments[:1])
        counted = (timing.count / rhythm.intakes_per_day).to_integral_value(ROUND_CEILING)
        intake = counted if intake is None else min(counted, intake)
        if lasts is None and pattern is not None:
            lasts = pattern.cover(intake)
    return replace(rhythm, lasts_days=lasts, intake_days=intake)


def _read_events(timing: Timing) -> Rhythm | NotComputable:
    """The pattern of the dates given; a single date is given once."""
    if len(timing.events) > _MOST_EVENTS:
        return names.TIMING_OUT_OF_RANGE
    per_day = find_intakes_per_day(timing.events)
    if per_day is None:
        return names.INTAKES_VARY
    days = sorted(set(timing.events))
    pattern, note = find_pattern(days)
    return Rhythm(
        Decimal(per_day),
        pattern,
        note,
        lasts_days=Decimal(count_days(days[0], days[-1]) + 1),
        intake_days=Decimal(len(days)),
        days=tuple(days),
    )
