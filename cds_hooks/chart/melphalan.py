"""High-dose melphalan of the last months: an autologous transplant, or melphalan given (definitions, "right after")."""

from __future__ import annotations

from datetime import date

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.evidence import show_condition, show_procedure
from cds_hooks.chart.finding import Finding
from cds_hooks.chart.medicines import ALL_MEDICINE_KEYS, find_covered, is_or_was_taken, show_medicine
from cds_hooks.chart.records import MedicineEntry
from cds_hooks.chart.when import When
from cds_hooks.clinical.calendar import add_months

MONTHS = "second-malignancy-months"
TRANSPLANT = "autologous-stem-cell-transplant"
KEYS = (*ALL_MEDICINE_KEYS, "procedures", "conditions")


def find_recent_melphalan(bedside: Bedside) -> Finding:
    """Whether an autologous transplant or melphalan lies within 6 months (site) before."""
    since = add_months(bedside.now.today, -bedside.numbers.days(MONTHS))
    shown = [show_procedure(p) for p in bedside.find_procedures(TRANSPLANT) if _is_since(p.record.end or p.record.start, since)]
    shown += [show_condition(c) for c in bedside.find_conditions(TRANSPLANT) if _is_since(c.record.since, since)]
    shown += [show_medicine(m) for m in bedside.find_medicines("melphalan") if _was_given_since(m.record, since)]
    if shown:
        return Finding(True, tuple(shown), parameters=(MONTHS,))
    lacking = bedside.chart.find_lacking(*KEYS)
    return Finding(None if lacking else False, missing=lacking)


def _is_since(when: When | None, since: date) -> bool:
    return when is not None and when.first >= since


def _was_given_since(entry: MedicineEntry, since: date) -> bool:
    if not is_or_was_taken(entry) or entry.status == "on-hold":
        return False
    covered = find_covered(entry, 0)
    return covered is not None and covered[1] >= since
