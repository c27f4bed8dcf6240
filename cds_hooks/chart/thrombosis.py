"""Thrombo-embolic events of the problem list: those of now and the last weeks, and earlier ones (lenalidomide 4.4)."""

from __future__ import annotations

from datetime import date, timedelta

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.evidence import show_condition
from cds_hooks.chart.finding import Evidence, Finding
from cds_hooks.chart.records import Condition

EVENTS = ("deep-vein-thrombosis", "pulmonary-embolism", "myocardial-infarction", "stroke", "other-thromboembolism")
#: What says itself that it is long ago, whatever the status of the problem.
HISTORY = (
    "deep-vein-thrombosis-history",
    "pulmonary-embolism-history",
    "myocardial-infarction-history",
    "stroke-history",
)
RECENT = "thrombosis-event-days"
DATE_OF_EVENT = "date of the thrombo-embolic event"


def find_thrombotic_event(bedside: Bedside) -> Finding:
    """Whether such an event is active or began within 28 days (site); unknown where a partial date leaves that open."""
    events = bedside.find_conditions(*EVENTS)
    since = _find_first_recent_day(bedside)
    active = tuple(show_condition(found) for found in events if found.record.is_active)
    if active:
        return Finding(True, active)
    recent = [found for found in events if _is_recent(found.record, since)]
    if recent:
        return Finding(True, _show(recent), parameters=(RECENT,))
    open_ended = [found for found in events if _is_recent(found.record, since) is None]
    if open_ended:
        return Finding(None, _show(open_ended), (DATE_OF_EVENT,))
    return _absent(bedside)


def find_earlier_thrombosis(bedside: Bedside) -> Finding:
    """Whether there was such an event before: over, and of over 28 days (site) ago or of no known date."""
    since = _find_first_recent_day(bedside)
    over = [found for found in bedside.find_conditions(*EVENTS) if not found.record.is_active]
    earlier = [found for found in over if not _is_recent(found.record, since)]
    earlier += bedside.find_conditions(*HISTORY)
    return Finding(True, _show(earlier)) if earlier else _absent(bedside)


def _find_first_recent_day(bedside: Bedside) -> date:
    return bedside.now.today - timedelta(days=bedside.numbers.days(RECENT))


def _is_recent(condition: Condition, since: date) -> bool | None:
    """Of a problem that is over: whether it began on `since` or later. Without a date nothing makes it recent."""
    began = condition.since
    if began is None or began.last < since:
        return False
    if condition.abatement is not None and condition.abatement.last < since:
        return False
    return True if began.first >= since else None


def _show(found: list[Matched[Condition]]) -> tuple[Evidence, ...]:
    return tuple(show_condition(one) for one in found)


def _absent(bedside: Bedside) -> Finding:
    lacking = bedside.chart.find_lacking("conditions")
    return Finding(None if lacking else False, missing=lacking)
