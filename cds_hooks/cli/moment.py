"""The moment that `--now` names."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from cds_hooks.errors import SettingsError


def read_now(text: str, zone: ZoneInfo) -> datetime:
    """A date is its last second in `zone`, so that all facts of that day count; a date-time without offset is in `zone`."""
    try:
        if len(text) == len("2026-04-25"):
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59), zone)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"--now: {text!r} is neither a date such as 2026-04-25 nor an ISO date-time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
