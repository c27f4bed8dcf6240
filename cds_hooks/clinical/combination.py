"""Brings schedules together: those of the same days are summed, those in sequence follow each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from cds_hooks.clinical import names
from cds_hooks.clinical.calendar import DAYS_PER_WEEK, count_days
from cds_hooks.clinical.dosage import DAILY, NotComputable, Pattern, Schedule
from cds_hooks.clinical.dose_amount import HIGHEST_DOSE_MG
from cds_hooks.clinical.event_days import find_pattern

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class PlacedSchedule:
    """The schedule of one order on the days it covers: from `start`, `end` itself excluded; None is open."""

    schedule: Schedule | NotComputable
    start: date
    end: date | None = None


def sum_same_days(placed: Sequence[PlacedSchedule]) -> Schedule | NotComputable:
    """The dose of several orders, summed on the days that they share; where days differ, the day with the highest sum.

    An order that covers no day adds nothing. An order that cannot be computed makes the sum so.
    """
    orders = [replace(one, schedule=_forget_length(one.schedule)) for one in placed]
    sums: list[Schedule] = []
    for day in sorted({one.start for one in orders}):
        active = [one.schedule for one in orders if one.start <= day and (one.end is None or day < one.end)]
        if not active:
            continue
        total = combine_same_days(active)
        if isinstance(total, NotComputable):
            return total
        sums.append(total)
    return _take_highest(sums) if sums else names.NO_DOSAGE


def combine_same_days(schedules: Sequence[Schedule | NotComputable]) -> Schedule | NotComputable:
    """The schedules of lines that run together: 10 mg and 5 mg on the same days are 15 mg.

    Lines at stated different moments of the day are intakes of their own; others are one intake. Whether the days of two
    patterns meet is known where they are the same pattern, one is daily, or both name weekdays; else it is not computable.
    """
    for one in schedules:
        if isinstance(one, NotComputable):
            return one
    parts = [one for one in schedules if isinstance(one, Schedule)]
    if len(parts) == 1:
        return parts[0]
    combined = _combine(parts)
    if isinstance(combined, NotComputable):
        return combined
    return combined if combined.mg_per_intake_day <= HIGHEST_DOSE_MG else names.DOSE_OUT_OF_RANGE


def mark_varying(schedule: Schedule, lowest_mg: Decimal) -> Schedule:
    """The schedule with the lowest dose beside the highest, and the note; unchanged where they are equal."""
    if lowest_mg == schedule.mg_per_intake_day:
        return schedule
    return replace(schedule, lowest_mg=lowest_mg, note=names.join_notes(schedule.note, names.HIGHEST_OF_SEVERAL))


def find_lowest_mg(schedule: Schedule) -> Decimal:
    """The lowest dose of a day of intake; the dose itself where it does not change."""
    return schedule.mg_per_intake_day if schedule.lowest_mg is None else schedule.lowest_mg


def _combine(parts: Sequence[Schedule]) -> Schedule | NotComputable:
    if any(part.days for part in parts):
        return _sum_by_date(parts) if all(part.days for part in parts) else names.DAYS_DIFFER
    if any(part.pattern is None for part in parts):
        return _sum_untimed(parts)
    if _are_weekly(parts):
        return _sum_by_weekday(parts)
    if _are_alike(parts):
        pattern = next((part.pattern for part in parts if part.pattern and part.pattern.cycle_stated), parts[0].pattern)
        return _sum(parts, pattern)
    return _sum_onto_daily(parts)


def _sum_untimed(parts: Sequence[Schedule]) -> Schedule | NotComputable:
    if any(part.pattern is not None for part in parts):
        return names.TIMING_OF_ONE_LINE
    return _sum(parts, None)


def _are_weekly(parts: Sequence[Schedule]) -> bool:
    named = [part for part in parts if part.weekdays]
    return bool(named) and all(part.pattern == DAILY or _is_weekly(part) for part in parts)


def _is_weekly(part: Schedule) -> bool:
    return bool(part.weekdays) and part.pattern is not None and part.pattern.cycle_days == DAYS_PER_WEEK


def _are_alike(parts: Sequence[Schedule]) -> bool:
    return len({(part.pattern.days_on, part.pattern.cycle_days, part.weekdays) for part in parts if part.pattern}) == 1


def _sum(parts: Sequence[Schedule], pattern: Pattern | None) -> Schedule:
    """All parts on all days; where one lasts longer than the others, only it is left after their end."""
    lengths = [part.lasts_days for part in parts]
    longest = None if None in lengths else max(length for length in lengths if length is not None)
    left = [part for part in parts if part.lasts_days == longest]
    intake_days = [part.intake_days for part in left if part.intake_days is not None]
    total = Schedule(
        sum((part.mg_per_intake_day for part in parts), _NOTHING),
        _count_intakes(parts),
        pattern,
        names.join_notes(*(part.note for part in parts)),
        lasts_days=longest,
        intake_days=max(intake_days) if intake_days and longest is not None else None,
        weekdays=parts[0].weekdays,
        moments=_join_moments(parts),
    )
    return mark_varying(total, sum((find_lowest_mg(part) for part in left), _NOTHING))


def _sum_by_weekday(parts: Sequence[Schedule]) -> Schedule:
    days = {day for part in parts for day in part.weekdays}
    sums = [_sum([part for part in parts if day in part.weekdays or not part.weekdays], None) for day in sorted(days)]
    weekdays = tuple(sorted(days))
    if others := [part for part in parts if not part.weekdays]:
        weekdays = ()
        if len(days) < DAYS_PER_WEEK:
            sums.append(_sum(others, None))
    pattern = DAILY if others or len(days) == DAYS_PER_WEEK else Pattern(Decimal(len(days)), Decimal(DAYS_PER_WEEK))
    highest = _take_highest(sums)
    return replace(
        highest,
        pattern=pattern,
        weekdays=weekdays,
        note=names.join_notes(*(part.note for part in parts), highest.note),
        intakes_per_day=max(one.intakes_per_day for one in sums),
        intake_days=None if highest.lasts_days is None else pattern.count_days_on(highest.lasts_days),
    )


def _sum_by_date(parts: Sequence[Schedule]) -> Schedule:
    on_day: dict[date, list[Schedule]] = {}
    for part in parts:
        for day in part.days:
            on_day.setdefault(day, []).append(part)
    days = sorted(on_day)
    pattern, note = find_pattern(days)
    highest = _take_highest([_sum(on_day[day], None) for day in days])
    varying = names.HIGHEST_OF_SEVERAL if highest.lowest_mg is not None else ""
    return replace(
        highest,
        pattern=pattern,
        note=names.join_notes(note, varying),
        lasts_days=Decimal(count_days(days[0], days[-1]) + 1),
        intake_days=Decimal(len(days)),
        days=tuple(days),
    )


def _sum_onto_daily(parts: Sequence[Schedule]) -> Schedule | NotComputable:
    """A daily dose with more on some days: the highest is the sum of all, the lowest what is taken every day."""
    daily = [part for part in parts if part.pattern == DAILY]
    others = [part for part in parts if part.pattern != DAILY]
    if not daily or not _are_alike(others):
        return names.DAYS_DIFFER
    return mark_varying(_sum(parts, DAILY), sum((find_lowest_mg(part) for part in daily), _NOTHING))


def _count_intakes(parts: Sequence[Schedule]) -> Decimal:
    """Moments that are named count each once; a line without one is taken with another as far as that goes."""
    unnamed = [part.intakes_per_day for part in parts if not part.moments]
    return max([Decimal(len(_join_moments(parts))), *unnamed])


def _join_moments(parts: Sequence[Schedule]) -> tuple[str, ...]:
    return tuple(sorted({moment for part in parts for moment in part.moments}))


def _forget_length(one: Schedule | NotComputable) -> Schedule | NotComputable:
    """How long it lasts is then said by the order's days."""
    return one if isinstance(one, NotComputable) else replace(one, lasts_days=None, intake_days=None)


def _take_highest(sums: Sequence[Schedule]) -> Schedule:
    highest = max(sums, key=lambda one: one.mg_per_intake_day)
    return mark_varying(highest, min(find_lowest_mg(one) for one in sums))
