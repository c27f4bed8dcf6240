"""The pattern behind a list of dates on which a medicine is to be given (`timing.event`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from cds_hooks.clinical.calendar import DAYS_PER_MONTH, DAYS_PER_WEEK, add_months, count_days
from cds_hooks.clinical.dosage import DAILY, Pattern


def find_intakes_per_day(events: Sequence[date]) -> int | None:
    """How often each date is named; None where that differs."""
    counts = set(Counter(events).values())
    return counts.pop() if len(counts) == 1 else None


def find_pattern(days: Sequence[date]) -> Pattern | None:
    """The pattern of distinct, sorted `days`; None for a single day or without a regular one.

    Days in a row are daily; runs of equal length that start equally far apart are so many days of that distance; single
    days the same number of calendar months apart keep the months.
    """
    runs = _find_runs(days)
    if len(days) < 2 or len({len(run) for run in runs}) > 1:
        return None
    if len(runs) == 1:
        return DAILY
    starts = [run[0] for run in runs]
    if (months := _find_months_apart(starts)) and len(runs[0]) == 1:
        return Pattern(Decimal(1), months * DAYS_PER_MONTH, calendar_period=(months, "mo"))
    gaps = {count_days(earlier, later) for earlier, later in pairwise(starts)}
    return Pattern(Decimal(len(runs[0])), Decimal(gaps.pop())) if len(gaps) == 1 else None


def _find_runs(days: Sequence[date]) -> list[list[date]]:
    runs: list[list[date]] = []
    for day in days:
        if runs and count_days(runs[-1][-1], day) == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _find_months_apart(starts: Sequence[date]) -> int | None:
    """Whole months between all starts. Four weeks are four weeks, though February makes a month of them."""
    first, second = starts[0], starts[1]
    months = (second.year - first.year) * 12 + second.month - first.month
    if months < 1 or (months == 1 and count_days(first, second) % DAYS_PER_WEEK == 0):
        return None
    regular = all(add_months(first, months * n) == start for n, start in enumerate(starts))
    return months if regular else None
