"""The patient's age now, with both ends of a partial birth date."""

from __future__ import annotations

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.finding import Evidence, Finding, find_unknown
from cds_hooks.clinical.calendar import completed_years

BIRTH_DATE = "birth date"


def find_ages(bedside: Bedside) -> tuple[int, int] | None:
    """The youngest and oldest age in completed years that the birth date allows; None without one."""
    born = bedside.chart.patient.born
    if born is None:
        return None
    today = bedside.now.today
    youngest = completed_years(born.last, today)
    return youngest, youngest if born.first == born.last else completed_years(born.first, today)


def show_age(bedside: Bedside) -> tuple[Evidence, ...]:
    """The age as evidence: `54`, or `53-54` where the birth date is partial."""
    ages = find_ages(bedside)
    return () if ages is None else show_ages(bedside, ages)


def show_ages(bedside: Bedside, ages: tuple[int, int]) -> tuple[Evidence, ...]:
    """As `show_age`, of what `find_ages` told."""
    youngest, oldest = ages
    shown = str(youngest) if youngest == oldest else f"{youngest}-{oldest}"
    return (Evidence("age", shown, "a", "", bedside.chart.patient.reference),)


def find_age_below(bedside: Bedside, years: int) -> Finding:
    """Whether the patient is younger than `years`; unknown without a birth date, or where its ends differ."""
    ages = find_ages(bedside)
    if ages is None:
        return find_unknown(BIRTH_DATE)
    youngest, oldest = ages
    if (youngest < years) != (oldest < years):
        return Finding(None, show_ages(bedside, ages), (BIRTH_DATE,))
    return Finding(oldest < years, show_ages(bedside, ages))
