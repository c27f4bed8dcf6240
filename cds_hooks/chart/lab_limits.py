"""Neutropenia and thrombocytopenia as modifiers of another risk (definitions): by problem, or by the newest value."""

from __future__ import annotations

from datetime import timedelta

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.evidence import show_condition, show_measurement
from cds_hooks.chart.finding import Finding
from cds_hooks.chart.newest import find_newest

_LIMITS = {"neutrophils": "modifier-neutrophils", "platelets": "modifier-platelets"}
_WINDOW = "modifier-count-days"


def find_low_counts(bedside: Bedside) -> Finding:
    """Whether neutrophils (< 1.5) or platelets (< 100) are low, of the last 30 days (site)."""
    problems = bedside.find_active_conditions("neutropenia", "thrombocytopenia")
    if problems:
        return Finding(True, tuple(show_condition(found) for found in problems))
    since = bedside.now.today - timedelta(days=bedside.numbers.days(_WINDOW))
    for analyte, parameter in _LIMITS.items():
        newest = find_newest(bedside.measured_since(analyte, since), since=since, high_is_danger=False)
        high = newest.amount.high if newest else None
        if newest is not None and high is not None and high < bedside.numbers.number(parameter):
            return Finding(True, (show_measurement(newest),), parameters=(parameter, _WINDOW))
    lacking = bedside.chart.find_lacking("observations", "conditions")
    return Finding(None if lacking else False, missing=lacking)
