"""One laboratory value against a limit, or whether there is one at all, within a window of days or months."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.evidence import show_measurement
from cds_hooks.chart.finding import NO, Amount, Finding, Value
from cds_hooks.chart.newest import find_newest
from cds_hooks.chart.records import Interval, Measurement


def find_measured(bedside: Bedside, analytes: Iterable[str], *, since: date) -> Finding:
    """Whether any of these was measured on `since` or later; a preliminary value does not count."""
    for analyte in analytes:
        for measured in bedside.measured_since(analyte, since):
            if not measured.preliminary and measured.when.first >= since:
                return Finding(True, (show_measurement(measured),))
    lacking = bedside.chart.find_lacking("observations")
    return Finding(None, (), lacking) if lacking else NO


def find_over(bedside: Bedside, analyte: str, limit: Decimal, *, since: date) -> Finding:
    """Whether the newest value is over `limit`; unknown without one, or where an interval lies on both sides."""
    newest = find_newest(bedside.measured_since(analyte, since), since=since, high_is_danger=True)
    return _answer(bedside, analyte, newest, _is_over(newest.amount, limit) if newest else None)


def find_under(bedside: Bedside, analyte: str, limit: Decimal, *, since: date) -> Finding:
    """Whether the newest value is under `limit`; unknown without one, or where an interval lies on both sides."""
    newest = find_newest(bedside.measured_since(analyte, since), since=since, high_is_danger=False)
    return _answer(bedside, analyte, newest, _is_under(newest.amount, limit) if newest else None)


def _answer(bedside: Bedside, analyte: str, newest: Measurement | None, truth: bool | None) -> Finding:
    """A preliminary value counts towards danger, never to clear."""
    lacking = bedside.chart.find_lacking("observations")
    if newest is None:
        return Finding(None, missing=lacking or (analyte,))
    if truth is None or (truth is False and (newest.preliminary or lacking)):
        return Finding(None, (show_measurement(newest),), lacking or (analyte,))
    return Finding(truth, (show_measurement(newest),), values={"value": _show(newest)})


def _show(measured: Measurement) -> Value:
    if measured.value is not None:
        return Amount(measured.value, measured.unit)
    return f"{measured.recorded_value} {measured.recorded_unit}"


def _is_over(amount: Interval, limit: Decimal) -> bool | None:
    if amount.low is not None and (amount.low > limit or (amount.low == limit and amount.low_open)):
        return True
    return False if amount.high is not None and amount.high <= limit else None


def _is_under(amount: Interval, limit: Decimal) -> bool | None:
    if amount.high is not None and (amount.high < limit or (amount.high == limit and amount.high_open)):
        return True
    return False if amount.low is not None and amount.low >= limit else None
