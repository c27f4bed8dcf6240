"""Measurements that are read only when their analyte is asked for, and of many only those that are recent enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from cds_hooks.chart.records import Measurement
from cds_hooks.fhir.reading.context import Notebook
from cds_hooks.fhir.reading.measurements import bring_together
from cds_hooks.fhir.reading.observations import Found, WantedObservations, read_analyte
from cds_hooks.fhir.reading.resource import Desk
from cds_hooks.record import Record

#: The day that an Observation is written with differs by one from that of the call where its zone does. One written by the week
#: (2020-W53-7) sorts by a year that ends up to three days later.
_MARGIN = timedelta(days=5)
#: So few are read in full.
_FEW = 2


class _Recent(Record):
    """What was read of an analyte: all of `since` or later. `left` is not read yet."""

    since: date
    read: list[Measurement]
    left: Found
    together: tuple[Measurement, ...]


class MeasuredWhenAsked(Mapping[str, tuple[Measurement, ...]]):
    """Measurements by analyte, newest first; most analytes are not asked for, in most calls."""

    def __init__(self, wanted: Mapping[str, Found], desk: Desk) -> None:
        self._wanted = wanted
        self._desk = desk
        self._known: dict[str, tuple[Measurement, ...]] = {}
        self._recent: dict[str, _Recent] = {}

    def __getitem__(self, name: str) -> tuple[Measurement, ...]:
        known = self._known.get(name)
        if known is None:
            recent = self._recent.get(name)
            rest, _ = read_analyte(self._desk, name, recent.left if recent else self._wanted[name])
            known = self._known[name] = bring_together([*recent.read, *rest] if recent else rest)
        return known

    def __contains__(self, name: object) -> bool:
        return name in self._wanted

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._wanted))

    def __len__(self) -> int:
        return len(self._wanted)

    def find_since(self, name: str, since: date) -> tuple[Measurement, ...]:
        """Those of `since` or later, newest first; earlier ones may be among them.

        Where that is none all are read: what is noted of an unusable one counts only while nothing newer is usable.
        """
        known = self._known.get(name)
        if known is not None:
            return known
        recent = self._recent.get(name)
        if recent is None:
            found = self._wanted.get(name)
            if found is None:
                return ()
            if found.read or sum([len(unread.entries) for unread in found.unread]) <= _FEW:
                return self[name]
            recent = self._read_recent(name, found, since, known=[])
        elif since < recent.since:
            recent = self._read_recent(name, recent.left, since, known=recent.read)
        is_enough = recent.together and recent.together[0].when.last >= recent.since
        return recent.together if is_enough else self[name]

    def _read_recent(self, name: str, found: Found, since: date, *, known: list[Measurement]) -> _Recent:
        """What of `found` is recent enough, beside what is `known`."""
        from_day = (since - _MARGIN).isoformat() if since.year > 1 else ""
        more, left = read_analyte(self._desk, name, found, from_day)
        read = [*known, *more]
        recent = self._recent[name] = _Recent(since, read, Found(left), bring_together(read))
        return recent


def read_measured(desk: Desk, wanted: WantedObservations) -> tuple[MeasuredWhenAsked, Notebook]:
    """Measurements by analyte, and the notebook that their notes go to."""
    later = Desk(desk.context, desk.shelf, Notebook())
    return MeasuredWhenAsked(wanted.measured, later), later.notebook
