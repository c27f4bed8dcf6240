"""What the record tells of blood counts in this course: values, falls, cycles, doses taken, fever, growth factor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.count_limits import CountLimits
from cds_hooks.chart.counts import NEUTROPHILS, PLATELETS, Count, find_counts, find_lowest, find_newest_count, is_below
from cds_hooks.chart.cycles import Cycle, find_cycles
from cds_hooks.chart.dose_levels import TakenDose, find_taken
from cds_hooks.chart.falls import NO_FALLS, Fall, FallTracer, Trace
from cds_hooks.chart.medicines import find_active, find_covered, find_start, is_or_was_taken
from cds_hooks.chart.phase import DEFAULT_COVER_DAYS, Course
from cds_hooks.chart.records import MedicineEntry
from cds_hooks.chart.regimen import Regimen
from cds_hooks.chart.remembered import remembered

#: Site parameters.
AT_START = "count-days-at-start"
CONTINUING = "count-days-continuing"
SUCCESSION = "succession-days"
ALONE_PLATELETS = "alone-platelets"
ALONE_HAEMOGLOBIN = "alone-haemoglobin"
ALONE_DAYS = "alone-days"
FEVER_DAYS = "fever-days"
CLEAN_NEUTROPHILS = "clean-cycle-neutrophils"
CLEAN_PLATELETS = "clean-cycle-platelets"
#: Nearly all that is asked of counts is of this course, or of so long before it.
_BEFORE = timedelta(days=62)


def find_limits(regimen: Regimen, kind: str) -> CountLimits:
    """The limits of one count in one regimen; KeyError where the medicine has none (its cards ask for them by mistake)."""
    limits = regimen.neutrophils if kind == NEUTROPHILS else regimen.platelets
    if limits is None:
        raise KeyError(kind)
    return limits


class BloodRecord:
    """The counts of one patient in one course, for one order. Remembers what it worked out; lives for one call."""

    def __init__(self, bedside: Bedside, course: Course, order: MedicineEntry) -> None:
        self.bedside = bedside
        self.course = course
        self.order = order
        self._traces: dict[tuple[str, str], Trace] = {}
        self._newest: dict[tuple[str, str], Count | None] = {}
        self._of_course: dict[str, Sequence[Count]] = {}
        self._lowest: dict[str, Decimal] = {}
        self._recent: dict[str, tuple[Count, ...]] = {}
        began = min(course.began or bedside.now.today, bedside.now.today)
        self._recent_since = began - _BEFORE

    @remembered
    def neutrophils(self) -> tuple[Count, ...]:
        """All counts of neutrophils, oldest first."""
        return find_counts(self.bedside, NEUTROPHILS)

    @remembered
    def platelets(self) -> tuple[Count, ...]:
        """All counts of platelets, oldest first."""
        return find_counts(self.bedside, PLATELETS)

    def counts(self, kind: str) -> tuple[Count, ...]:
        """All counts of a kind, oldest first."""
        return self.neutrophils if kind == NEUTROPHILS else self.platelets

    def counts_since(self, kind: str, since: date) -> tuple[Count, ...]:
        """As `counts`, for who looks only at those of `since` or later: of a long record the others need not be read."""
        if since < self._recent_since:
            return self.counts(kind)
        if kind not in self._recent:
            self._recent[kind] = find_counts(self.bedside, kind, self._recent_since)
        return self._recent[kind]

    @remembered
    def taken(self) -> tuple[TakenDose, ...]:
        """The doses of this course, oldest first."""
        return find_taken(self.course.stays)

    @property
    def lacking(self) -> tuple[str, ...]:
        """`observations`, where their silence proves nothing."""
        return self.bedside.chart.find_lacking("observations")

    def find_newest(self, kind: str, parameter: str) -> Count | None:
        """The count that stands, of the days that a site parameter names."""
        key = (kind, parameter)
        if key not in self._newest:
            since = self.bedside.now.today - timedelta(days=self.bedside.numbers.days(parameter))
            self._newest[key] = find_newest_count(self.counts_since(kind, since), since)
        return self._newest[key]

    def has_final(self, kind: str, since: date) -> bool:
        """Whether a final count of that day or later is there."""
        return any(not count.preliminary and count.when.first >= since for count in reversed(self.counts_since(kind, since)))

    def find_last_complete(self) -> date | None:
        """The day since which both neutrophils and platelets have a final count; None where one of them never had."""
        newest = [
            max((count.when.first for count in self.counts(kind) if not count.preliminary), default=None)
            for kind in (NEUTROPHILS, PLATELETS)
        ]
        days = [day for day in newest if day is not None]
        return min(days) if len(days) == len(newest) else None

    def find_cycles(self, regimen: Regimen) -> tuple[Cycle, ...]:
        """The cycles of this course."""
        return find_cycles(self.course.stays, int(regimen.days.cycle_days))

    def begins_after(self, cycle: Cycle) -> bool:
        """Whether this order is for after the cycle: it starts later, or succeeds an order nearly at its end."""
        today = self.bedside.now.today
        begins = max(find_start(self.order) or today, today)
        return (cycle.last - begins).days + 1 <= self.bedside.numbers.days(SUCCESSION)

    def trace(self, regimen: Regimen, kind: str) -> Trace:
        """The falls of a count in this course by the limits of one regimen."""
        if not self.may_have_fallen(regimen, kind):
            return NO_FALLS
        key = (regimen.id, kind)
        if key not in self._traces:
            self._traces[key] = self._trace(regimen, kind, self._find_of_course(kind))
        return self._traces[key]

    def may_have_fallen(self, regimen: Regimen, kind: str) -> bool:
        """Whether a count of this course may be as low as a fall begins. False is exact: each count is above the limits for sure,
        and nothing is traced."""
        if kind not in self._lowest:
            self._lowest[kind] = find_lowest(self._find_of_course(kind))
        return self._lowest[kind] <= find_limits(regimen, kind).falls_under

    def trace_all(self, regimen: Regimen, kind: str) -> Trace:
        """The falls among all counts on record, as if the course were as old as they are."""
        return self._trace(regimen, kind, self.counts(kind))

    def _trace(self, regimen: Regimen, kind: str, counts: Sequence[Count]) -> Trace:
        return FallTracer(find_limits(regimen, kind), is_alone=self._is_alone, has_fever=self._has_fever).trace(counts)

    def _find_of_course(self, kind: str) -> Sequence[Count]:
        """Counts since the course began; where that is not known those that are recent enough."""
        if kind not in self._of_course:
            recent = self.bedside.now.today - timedelta(days=self.bedside.numbers.days(CONTINUING))
            since = self.course.began or recent
            self._of_course[kind] = [count for count in self.counts_since(kind, since) if count.when.first >= since]
        return self._of_course[kind]

    def _is_alone(self, day: date) -> bool:
        """Neutropenia alone: no platelets under 100, no haemoglobin of grade 3-4 in the same week (definitions; site)."""
        numbers = self.bedside.numbers
        within = timedelta(days=numbers.days(ALONE_DAYS) - 1)
        low_platelets = numbers.number(ALONE_PLATELETS)
        if any(is_below(c.amount, low_platelets) for c in self.platelets if abs(c.when.last - day) <= within):
            return False
        low_haemoglobin = numbers.number(ALONE_HAEMOGLOBIN)
        measured = self.bedside.measured("haemoglobin")
        return not any(is_below(m.amount, low_haemoglobin) for m in measured if abs(m.when.last - day) <= within)

    def _has_fever(self, day: date, fever: Decimal) -> bool:
        """A body temperature that high within 3 days (site) of the count."""
        within = timedelta(days=self.bedside.numbers.days(FEVER_DAYS))
        measured = self.bedside.measured("body-temperature")
        return any(is_below(m.amount, fever) is False for m in measured if abs(m.when.last - day) <= within)

    def has_growth_factor(self, fall: Fall) -> bool:
        """G-CSF in the record: active or ordered now, or given between the fall and its end."""
        if find_active(self.bedside, "growth-factor"):
            return True
        until = fall.ended.when.last if fall.ended else self.bedside.now.today
        entries = [found.record for found in self.bedside.find_medicines("growth-factor")]
        spans = [find_covered(entry, DEFAULT_COVER_DAYS) for entry in entries if is_or_was_taken(entry)]
        return any(span[0] <= until and span[1] >= fall.began.when.first for span in spans if span)

    def is_clean(self, cycle: Cycle) -> bool:
        """No low count, and at least one count of each kind, in the cycle (definitions, "free of blood toxicity"; site)."""
        return self._is_free(cycle, NEUTROPHILS, CLEAN_NEUTROPHILS) and self._is_free(cycle, PLATELETS, CLEAN_PLATELETS)

    def _is_free(self, cycle: Cycle, kind: str, parameter: str) -> bool:
        limit = self.bedside.numbers.number(parameter)
        counts = [count for count in self.counts(kind) if cycle.first <= count.when.first and cycle.holds(count.when.last)]
        counted = any(not count.preliminary and count.when.last <= cycle.last for count in counts)
        return counted and all(is_below(count.amount, limit) is False for count in counts)
