"""A dose against the kidney table: how far above it, under every regimen and clearance that the record leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import IntEnum

from cds_hooks.chart.candidates import weigh
from cds_hooks.chart.clearance import Clearance
from cds_hooks.chart.kidney import KidneyFunction
from cds_hooks.chart.phase import Course, Phase
from cds_hooks.chart.regimen import Regimen, RenalBand, RenalDose
from cds_hooks.clinical.dosage import Pattern, Schedule
from cds_hooks.record import Record


class Excess(IntEnum):
    """How far a dose is above the table; the numbers are levels of a card."""

    NONE = 0
    CONDITIONAL = 1
    """The raised dose, which the table allows under conditions (15 mg after 2 cycles)."""
    ABOVE = 2
    FAR_ABOVE = 3
    """Over twice the table's dose (site)."""


class Verdict(Record):
    """What the table says of one dose: `excess` after weighing all candidates, those above it, and the doses it allows.

    `allowed` is empty where candidates disagree, or where the table has no data. `is_conditional` where the raised dose is meant.
    """

    excess: Excess | None
    above: tuple[str, ...]
    limit_mg: Decimal | None
    allowed: tuple[RenalDose, ...]
    band: RenalBand | None


#: The regimen's own dose holds: the kidney table gives none.
_OWN_DOSE = Verdict(Excess.NONE, (), None, (), None)


def find_bands(regimen: Regimen, kidney: KidneyFunction) -> tuple[RenalBand | None, ...]:
    """The bands that the kidney function may lie in; None stands for the regimen's own dose. Empty: not known at all."""
    if kidney.dialysis.truth:
        return (regimen.dialysis,)
    clearance = kidney.clearance
    if clearance is None:
        return ()
    bands: list[RenalBand | None] = [band for band in regimen.bands if _may_lie_in(band, clearance)]
    if clearance.reaches(regimen.bands_end):
        bands.append(None)
    if kidney.dialysis.truth is None:
        bands.append(regimen.dialysis)
    return tuple(bands)


def _may_lie_in(band: RenalBand, clearance: Clearance) -> bool:
    starts_below_top = band.high is None or clearance.low is None or clearance.low < band.high
    return starts_below_top and (band.low is None or clearance.reaches(band.low))


def judge_dose(schedule: Schedule, band: RenalBand | None, regimen: Regimen, course: Course, *, twice: Decimal) -> Excess:
    """How far the dose is above what one band allows for one regimen."""
    if band is None:
        return Excess.NONE
    limit = min(band.ceiling, regimen.start_mg)
    mg = find_compared_mg(schedule, regimen)
    if mg <= limit:
        return Excess.NONE
    if band.raised is not None and mg <= band.raised:
        return Excess.CONDITIONAL if _had_cycles(course, band.raised_after_cycles) else Excess.ABOVE
    return Excess.FAR_ABOVE if mg > twice * limit else Excess.ABOVE


def find_compared_mg(schedule: Schedule, regimen: Regimen) -> Decimal:
    """mg per day of intake; averaged over the pattern only where the kidney table names that dose on such days."""
    for dose in regimen.renal_doses_on_days:
        if _is_within(schedule, dose):
            average = schedule.average_mg_per_day
            return schedule.mg_per_intake_day if average is None else average
    return schedule.mg_per_intake_day


def _is_within(schedule: Schedule, dose: RenalDose) -> bool:
    """A table's dose on named days (15 mg every other day) covers that much or less on as few days or fewer."""
    if dose.pattern is None or schedule.pattern is None:
        return False
    return schedule.mg_per_intake_day <= dose.mg and _share(schedule.pattern) <= _share(dose.pattern)


def _share(pattern: Pattern) -> Decimal:
    return pattern.days_on / pattern.cycle_days


def _had_cycles(course: Course, cycles: int) -> bool:
    """Continuing with that many known cycles, or with an unknown number (definitions, "15 mg after 2 cycles")."""
    if course.phase is not Phase.CONTINUING:
        return False
    return course.cycles is None or course.cycles >= cycles


def judge(schedule: Schedule, regimens: Sequence[Regimen], kidney: KidneyFunction, course: Course, *, twice: Decimal) -> Verdict:
    """Weigh all candidates: what all fail stands at its level, what only some fail one level lower."""
    if regimens and _is_above_tables(regimens, kidney):
        return _OWN_DOSE
    excesses: dict[str, Excess | None] = {}
    bands = {regimen.id: find_bands(regimen, kidney) for regimen in regimens}
    for regimen in regimens:
        seen = [judge_dose(schedule, band, regimen, course, twice=twice) for band in bands[regimen.id]]
        excesses[regimen.id] = _agree(seen, kidney)
    weighed = Excess(weigh([excess or Excess.NONE for excess in excesses.values()]))
    if weighed is Excess.NONE and (not excesses or None in excesses.values()):
        return Verdict(None, (), None, (), None)
    above = tuple(name for name, excess in excesses.items() if excess)
    judged = [(regimen, bands[regimen.id]) for regimen in regimens if not above or regimen.id in above]
    return Verdict(weighed, above, _find_limit(judged), find_allowed(regimens, kidney), _find_band(judged))


def _is_above_tables(regimens: Sequence[Regimen], kidney: KidneyFunction) -> bool:
    """Whether the clearance is for certain above every band of each regimen, so that `find_bands` knows its own dose alone."""
    clearance = kidney.clearance
    if kidney.dialysis.truth is not False or clearance is None or clearance.preliminary or clearance.low is None:
        return False
    return clearance.low > max([regimen.own_dose_above for regimen in regimens])


def _agree(seen: Sequence[Excess], kidney: KidneyFunction) -> Excess | None:
    """One excess from the bands that are open: the least of them if all are above the table, none if none is; else unknown."""
    if not seen:
        return None
    least = min(seen)
    only_preliminary = kidney.clearance is not None and kidney.clearance.preliminary
    if least is Excess.NONE and (max(seen) is not Excess.NONE or only_preliminary):
        return None
    return least


_Open = Sequence[tuple[Regimen, tuple[RenalBand | None, ...]]]


def _find_limit(judged: _Open) -> Decimal | None:
    # Of several open bands the one with the highest limit: "at most" then holds whichever it is.
    limits = [min(band.ceiling, regimen.start_mg) for regimen, bands in judged for band in bands if band is not None]
    return max(limits) if limits else None


def _find_band(judged: _Open) -> RenalBand | None:
    found = {band for _, bands in judged for band in bands}
    return found.pop() if len(found) == 1 else None


def find_allowed(regimens: Sequence[Regimen], kidney: KidneyFunction) -> tuple[RenalDose, ...]:
    """The doses that the table gives, where every candidate agrees on one band; empty where not, or where there are no data."""
    offers = set()
    for regimen in regimens:
        bands = find_bands(regimen, kidney)
        if len(bands) != 1 or bands[0] is None:
            return ()
        own = RenalDose(regimen.start_mg)
        offers.add(tuple(dose if dose.mg <= regimen.start_mg or dose.pattern else own for dose in bands[0].doses))
    return offers.pop() if len(offers) == 1 else ()


def find_limits(regimens: Iterable[Regimen]) -> tuple[Decimal, ...]:
    """Every clearance in mL/min at which a table of these regimens changes."""
    ends = {end for regimen in regimens for band in regimen.bands for end in (band.low, band.high) if end is not None}
    return tuple(sorted(ends))
