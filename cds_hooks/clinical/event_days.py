"""The pattern behind a list of dates on which a medicine is to be given (`timing.event`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from cds_hooks.clinical import names
from cds_hooks.clinical.calendar import DAYS_PER_MONTH, DAYS_PER_WEEK, add_months, count_days
from cds_hooks.clinical.dosage import DAILY, Pattern


def find_intakes_per_day(events: Sequence[date]) -> int | None:
    """How often each date is named; None where that differs."""
    counts = set(Counter(events).values())
    return counts.pop() if len(counts) == 1 else None


def find_pattern(days: Sequence[date]) -> tuple[Pattern | None, str]:
    """The pattern of distinct, sorted `days`, and the note that stands for it where there is none.

    Days in a row are daily; runs of equal length that start equally far apart are so many days of that distance; single
    days the same number of calendar months apart keep the months.
    """
    if len(days) == 1:
        return None, names.GIVEN_ONCE
    runs = _find_runs(days)
    pattern = DAILY if len(runs) == 1 else _find_repeated(runs)
    return pattern, "" if pattern else names.DAYS_IRREGULAR


def _find_repeated(runs: Sequence[Sequence[date]]) -> Pattern | None:
    lengths = {len(run) for run in runs}
    starts = [run[0] for run in runs]
    if lengths == {1} and (months := _find_months_apart(starts)):
        return Pattern(Decimal(1), months * DAYS_PER_MONTH, calendar_period=(months, "mo"))
    gaps = {count_days(earlier, later) for earlier, later in pairwise(starts)}
    return Pattern(Decimal(lengths.pop()), Decimal(gaps.pop())) if len(lengths) == len(gaps) == 1 else None


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
