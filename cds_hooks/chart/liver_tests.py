"""Liver tests against multiples of the laboratory's upper limit (lenalidomide 4.4; the multiples are site parameters)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.evidence import show_measurement, show_number
from cds_hooks.chart.finding import Amount, Evidence, Finding, Name, Phrase
from cds_hooks.chart.newest import find_newest
from cds_hooks.chart.records import Measurement

UPPER_LIMIT = "upper limit of the laboratory"


def find_raised_liver_tests(bedside: Bedside, factors: Mapping[str, str], *, within: str) -> Finding:
    """Whether the newest value of an analyte is over its factor times the upper limit of its own laboratory.

    `factors` maps an analyte to the site parameter that multiplies the limit; `within` is the site parameter for how many days
    a value counts. Unknown where a value has no upper limit beside it, or the observations could not be had.
    """
    since = bedside.now.today - timedelta(days=bedside.numbers.days(within))
    raised: list[tuple[Measurement, str]] = []
    missing: list[str] = list(bedside.chart.find_lacking("observations"))
    for analyte, factor in factors.items():
        newest = find_newest(bedside.measured_since(analyte, since), since=since, high_is_danger=True)
        is_over = _is_over(newest, bedside.numbers.number(factor)) if newest else False
        if newest and is_over:
            raised.append((newest, factor))
        if newest and is_over is None:
            missing.append(UPPER_LIMIT)
    if not raised:
        return Finding(None if missing else False, missing=tuple(dict.fromkeys(missing)))
    return Finding(
        True,
        tuple(evidence for measured, _ in raised for evidence in _show(measured)),
        values={"liver_tests": tuple(_say(measured) for measured, _ in raised)},
        parameters=(*dict.fromkeys(factor for _, factor in raised), within),
    )


def _is_over(measured: Measurement, factor: Decimal) -> bool | None:
    """Strictly over; None where the limit is not told, or `>40` leaves it open. A preliminary value never clears."""
    upper, amount = measured.reference_high, measured.amount
    if upper is None:
        return False if measured.flag in ("normal", "low") and not measured.preliminary else None
    limit = upper * factor
    if amount.low is not None and (amount.low > limit or (amount.low == limit and amount.low_open)):
        return True
    if amount.high is not None and amount.high <= limit:
        return None if measured.preliminary else False
    return None


def _show(measured: Measurement) -> tuple[Evidence, ...]:
    assert measured.reference_high is not None
    limit = Evidence(UPPER_LIMIT, show_number(measured.reference_high), measured.unit, "", measured.reference)
    return (show_measurement(measured), limit)


def _say(measured: Measurement) -> Phrase | str:
    if measured.value is None:
        return f"{measured.recorded_value} {measured.recorded_unit}"
    return Phrase((Name(measured.analyte), Amount(measured.value, measured.unit)))
