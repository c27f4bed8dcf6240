"""Falls of a blood count within a course: when each began, which limit it broke, and the value that ended it (4.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cds_hooks.chart.count_limits import CountLimits, FallLimit, Lasting, Resumption
from cds_hooks.chart.counts import Count, is_below
from cds_hooks.record import Record

#: Whether a fall of that day is neutropenia alone.
IsAlone = Callable[[date], bool]
#: Whether a body temperature (Cel) or more was measured about that day.
HasFever = Callable[[date, Decimal], bool]


@dataclass(frozen=True, slots=True)
class Fall:
    """One fall: `number` counts from 1 within the course. `ended` is the value that allows to resume; None while it lasts."""

    number: int
    began: Count
    limit: FallLimit
    resumption: Resumption
    is_alone: bool
    ended: Count | None = None


class Trace(Record):
    """All falls of one count, oldest first. `is_open`: the last one stands; None where the newest value does not tell."""

    falls: tuple[Fall, ...]
    is_open: bool | None


#: Where no count is as low as a fall begins.
NO_FALLS = Trace((), False)


class FallTracer:
    """Walks the counts of a course once, oldest first, and keeps what the tables ask to be remembered."""

    def __init__(self, limits: CountLimits, *, is_alone: IsAlone, has_fever: HasFever) -> None:
        self._limits = limits
        self._is_alone = is_alone
        self._has_fever = has_fever
        self._falls: list[Fall] = []
        self._standing: Fall | None = None
        self._is_unsure = False
        self._rose = False
        self._low_since: Count | None = None
        self._halfway: Count | None = None

    def trace(self, counts: Sequence[Count]) -> Trace:
        """The falls among these counts."""
        for count in counts:
            if self._standing is None:
                self._look_for_fall(count)
            else:
                self._look_for_end(count, self._standing)
        standing = (self._standing,) if self._standing else ()
        is_open = None if self._is_unsure else self._standing is not None
        return Trace((*self._falls, *standing), is_open)

    def _look_for_fall(self, count: Count) -> None:
        limit = self._limits.later if self._falls else self._limits.first
        fell = self._has_fallen(count, limit)
        if self._falls and is_below(count.amount, limit.below) is False:
            self._rose = True
        if not (fell is False and count.preliminary):
            self._is_unsure = fell is None
        if fell:
            self._open(count, limit)

    def _has_fallen(self, count: Count, limit: FallLimit) -> bool | None:
        """A later fall starts from its own limit or above; until that was reached the first limit holds."""
        below = limit.below if self._rose or not self._falls else min(limit.below, self._limits.first.below)
        fell = is_below(count.amount, below)
        if fell or limit.lasting is None:
            return fell
        milder = self._has_lasted(count, limit.lasting)
        return True if milder else None if None in (fell, milder) else False

    def _has_lasted(self, count: Count, lasting: Lasting) -> bool | None:
        low = is_below(count.amount, lasting.below)
        if low is False:
            self._low_since = None if not count.preliminary else self._low_since
            return False
        if low is None:
            return None
        if self._has_fever(count.when.last, lasting.fever):
            return True
        if self._low_since is None:
            self._low_since = count
        return (count.when.first - self._low_since.when.last).days >= lasting.days

    def _open(self, count: Count, limit: FallLimit) -> None:
        alone = self._is_alone(count.when.last)
        resumption = limit.alone if limit.alone is not None and alone else limit.resume
        self._standing = Fall(len(self._falls) + 1, count, limit, resumption, alone)
        self._low_since = self._halfway = None

    def _look_for_end(self, count: Count, fall: Fall) -> None:
        if count.preliminary:
            return
        low = is_below(count.amount, fall.resumption.at_least)
        self._is_unsure = low is None
        if low is False or (low and self._is_back_twice(count, fall.resumption)):
            self._falls.append(Fall(fall.number, fall.began, fall.limit, fall.resumption, fall.is_alone, count))
            self._standing = None
            self._rose = is_below(count.amount, self._limits.later.below) is False

    def _is_back_twice(self, count: Count, resumption: Resumption) -> bool:
        """In `mds`: at least two values of 25 or more over 7 days or more, none under it between."""
        if resumption.twice_from is None or is_below(count.amount, resumption.twice_from) is not False:
            self._halfway = None
            return False
        if self._halfway is None:
            self._halfway = count
        return (count.when.first - self._halfway.when.last).days >= resumption.twice_days
