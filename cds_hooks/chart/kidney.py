"""Kidney function from the record: dialysis, which settles it, else a clearance (definitions, "kidney function")."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.clearance import Clearance, find_clearance
from cds_hooks.chart.evidence import show_condition, show_procedure
from cds_hooks.chart.finding import NO, Finding
from cds_hooks.record import Record

KIDNEY_KEYS = ("observations",)
DIALYSIS_KEYS = ("conditions", "procedures")


class KidneyFunction(Record):
    """Dialysis (true, false, unknown) and clearance, each with its evidence. `missing` names what kept it from being known."""

    dialysis: Finding
    clearance: Clearance | None
    missing: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether dialysis is on record, or a clearance that is not merely preliminary."""
        return self.dialysis.truth is True or (self.clearance is not None and not self.clearance.preliminary)

    def find_below(self, limit: Decimal) -> Finding:
        """Whether clearance is under `limit` mL/min or the patient is on dialysis; unknown where neither can be told."""
        if self.dialysis.truth:
            return self.dialysis
        if self.clearance is None:
            return Finding(None, missing=self.missing or self.dialysis.missing)
        below = self.clearance.is_below(limit)
        shown = show_clearance(self.clearance)
        if below:
            return shown.with_truth(True)
        truth = None if below is None or self.dialysis.truth is None else False
        missing = self.dialysis.missing if below is False else ("exact kidney function",)
        return Finding(truth, shown.evidence, missing, shown.values, shown.remarks, shown.parameters)


def show_clearance(clearance: Clearance) -> Finding:
    """The clearance as a (true) finding with its evidence, its remarks and the parameters that it used."""
    remarks = clearance.remarks
    if clearance.approximation:
        remarks = (*remarks, "remark.kidney-approximation")
    return Finding(True, clearance.evidence, remarks=remarks, parameters=clearance.parameters)


def find_dialysis(bedside: Bedside) -> Finding:
    """Whether the patient is on dialysis: an active problem, or a dialysis procedure in the last 30 days (site)."""
    problems = bedside.find_active_conditions("dialysis")
    if problems:
        return Finding(True, tuple(show_condition(found) for found in problems[:1]))
    since = bedside.now.today - timedelta(days=bedside.numbers.days("dialysis-procedure-days"))
    for done in bedside.find_procedures("dialysis-procedure"):
        day = done.record.end or done.record.start
        if done.record.status == "in-progress" or (day is not None and day.last >= since):
            return Finding(True, (show_procedure(done),), parameters=("dialysis-procedure-days",))
    lacking = bedside.chart.find_lacking(*DIALYSIS_KEYS)
    return Finding(None, (), lacking) if lacking else NO


def find_kidney_function(bedside: Bedside, dialysis: Finding, *, within_days: int) -> KidneyFunction:
    """Kidney function from values of at most `within_days` ago, where it is not dialysis that settles it."""
    if dialysis.truth:
        return KidneyFunction(dialysis, None)
    since = bedside.now.today - timedelta(days=within_days)
    clearance = find_clearance(bedside, since)
    missing = () if clearance else (bedside.chart.find_lacking(*KIDNEY_KEYS) or ("kidney function",))
    return KidneyFunction(dialysis, clearance, missing)
