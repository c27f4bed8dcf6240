"""Creatinine clearance from the record: measured, Cockcroft-Gault, a reported estimate, or an approximation from an eGFR."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from cds_hooks.chart.age import find_ages, show_age, show_ages
from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.evidence import show_measurement
from cds_hooks.chart.finding import Evidence
from cds_hooks.chart.newest import find_newest
from cds_hooks.chart.records import Measurement
from cds_hooks.clinical.body import compute_mosteller
from cds_hooks.clinical.kidney import compute_ckd_epi_2021, compute_cockcroft_gault, deindex
from cds_hooks.record import Record, change

_TENTH = Decimal("0.1")
#: What a formula asks of the sex that the record states; of any other it is asked both.
_FEMALE_OR_NOT = {"male": (False,), "female": (True,)}


class Clearance(Record):
    """Creatinine clearance in mL/min as an interval (equal ends for a plain value; None: open).

    `method` is a key of the facts (`method.cockcroft-gault`); `approximation` where it is no creatinine clearance;
    `preliminary` values count towards danger only.
    """

    low: Decimal | None
    high: Decimal | None
    method: str
    evidence: tuple[Evidence, ...]
    day: date
    approximation: bool = False
    preliminary: bool = False
    remarks: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    high_open: bool = False
    """Whether `high` itself is not reached (`<30`)."""

    def reaches(self, limit: Decimal) -> bool:
        """Whether it may be `limit` or more."""
        return self.high is None or self.high > limit or (self.high == limit and not self.high_open)

    def is_below(self, limit: Decimal) -> bool | None:
        """Whether it is under `limit`; None where the interval straddles it, or only a preliminary value says it is not."""
        if not self.reaches(limit):
            return True
        if self.low is not None and self.low >= limit:
            return None if self.preliminary else False
        return None

    def is_near(self, limit: Decimal, percent: Decimal) -> bool:
        """Whether an end lies within `percent` of `limit`."""
        margin = limit * percent / 100
        return any(end is not None and abs(end - limit) <= margin for end in (self.low, self.high))

    @property
    def shown(self) -> str:
        """For a text: `42.3`, or `28-33` where it is an interval; rounded down, so that 29.97 never prints as 30."""
        ends = [f"{end.quantize(_TENTH, ROUND_FLOOR).normalize():f}" for end in (self.low, self.high) if end is not None]
        return "-".join(dict.fromkeys(ends))


class _Span(Record):
    low: Decimal | None
    high: Decimal | None


def find_clearance(bedside: Bedside, since: date) -> Clearance | None:
    """The best clearance from values of `since` or later: measured, else Cockcroft-Gault, else reported, else approximated."""
    return (
        _find_measured(bedside, since)
        or _estimate_cockcroft_gault(bedside, since)
        or _find_reported(bedside, since)
        or _approximate_from_egfr(bedside, since)
        or _approximate_from_creatinine(bedside, since)
    )


def _find_measured(bedside: Bedside, since: date) -> Clearance | None:
    """A measured clearance, unless it is over 7 days (site) older than the newest creatinine."""
    measured = find_newest(bedside.measured_since("creatinine-clearance-measured", since), since=since, high_is_danger=False)
    if measured is None:
        return None
    creatinine = find_newest(bedside.measured("creatinine"), high_is_danger=True)
    lag = timedelta(days=bedside.numbers.days("measured-clearance-lag-days"))
    if creatinine is not None and creatinine.when.last > measured.when.last + lag:
        return None
    return _from_measurement(measured, "method.measured-clearance")


def _find_reported(bedside: Bedside, since: date) -> Clearance | None:
    """A clearance that the laboratory estimated by Cockcroft-Gault."""
    reported = find_newest(bedside.measured("creatinine-clearance-estimated"), since=since, high_is_danger=False)
    return _from_measurement(reported, "method.reported-clearance") if reported else None


def _from_measurement(measured: Measurement, method: str) -> Clearance:
    return Clearance(
        measured.amount.low,
        measured.amount.high,
        method,
        (show_measurement(measured),),
        measured.when.last,
        preliminary=measured.preliminary,
        high_open=measured.amount.high_open,
    )


def _estimate_cockcroft_gault(bedside: Bedside, since: date) -> Clearance | None:
    """Cockcroft-Gault with the actual weight of at most 90 days ago (site), both ends of what is partly known."""
    # As far back as `_find_instability` looks from there.
    measured = bedside.measured_since("creatinine", since - _find_unstable_span(bedside))
    creatinine = find_newest(measured, since=since, high_is_danger=True)
    ages = _find_formula_ages(bedside)
    weight = _find_weight(bedside)
    if creatinine is None or ages is None or weight is None or weight.value is None:
        return None
    kilograms = weight.value

    def compute(age: int, creatinine_umol_l: Decimal, female: bool) -> Decimal:
        return compute_cockcroft_gault(age_years=age, weight_kg=kilograms, creatinine_umol_l=creatinine_umol_l, female=female)

    span = _find_span(bedside, ages, creatinine, compute)
    evidence = (show_measurement(creatinine), show_measurement(weight), *show_ages(bedside, ages))
    return _from_creatinine(bedside, creatinine, span, "method.cockcroft-gault", evidence)


def _find_formula_ages(bedside: Bedside) -> tuple[int, int] | None:
    """Youngest and oldest age; None also in the first year of life, for which no formula is defined."""
    ages = find_ages(bedside)
    return ages if ages and ages[0] > 0 else None


def _find_weight(bedside: Bedside) -> Measurement | None:
    since = bedside.now.today - timedelta(days=bedside.numbers.days("weight-days"))
    return find_newest(bedside.measured_since("weight", since), since=since, high_is_danger=False)


def _approximate_from_egfr(bedside: Bedside, since: date) -> Clearance | None:
    """The newest reported eGFR; of race-specific ones of that day both ends, so that a limit between them settles nothing."""
    reported = [m for m in bedside.measured("egfr") if m.when.first >= since]
    newest = find_newest(reported, high_is_danger=False)
    if newest is None:
        return None
    same_day = (
        [m for m in reported if m.when.last == newest.when.last and m.code != newest.code] if _is_one_of_many(newest) else []
    )
    values = [m.amount for m in (newest, *same_day)]
    lows = [a.low for a in values if a.low is not None]
    highs = [a.high for a in values if a.high is not None]
    span = _Span(min(lows) if lows else None, max(highs) if len(highs) == len(values) else None)
    found = _deindexed(bedside, span, newest, "method.reported-egfr")
    return change(found, high_open=newest.amount.high_open and not same_day)


def _is_one_of_many(measured: Measurement) -> bool:
    return measured.code in RACE_SPECIFIC_CODES


#: LOINC codes of eGFR by MDRD or CKD-EPI with a race term: a report may carry both variants.
RACE_SPECIFIC_CODES = frozenset({"48642-3", "48643-1", "88293-6", "88294-4"})


def _approximate_from_creatinine(bedside: Bedside, since: date) -> Clearance | None:
    creatinine = find_newest(bedside.measured("creatinine"), since=since, high_is_danger=True)
    ages = _find_formula_ages(bedside)
    if creatinine is None or ages is None:
        return None

    def compute(age: int, creatinine_umol_l: Decimal, female: bool) -> Decimal:
        return compute_ckd_epi_2021(age_years=age, creatinine_umol_l=creatinine_umol_l, female=female)

    span = _find_span(bedside, ages, creatinine, compute)
    return change(_deindexed(bedside, span, creatinine, "method.ckd-epi-2021"), high_open=creatinine.amount.low_open)


def _deindexed(bedside: Bedside, span: _Span, measured: Measurement, method: str) -> Clearance:
    """Brought from per 1.73 m² to mL/min by Mosteller where height and any weight are known; said so where they are not."""
    height = find_newest(bedside.measured("height"), high_is_danger=False)
    weight = find_newest(bedside.measured("weight"), high_is_danger=False)
    remarks = _find_instability(bedside, measured) if measured.analyte == "creatinine" else ()
    evidence = (show_measurement(measured), *(show_age(bedside) if measured.analyte == "creatinine" else ()))
    if height is None or weight is None or height.value is None or weight.value is None:
        remarks = (*remarks, "remark.kidney-not-deindexed")
    else:
        surface = compute_mosteller(height_cm=height.value, weight_kg=weight.value)
        span = _Span(
            *(None if end is None else deindex(rate_per_173=end, body_surface_m2=surface) for end in (span.low, span.high))
        )
        evidence = (*evidence, show_measurement(height), show_measurement(weight))
    return Clearance(span.low, span.high, method, evidence, measured.when.last, True, measured.preliminary, remarks=remarks)


def _find_span(
    bedside: Bedside, ages: tuple[int, int], creatinine: Measurement, compute: Callable[[int, Decimal, bool], Decimal]
) -> _Span:
    """Lowest and highest clearance over what the record leaves open: age, sex, a creatinine given as `<` or `>`."""
    sex = bedside.chart.patient.sex
    sexes = _FEMALE_OR_NOT.get(sex, (True, False))
    youngest, oldest = ages
    low, high = creatinine.amount.low, creatinine.amount.high
    if low and low == high and youngest == oldest:
        # The usual case: both ends are the same formula of the same numbers.
        ends = [compute(oldest, low, female) for female in sexes]
        return _Span(min(ends), max(ends))
    lowest = None if high is None else min(compute(oldest, high, female) for female in sexes)
    highest = None if not low else max(compute(youngest, low, female) for female in sexes)
    return _Span(lowest, highest)


def _from_creatinine(
    bedside: Bedside, creatinine: Measurement, span: _Span, method: str, evidence: tuple[Evidence, ...]
) -> Clearance:
    return Clearance(
        span.low,
        span.high,
        method,
        evidence,
        creatinine.when.last,
        preliminary=creatinine.preliminary,
        remarks=_find_instability(bedside, creatinine),
        high_open=creatinine.amount.low_open,
    )


def _find_unstable_span(bedside: Bedside) -> timedelta:
    return timedelta(days=bedside.numbers.days("creatinine-change-days"))


def _find_instability(bedside: Bedside, creatinine: Measurement) -> tuple[str, ...]:
    """A change over 50 % within 7 days (site): the estimate is unreliable while creatinine moves."""
    now = creatinine.value
    if now is None:
        return ()
    since = creatinine.when.last - _find_unstable_span(bedside)
    percent = bedside.numbers.number("creatinine-change-percent")
    for earlier in bedside.measured_since("creatinine", since):
        if not since <= earlier.when.last <= creatinine.when.last:
            continue
        before = earlier.value
        if before is not None and abs(now - before) * 100 > percent * before:
            return ("remark.kidney-unstable",)
    return ()
