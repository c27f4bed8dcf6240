"""What the tables of 4.2 say of the newest counts: too low to start, to be interrupted, and until which value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

from cds_hooks.chart.blood_record import ALONE_DAYS, ALONE_PLATELETS, AT_START, CONTINUING, BloodRecord, find_limits
from cds_hooks.chart.candidates import weigh
from cds_hooks.chart.count_limits import Level
from cds_hooks.chart.counts import Count, is_below
from cds_hooks.chart.dose_levels import find_dose_before, find_return_level, is_above
from cds_hooks.chart.evidence import show_condition
from cds_hooks.chart.falls import Fall
from cds_hooks.chart.finding import Evidence
from cds_hooks.chart.phase import CYCLE_GAP_DAYS, Phase
from cds_hooks.chart.regimen import Regimen
from cds_hooks.record import Record, change

CRITICAL, WARNING = 3, 2
#: Facts that are missing: no recent count (blood-count says so), and a value with a comparator on both sides of a limit.
NO_COUNT = "blood count"
INEXACT = "exact blood count"
REST_OF_CYCLE = "remark.next-cycle"


class Standing(Record):
    """What holds of one count in one regimen; `truth` None where it cannot be told.

    `limit` is the value that it is under, or to be reached. `resume` the dose to resume at (None: one level lower than a dose
    that is not known). `is_held`: it has recovered, but the rest of the cycle is left out.
    """

    truth: bool | None
    regimen: str
    newest: Count | None = None
    limit: Decimal | None = None
    resume: Level | None = None
    fall: Fall | None = None
    is_held: bool = False
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


class Verdict(Record):
    """All open regimens weighed: `level` 3, 2, 1, 0 (does not hold) or None (cannot be told), and those in which it holds."""

    level: int | None
    holding: tuple[Standing, ...]
    missing: tuple[str, ...] = ()


_HOLDS_IN_NONE = Verdict(0, ())


def judge_start(blood: BloodRecord, regimens: Sequence[Regimen], kind: str) -> Verdict:
    """Whether the count is too low to start; where the phase is not known it is C only if treatment had to be interrupted too."""
    return _judge(blood, regimens, kind, asked=find_start_standing, other=find_interruption)


def judge_interruption(blood: BloodRecord, regimens: Sequence[Regimen], kind: str) -> Verdict:
    """Whether treatment has to be, or to stay, interrupted; with the phase unknown it is C only if a start is barred too."""
    if regimens and _has_no_fall(blood, regimens, kind):
        return _HOLDS_IN_NONE
    return _judge(blood, regimens, kind, asked=find_interruption, other=find_start_standing)


def _has_no_fall(blood: BloodRecord, regimens: Sequence[Regimen], kind: str) -> bool:
    """Whether a final count stands, no input lacks, and no count of the course is as low as a fall begins: `find_interruption`
    then says no of every regimen."""
    newest = blood.find_newest(kind, CONTINUING)
    if newest is None or newest.preliminary or blood.lacking or blood.course.missing:
        return False
    for regimen in regimens:  # noqa: SIM110 - `all` takes twice as long, and each order asks.
        if blood.may_have_fallen(regimen, kind):
            return False
    return True


_Ask = Callable[[BloodRecord, Regimen, str], Standing]


def _judge(blood: BloodRecord, regimens: Sequence[Regimen], kind: str, *, asked: _Ask, other: _Ask) -> Verdict:
    found = [asked(blood, regimen, kind) for regimen in regimens]
    holding = [standing for standing in found if standing.truth]
    levels = []
    for regimen, standing in zip(regimens, found, strict=True):
        is_sure = blood.course.phase is not Phase.UNKNOWN or other(blood, regimen, kind).truth
        levels.append(0 if not standing.truth else CRITICAL if is_sure else WARNING)
    level = weigh(levels)
    unknown = tuple(dict.fromkeys(name for one in found if one.truth is None for name in one.missing))
    if not level and any(standing.truth is None for standing in found):
        return Verdict(None, (), unknown)
    return Verdict(level, tuple(holding), tuple(name for name in unknown if name != NO_COUNT) if level else ())


def find_start_standing(blood: BloodRecord, regimen: Regimen, kind: str) -> Standing:
    """The newest count within 7 days (site) under the regimen's minimum."""
    newest = blood.find_newest(kind, AT_START)
    limit = find_limits(regimen, kind).start
    evidence: tuple[Evidence, ...] = ()
    remarks: tuple[str, ...] = ()
    at_least: Decimal | None = limit.at_least
    missing: tuple[str, ...] = ()
    if limit.may_infiltrate:
        infiltrated = blood.bedside.find_active_conditions("marrow-infiltration")
        evidence = tuple(show_condition(found) for found in infiltrated)
        at_least = limit.infiltrated if infiltrated else limit.at_least
        remarks = () if infiltrated else (f"remark.infiltration-{regimen.id}",)
        missing = () if infiltrated else blood.bedside.chart.find_lacking("conditions")
    if at_least is None:
        return Standing(False, regimen.id, newest, evidence=evidence)
    if newest is None:
        return _find_unknown(blood, regimen, newest)
    low = is_below(newest.amount, at_least)
    if low:
        shown = (*newest.show(), *evidence)
        return Standing(True, regimen.id, newest, at_least, None, None, False, shown, missing, remarks, (AT_START,))
    if low is None:
        return Standing(None, regimen.id, newest, missing=(INEXACT,))
    if newest.preliminary or blood.lacking:
        return _find_unknown(blood, regimen, newest)
    return Standing(False, regimen.id, newest)


