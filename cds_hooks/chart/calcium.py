"""Calcium: whether it is low now, and whether it was measured before a planned dose (denosumab 4.3, 4.4; definitions)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.details import KnownDetails
from cds_hooks.chart.evidence import show_condition, show_measurement, show_number
from cds_hooks.chart.finding import NO, Evidence, Finding
from cds_hooks.chart.newest import find_newest
from cds_hooks.chart.records import Condition, Interval, Measurement
from cds_hooks.clinical.calcium import compute_corrected_calcium
from cds_hooks.record import change

IONISED = "calcium-ionised"
CORRECTED = "calcium-albumin-corrected"
TOTAL = "calcium-total"
KINDS = (IONISED, CORRECTED, TOTAL)
WINDOW = "calcium-days"


@dataclass(frozen=True, slots=True)
class CalciumLevel:
    """The calcium that counts: low, not low or (None) not to be told; when; and how it was judged."""

    is_low: bool | None
    day: date
    evidence: tuple[Evidence, ...]
    remarks: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


def find_level(bedside: Bedside, *, since: date) -> CalciumLevel | None:
    """The newest calcium of `since` or later; of one day ionised before corrected before total. None where there is none."""
    newest = [m for kind in KINDS if (m := find_newest(bedside.measured_since(kind, since), since=since, high_is_danger=False))]
    if not newest:
        return None
    last_day = max(m.when.last for m in newest)
    chosen = next(m for m in newest if m.when.last == last_day)
    return _judge_total(bedside, chosen) if chosen.analyte == TOTAL else _judge_direct(bedside, chosen)


def find_hypocalcaemia(bedside: Bedside) -> Finding:
    """Whether calcium is low now, or an active problem says so with no normal calcium after it."""
    since = bedside.now.today - timedelta(days=bedside.numbers.days(WINDOW))
    level = find_level(bedside, since=since)
    if level is not None and level.is_low:
        return Finding(True, level.evidence, remarks=level.remarks, parameters=level.parameters)
    standing = [found for found in bedside.find_active_conditions("hypocalcaemia") if not _find_normal_after(bedside, found)]
    observations = bedside.chart.find_lacking("observations")
    if standing and not observations:
        return Finding(True, tuple(show_condition(found) for found in standing))
    lacking = (*observations, *bedside.chart.find_lacking("conditions"))
    if lacking or (level is not None and level.is_low is None):
        return Finding(None, missing=lacking or ("albumin",))
    return NO


def find_recovered_hypocalcaemia(bedside: Bedside) -> Finding:
    """An active problem of hypocalcaemia with a newer normal value, or with no observations to tell: to be checked."""
    problems = bedside.find_active_conditions("hypocalcaemia")
    if not problems:
        lacking = bedside.chart.find_lacking("conditions")
        return Finding(None if lacking else False, missing=lacking)
    normal = tuple(shown for found in problems if (shown := _find_normal_after(bedside, found)))
    evidence = tuple(show_condition(found) for found in problems) + tuple(e for shown in normal for e in shown)
    return Finding(True, evidence, bedside.chart.find_lacking("observations"))


def find_measured_before(bedside: Bedside, planned: date) -> Finding:
    """Whether any calcium was measured in the 30 days (site) before the planned dose; a preliminary value does not count."""
    first_day = planned - timedelta(days=bedside.numbers.days(WINDOW))
    for kind in KINDS:
        for measured in bedside.measured(kind):
            if not measured.preliminary and first_day <= measured.when.first <= planned:
                return Finding(True, (show_measurement(measured),), parameters=(WINDOW,))
    lacking = bedside.chart.find_lacking("observations")
    return Finding(None if lacking else False, missing=lacking, parameters=(WINDOW,))


def _find_normal_after(bedside: Bedside, found: Matched[Condition]) -> tuple[Evidence, ...]:
    """A normal calcium of a later day than the problem began; without a date of the problem nothing is later."""
    since = found.record.since
    if since is None:
        return ()
    level = find_level(bedside, since=since.last + timedelta(days=1))
    return level.evidence if level is not None and level.is_low is False else ()


def _judge_direct(bedside: Bedside, measured: Measurement) -> CalciumLevel:
    """Ionised, or corrected by the laboratory: against its own range, else the site's limit."""
    parameter = "calcium-low-ionised" if measured.analyte == IONISED else "calcium-low-corrected"
    is_low, used = _is_low(bedside, measured, measured.amount, parameter)
    return CalciumLevel(is_low, measured.when.last, (show_measurement(measured), *_show_range(measured)), parameters=used)


def _judge_total(bedside: Bedside, total: Measurement) -> CalciumLevel:
    """Corrected for albumin of within 7 days (site); else as it is, and said so."""
    window = timedelta(days=bedside.numbers.days("albumin-days"))
    near = [m for m in bedside.measured("albumin") if abs(m.when.last - total.when.last) <= window and m.value is not None]
    albumin = find_newest(near, high_is_danger=True)
    if albumin is None or albumin.value is None or total.value is None:
        is_low, used = _is_low(bedside, total, total.amount, "calcium-low-corrected")
        evidence = (show_measurement(total), *_show_range(total))
        return CalciumLevel(is_low, total.when.last, evidence, ("remark.calcium-uncorrected",), used)
    corrected = compute_corrected_calcium(total_mmol_l=total.value, albumin_g_l=albumin.value)
    amount = Interval(corrected, corrected)
    is_low, used = _is_low(bedside, _leave_flag_out(total), amount, "calcium-low-corrected")
    shown = Evidence(CORRECTED, show_number(corrected), total.unit, total.when.recorded, total.reference)
    evidence = (show_measurement(total), show_measurement(albumin), shown, *_show_range(total))
    return CalciumLevel(is_low, total.when.last, evidence, parameters=used)


def _is_low(bedside: Bedside, measured: Measurement, amount: Interval, parameter: str) -> tuple[bool | None, tuple[str, ...]]:
    """Low by the laboratory's flag, else under its range, else under the site's limit; intervals settle only on one side."""
    if measured.flag == "low":
        return True, ()
    limit = measured.reference_low
    used: tuple[str, ...] = ()
    if limit is None:
        limit, used = bedside.numbers.number(parameter), (parameter,)
    if amount.high is not None and (amount.high < limit or (amount.high == limit and amount.high_open)):
        return True, used
    if amount.low is not None and amount.low >= limit:
        return _unless_preliminary(False, measured), used
    return None, used


def _leave_flag_out(total: Measurement) -> Measurement:
    """The flag is about the total, not about what is corrected of it."""
    return change(total, details=KnownDetails(total.details.reference_range))


def _show_range(measured: Measurement) -> tuple[Evidence, ...]:
    """The laboratory's own lower limit, where it is what the value is compared with."""
    if measured.reference_low is None:
        return ()
    return (
        Evidence("lower limit of the laboratory", show_number(measured.reference_low), measured.unit, "", measured.reference),
    )


def _unless_preliminary(is_low: bool | None, measured: Measurement) -> bool | None:
    """A preliminary value counts towards danger, never to clear."""
    return None if measured.preliminary and is_low is False else is_low
