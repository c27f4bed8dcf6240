"""The Timing of a rewritten dosage: once a day, on the days that were planned, bounds as they were."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from cds_hooks.clinical.dosage import Pattern
from cds_hooks.fhir.writing.context import UCUM, Json
from cds_hooks.fhir.writing.days import Days
from cds_hooks.fhir.writing.repair import drop

_DAYS_OF_UNIT = {"d": Decimal(1), "wk": Decimal(7), "h": Decimal(1) / 24}
_BOUNDS = ("boundsDuration", "boundsPeriod", "boundsRange")
#: Codes that mean once on a day of intake.
_ONCE = frozenset({"QD", "QOD", "AM", "PM", "BED", "WK", "MO"})
_WEEK = 7


def keep_timing(timing: Json) -> Json:
    """The same days, once on each: whatever says that there are several intakes a day is taken out."""
    kept = dict(timing)
    repeat = dict(timing.get("repeat") or {})
    _keep_first(repeat, "timeOfDay")
    _keep_first(repeat, "when")
    drop(repeat, "frequencyMax", "periodMax", "countMax")
    per_day = _find_rate(repeat)
    if per_day is not None and per_day > 1:
        _set(repeat, frequency=1, period=1, periodUnit="d")
        if isinstance(repeat.get("count"), int):
            _set(repeat, count=int((repeat["count"] / per_day).to_integral_value(ROUND_CEILING)))
    if "code" in kept and not _is_once(kept["code"]):
        drop(kept, "code")
        if "frequency" not in repeat and "period" not in repeat:
            _set(repeat, frequency=1, period=1, periodUnit="d")
    if "event" in kept:
        _set_events(kept)
    return _with_repeat(kept, repeat)


def lay_out(timing: Json, days: Days) -> Json | None:
    """The planned days written anew, within the bounds of the order; None where they cannot be written in one Timing."""
    rhythm, window = days.rhythm, days.window
    if rhythm is None:
        return None
    ordered: Json = timing.get("repeat") or {}
    repeat: Json = {key: value for key, value in ordered.items() if key.lstrip("_") in _BOUNDS}
    if window is not None and not _limit(repeat, window, counts_in_cycle=_find_period(ordered) == window.cycle_days):
        return None
    for key in ("timeOfDay", "when"):
        if key in ordered:
            repeat[key] = ordered[key]
            _keep_first(repeat, key)
    _set(repeat, **_write_rhythm(rhythm))
    return _with_repeat({}, repeat)


def bound_days(timing: Json, intake_days: Decimal) -> Json:
    """The same timing for so many days: for lines in sequence that become one."""
    repeat = dict(timing.get("repeat") or {})
    drop(repeat, *_BOUNDS)
    repeat["boundsDuration"] = write_days(intake_days)
    return {**timing, "repeat": repeat}


def write_days(days: Decimal) -> Json:
    """So many days as a Duration."""
    return {"value": write_number(days), "unit": "d", "system": UCUM, "code": "d"}


def write_number(number: Decimal) -> int | float:
    """A JSON number: whole where it is."""
    return int(number) if number == number.to_integral_value() else float(number)


def _write_rhythm(rhythm: Pattern) -> Json:
    if rhythm.cycle_days == _WEEK:
        return {"frequency": int(rhythm.days_on), "period": 1, "periodUnit": "wk"}
    return {"frequency": int(rhythm.days_on), "period": write_number(rhythm.cycle_days), "periodUnit": "d"}


def _limit(repeat: Json, window: Pattern, *, counts_in_cycle: bool) -> bool:
    """Bounds of one cycle are cut to its days of intake; those of several stay, and the text names the cycle. False where the
    order itself says "21 times in 28 days" over several cycles, which has no place for another step."""
    bounds = _find_bounds(repeat)
    if bounds is None:
        if counts_in_cycle:
            repeat["boundsDuration"] = write_days(window.days_on)
        return True
    if bounds > window.cycle_days:
        return not counts_in_cycle
    if bounds > window.days_on:
        _cut_bounds(repeat, window.days_on)
    return True


def _cut_bounds(repeat: Json, days: Decimal) -> None:
    period = repeat.get("boundsPeriod")
    if period is None:
        repeat["boundsDuration"] = write_days(days)
        return
    last = date.fromisoformat(str(period["start"])[:10]) + timedelta(days=int(days) - 1)
    repeat["boundsPeriod"] = {**period, "end": last.isoformat()}


def _find_bounds(repeat: Json) -> Decimal | None:
    if duration := repeat.get("boundsDuration"):
        unit = _DAYS_OF_UNIT.get(duration.get("code") or duration.get("unit"))
        return Decimal(str(duration["value"])) * unit if unit else None
    period = repeat.get("boundsPeriod") or {}
    if "start" in period and "end" in period:
        start, end = (date.fromisoformat(str(period[key])[:10]) for key in ("start", "end"))
        return Decimal((end - start).days + 1)
    return None


def _find_period(repeat: Json) -> Decimal | None:
    unit = _DAYS_OF_UNIT.get(str(repeat.get("periodUnit")))
    return Decimal(str(repeat["period"])) * unit if unit and "period" in repeat else None


def _find_rate(repeat: Json) -> Decimal | None:
    """Intakes per day over the period; None where there is no period of hours, days or weeks."""
    period = _find_period(repeat)
    return Decimal(str(repeat.get("frequency", 1))) / period if period else None


def _is_once(code: Json) -> bool:
    return any(coding.get("code") in _ONCE for coding in code.get("coding", ()))


def _keep_first(repeat: Json, key: str) -> None:
    if isinstance(repeat.get(key), list) and len(repeat[key]) > 1:
        first = repeat[key][0]
        drop(repeat, key)
        repeat[key] = [first]


def _set_events(timing: Json) -> None:
    """One event a day, the first."""
    by_day: dict[str, object] = {}
    for event in timing["event"]:
        by_day.setdefault(str(event)[:10], event)
    if len(by_day) < len(timing["event"]):
        drop(timing, "event")
        timing["event"] = list(by_day.values())


def _set(repeat: Json, **members: int | float | str) -> None:
    for key, value in members.items():
        drop(repeat, key)
        repeat[key] = value


def _with_repeat(timing: Json, repeat: Json) -> Json:
    drop(timing, "repeat")
    return {**timing, "repeat": repeat} if repeat else timing
