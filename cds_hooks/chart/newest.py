"""Which value of several counts: the newest, at one moment the more dangerous, preliminary ones only towards danger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from cds_hooks.chart.records import Measurement


def find_newest(measured: Sequence[Measurement], *, since: date | None = None, high_is_danger: bool) -> Measurement | None:
    """The value that counts, of `since` or later.

    The newest final value; a newer preliminary one counts instead only where it is more dangerous, or alone.
    """
    if not measured:
        return None
    if _stands_alone(measured, since):
        return measured[0]
    recent = [m for m in measured if since is None or m.when.first >= since]
    final = _pick([m for m in recent if not m.preliminary], high_is_danger)
    early = _pick([m for m in recent if m.preliminary], high_is_danger)
    if final is None or early is None:
        return final or early
    newer = early.when.newest_key() >= final.when.newest_key()
    return early if newer and _danger(early, high_is_danger) > _danger(final, high_is_danger) else final


def _stands_alone(measured: Sequence[Measurement], since: date | None) -> bool:
    """Whether the first is final, recent, and of a later day than every other. Most are sorted so, newest first."""
    if measured[0].preliminary or (since is not None and measured[0].when.first < since):
        return False
    day = measured[0].when.last
    return all(one.when.last < day for one in measured[1:])


def _pick(measured: Iterable[Measurement], high_is_danger: bool) -> Measurement | None:
    """The newest; of values of one moment (or of one day where a time is lacking) the most dangerous."""
    ranked = sorted(measured, key=lambda m: (m.when.newest_key(), m.reference), reverse=True)
    if not ranked:
        return None
    newest = ranked[0]
    ties = [m for m in ranked if _is_same_moment(m, newest)]
    return max(ties, key=lambda m: (_danger(m, high_is_danger), m.reference))


def _is_same_moment(one: Measurement, other: Measurement) -> bool:
    if one.when.last != other.when.last:
        return False
    return one.when.instant is None or other.when.instant is None or one.when.instant == other.when.instant


def _danger(measured: Measurement, high_is_danger: bool) -> Decimal:
    """The end of the interval that points to danger, signed so that larger is worse."""
    low, high = measured.amount.low, measured.amount.high
    if high_is_danger:
        return high if high is not None else Decimal("Infinity")
    return -(low if low is not None else Decimal("-Infinity"))
