"""Schedules that follow each other: a titration, or days of intake and a pause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cds_hooks.clinical import names
from cds_hooks.clinical.combination import find_lowest_mg, mark_varying
from cds_hooks.clinical.cycle_text import assume_cycle
from cds_hooks.clinical.dosage import DAILY, NotComputable, Pattern, Schedule


@dataclass(frozen=True, slots=True)
class Stretch:
    """One step of a sequence: a schedule, or a pause (None), and the days it lasts if that is stated."""

    schedule: Schedule | None
    lasts_days: Decimal | None


def follow_on(stretches: Sequence[Stretch], order_days: Decimal | None) -> Schedule | NotComputable:
    """The schedule of steps in sequence.

    Days of intake and a pause make a pattern (21 days, then 7 days nothing: 21 of 28). Where the dose changes, the highest
    is the dose and the lowest stands beside it. `order_days` gives the length of a step that is not stated.
    """
    parts = [stretch.schedule for stretch in stretches if stretch.schedule is not None]
    pauses = [stretch for stretch in stretches if stretch.schedule is None]
    if not parts:
        return names.DOSE_OUT_OF_RANGE
    if not pauses:
        return parts[0] if len(parts) == 1 else _join(parts, Decimal(0))
    if len(parts) == 1 and parts[0].pattern is not None and parts[0].pattern.has_pause and not parts[0].weekdays:
        return parts[0]
    pause = _add(stretch.lasts_days for stretch in pauses)
    if len(parts) == 1:
        return _pause(parts[0], pause, order_days)
    joined = _join(parts, pause)
    if isinstance(joined, NotComputable) or (repeated := _find_repeated(stretches)) is None:
        return joined
    return replace(joined, pattern=repeated)


def _pause(part: Schedule, pause: Decimal | None, order_days: Decimal | None) -> Schedule | NotComputable:
    """One step of intake and a pause; one of the two lengths may follow from the order's days."""
    lasts = part.lasts_days
    if lasts is None and pause is not None and order_days is not None and order_days > pause:
        lasts = order_days - pause
    if lasts is None:
        return names.PAUSE_LENGTH
    days_on = part.pattern.count_days_on(lasts) if part.pattern is not None else lasts
    if pause is None and (order_days is None or order_days <= lasts):
        note = names.join_notes(part.note, names.CYCLE_NOT_STATED)
        return replace(part, pattern=assume_cycle(days_on), note=note, lasts_days=lasts, intake_days=days_on)
    cycle = lasts + pause if pause is not None else order_days or lasts
    return replace(part, pattern=Pattern(days_on, cycle), lasts_days=cycle, intake_days=days_on)


def _join(parts: Sequence[Schedule], pause: Decimal | None) -> Schedule | NotComputable:
    """Several steps of intake, with `pause` days without any."""
    days_on = _add(part.intake_days for part in parts)
    length = _add([*(part.lasts_days for part in parts), pause])
    patterns = {part.pattern for part in parts}
    if pause != 0:
        if length is None or days_on is None:
            return names.PAUSE_LENGTH
        pattern: Pattern | None = Pattern(days_on, length)
    elif len(patterns) == 1:
        pattern = patterns.pop()
    else:
        pattern = Pattern(days_on, length) if days_on and length and days_on < length else None
    highest = max(parts, key=lambda part: part.mg_per_intake_day)
    joined = replace(
        highest,
        intakes_per_day=max(part.intakes_per_day for part in parts),
        pattern=DAILY if pattern is not None and not pattern.has_pause else pattern,
        note=names.join_notes(*(part.note for part in parts)),
        lasts_days=length,
        intake_days=days_on,
        weekdays=highest.weekdays if len(patterns) <= 1 else (),
        lowest_mg=None,
    )
    return mark_varying(joined, min(find_lowest_mg(part) for part in parts))


def _find_repeated(stretches: Sequence[Stretch]) -> Pattern | None:
    """21 days, 7 days nothing, 21 days, 7 days nothing: 21 of 28. The last pause may be left out."""
    on, off = stretches[0::2], stretches[1::2]
    if any(one.schedule is None for one in on) or any(one.schedule is not None for one in off):
        return None
    steps = {(one.schedule.intake_days, one.lasts_days) for one in on if one.schedule is not None}
    pauses = {one.lasts_days for one in off}
    if len(steps) != 1 or len(pauses) != 1:
        return None
    (days_on, lasts), pause = steps.pop(), pauses.pop()
    return Pattern(days_on, lasts + pause) if days_on is not None and lasts is not None and pause is not None else None


def _add(lengths: Iterable[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for length in lengths:
        if length is None:
            return None
        total += length
    return total
