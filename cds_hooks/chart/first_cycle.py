"""Whether an order belongs to the first cycle of the course (definitions, "Cycle")."""

from __future__ import annotations

from datetime import date, timedelta

from cds_hooks.chart.finding import Finding
from cds_hooks.chart.phase import CYCLE_GAP_DAYS, Course, Phase


def find_first_cycle(course: Course, today: date) -> Finding:
    """True at start, and while the course is so young that an order today is not the next cycle yet."""
    if course.phase is Phase.UNKNOWN:
        return Finding(None, missing=course.missing)
    if course.phase is Phase.START:
        return Finding(True)
    assert course.began is not None
    is_young = course.cycles == 1 and today < course.began + timedelta(days=CYCLE_GAP_DAYS)
    return Finding(is_young, course.evidence)
