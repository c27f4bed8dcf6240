"""Whether MDS answered to lenalidomide: the need of red cells, else the haemoglobin (4.2; definitions, `mds-no-response`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.evidence import show_measurement, show_procedure
from cds_hooks.chart.finding import Evidence, Finding
from cds_hooks.chart.newest import find_newest
from cds_hooks.chart.records import Measurement
from cds_hooks.record import change

HAEMOGLOBIN = "haemoglobin"
TRANSFUSIONS = "red-cell-transfusion"
#: Site parameters: the weeks over which units are counted, and how old a haemoglobin may be, before the start and now.
WEEKS = "transfusion-weeks"
BASELINE_DAYS = "baseline-haemoglobin-days"
NEWEST_DAYS = "response-haemoglobin-days"


@dataclass(frozen=True, slots=True)
class Response:
    """What counts as an answer (4.2): units down by `reduction_percent`, or haemoglobin up by `rise_g_dl`."""

    reduction_percent: Decimal
    rise_g_dl: Decimal


@dataclass(frozen=True, slots=True)
class _Units:
    """Red cell units in a span of days: `sure` fall within it, `possible` may, by a partial date."""

    sure: int
    possible: int
    evidence: tuple[Evidence, ...]


def find_no_response(bedside: Bedside, began: date, wanted: Response) -> Finding:
    """True where there is no answer, false where there is; unknown without transfusion history or haemoglobin."""
    if lacking := bedside.chart.find_lacking("procedures"):
        return Finding(None, missing=lacking)
    span = timedelta(weeks=bedside.numbers.days(WEEKS))
    before = _count_units(bedside, began - span, began - timedelta(days=1))
    lately = _count_units(bedside, bedside.now.today - span + timedelta(days=1), bedside.now.today)
    if before.possible or lately.possible:
        found = _compare_units(before, lately, wanted)
    else:
        found = _compare_haemoglobin(bedside, began, wanted)
    return change(found, evidence=(Evidence("start of this course", "", "", began.isoformat()), *found.evidence))


def _compare_units(before: _Units, lately: _Units, wanted: Response) -> Finding:
    """The need is down by half where the units of late are at most half of those before; none before is no fall."""
    kept = (100 - wanted.reduction_percent) / 100
    found = {
        after == 0 if first == 0 else after <= first * kept
        for first in (before.sure, before.possible)
        for after in (lately.sure, lately.possible)
        if first or after
    }
    counts = (_show_count("units before the start", before), _show_count("units of late", lately))
    evidence = (*counts, *before.evidence, *lately.evidence)
    if len(found) > 1:
        return Finding(None, evidence, ("date of a transfusion",))
    return Finding(not found.pop(), evidence, parameters=(WEEKS,))


def _show_count(what: str, units: _Units) -> Evidence:
    return Evidence(what, str(units.sure) if units.sure == units.possible else f"{units.sure}-{units.possible}")


def _count_units(bedside: Bedside, first: date, last: date) -> _Units:
    """Each completed transfusion is one unit."""
    sure, possible = 0, []
    for found in bedside.find_procedures(TRANSFUSIONS):
        when = found.record.start
        if found.record.status != "completed" or when is None or when.first > last or when.last < first:
            continue
        sure += first <= when.first and when.last <= last
        possible.append(show_procedure(found))
    return _Units(sure, len(possible), tuple(possible))


def _compare_haemoglobin(bedside: Bedside, began: date, wanted: Response) -> Finding:
    measured = bedside.measured(HAEMOGLOBIN)
    first = began - timedelta(days=bedside.numbers.days(BASELINE_DAYS))
    baseline = find_newest([m for m in measured if m.when.last <= began], since=first, high_is_danger=True)
    since = max(bedside.now.today - timedelta(days=bedside.numbers.days(NEWEST_DAYS)), began + timedelta(days=1))
    newest = find_newest(measured, since=since, high_is_danger=False)
    if baseline is None or newest is None:
        return Finding(None, missing=bedside.chart.find_lacking("observations") or (HAEMOGLOBIN,))
    truth = _has_not_risen(baseline, newest, wanted.rise_g_dl)
    if truth is False and (baseline.preliminary or newest.preliminary):
        truth = None
    evidence = (show_measurement(baseline), show_measurement(newest))
    missing = () if truth is not None else (HAEMOGLOBIN,)
    return Finding(truth, evidence, missing, parameters=(BASELINE_DAYS, NEWEST_DAYS))


def _has_not_risen(baseline: Measurement, newest: Measurement, rise: Decimal) -> bool | None:
    """Haemoglobin is compared in g/dL; `<5` and the like are intervals, and may leave it open."""
    before, now = baseline.amount, newest.amount
    if now.low is not None and before.high is not None and now.low - before.high >= rise:
        return False
    if now.high is not None and before.low is not None and now.high - before.low < rise:
        return True
    return None