def find_interruption(blood: BloodRecord, regimen: Regimen, kind: str) -> Standing:
    """A fall of this course that stands still, or that lasts for the rest of its cycle."""
    newest = blood.find_newest(kind, CONTINUING)
    if newest is None:
        return _find_unknown(blood, regimen, newest)
    trace = blood.trace(regimen, kind)
    if trace.is_open:
        return _describe(blood, regimen, kind, trace.falls[-1], newest)
    if trace.is_open is None:
        return Standing(None, regimen.id, newest, missing=(INEXACT,))
    if trace.falls and _holds_cycle(blood, regimen, kind, trace.falls[-1]):
        held = _describe(blood, regimen, kind, trace.falls[-1], newest)
        return change(held, is_held=True, remarks=(*held.remarks, REST_OF_CYCLE))
    since = blood.bedside.now.today - timedelta(days=blood.bedside.numbers.days(CONTINUING))
    if blood.lacking or not blood.has_final(kind, since):
        return _find_unknown(blood, regimen, newest)
    if blood.course.missing and _may_hold(blood, regimen, kind):
        return Standing(None, regimen.id, newest, missing=blood.course.missing)
    return Standing(False, regimen.id, newest)


def _may_hold(blood: BloodRecord, regimen: Regimen, kind: str) -> bool:
    """Whether a fall would stand, or its cycle might still run, if the course is older or has cycles that are not on record."""
    trace = blood.trace_all(regimen, kind)
    if trace.is_open is not False:
        return True
    if find_limits(regimen, kind).rest_of_cycle_from_day is None or not trace.falls:
        return False
    longest = timedelta(days=int(regimen.days.cycle_days) + CYCLE_GAP_DAYS)
    return trace.falls[-1].began.when.last > blood.bedside.now.today - longest


def find_return(blood: BloodRecord, regimen: Regimen, fall: Fall) -> Level | None:
    """The dose that the table resumes at after a fall; None where the dose before is not known."""
    before = find_dose_before(blood.taken, fall.began.when.last)
    return find_return_level(regimen, fall.resumption.at, before.level if before else None)


def _find_unknown(blood: BloodRecord, regimen: Regimen, newest: Count | None) -> Standing:
    return Standing(None, regimen.id, newest, missing=blood.lacking or (NO_COUNT,))


def _holds_cycle(blood: BloodRecord, regimen: Regimen, kind: str, fall: Fall) -> bool:
    """Where the table interrupts for the rest of the cycle: the fall's cycle still runs, and this order is not the next one."""
    from_day = find_limits(regimen, kind).rest_of_cycle_from_day
    if from_day is None:
        return False
    day = fall.began.when.last
    cycle = next((one for one in blood.find_cycles(regimen) if one.first <= day <= one.last), None)
    if cycle is None or cycle.count_days(day) < from_day or cycle.last < blood.bedside.now.today:
        return False
    return not blood.begins_after(cycle)


def _describe(blood: BloodRecord, regimen: Regimen, kind: str, fall: Fall, newest: Count) -> Standing:
    began = () if fall.began is newest else fall.began.show()
    before = find_dose_before(blood.taken, fall.began.when.last)
    resume = _cap(find_return(blood, regimen, fall), before.level if before else None, regimen)
    parameters = (CONTINUING, *((ALONE_PLATELETS, ALONE_DAYS) if fall.limit.alone else ()))
    return Standing(
        True,
        regimen.id,
        newest,
        fall.resumption.at_least,
        resume,
        fall,
        False,
        (*began, *newest.show(), *((before.evidence,) if before else ())),
        (),
        fall.limit.remarks,
        parameters,
    )


def _cap(resume: Level | None, before: Level | None, regimen: Regimen) -> Level | None:
    """To resume is no raise: never told above the dose before the fall (a dose lowered for the kidney stays so)."""
    if resume is None or before is None:
        return resume
    return before if is_above(resume, before, regimen.ladder) else resume
