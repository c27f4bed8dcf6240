"""Systemic glucocorticoids for long: an unbroken row of orders or statements of three months or more (site)."""

from __future__ import annotations

from datetime import date

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.finding import Finding
from cds_hooks.chart.medicines import MEDICINE_KEYS, find_active, find_covered, find_unbroken_since, show_medicine
from cds_hooks.chart.records import EntryKind
from cds_hooks.clinical.calendar import add_months

SYSTEMIC = "systemic-glucocorticoid"
_PARAMETER = "glucocorticoid-months"
_BREAK_DAYS = 28


def find_long_glucocorticoid(bedside: Bedside) -> Finding:
    """Whether a systemic glucocorticoid is taken now and has been for 3 months or more (site)."""
    active = [found for found in find_active(bedside, SYSTEMIC) if found.record.kind is not EntryKind.DRAFT]
    lacking = bedside.chart.find_lacking(*MEDICINE_KEYS)
    if not active:
        return Finding(None if lacking else False, missing=lacking)
    limit = add_months(bedside.now.today, -bedside.numbers.days(_PARAMETER))
    since = _find_since(bedside)
    evidence = tuple(show_medicine(found) for found in active)
    if since is not None and since <= limit:
        return Finding(True, evidence, parameters=(_PARAMETER,))
    return Finding(None if lacking or since is None else False, evidence, lacking or ("start of the glucocorticoid",))


def _find_since(bedside: Bedside) -> date | None:
    """The first day of the unbroken row that reaches today."""
    covered = (find_covered(found.record, _BREAK_DAYS) for found in bedside.find_medicines(SYSTEMIC))
    return find_unbroken_since((stay for stay in covered if stay), _BREAK_DAYS)
