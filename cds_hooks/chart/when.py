"""The time of a fact: a day, or the span of days that a partial date leaves open."""

from __future__ import annotations

from datetime import date, datetime

from cds_hooks.record import Record


class When(Record):
    """The calendar days a recorded date can mean, counted in the call's time zone (definitions: a date without a time is the
    whole day; a year or a month alone leaves both ends open).

    `first` and `last` are equal unless the record is partial. `instant` is set where the record holds a time.
    """

    first: date
    last: date
    recorded: str
    instant: datetime | None = None

    @property
    def is_exact(self) -> bool:
        """Whether the day is known."""
        return self.first == self.last

    def newest_key(self) -> tuple[date, float]:
        """Sort key: later is larger; without a time a fact is the start of its day."""
        return (self.last, self.instant.timestamp() if self.instant else 0.0)


class Now(Record):
    """The moment of the call, and its calendar day in the zone in which days are counted (contract, "Time")."""

    instant: datetime
    today: date
