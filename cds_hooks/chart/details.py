"""What few rules ask of a measurement: the range of the laboratory, its flag, the specimen."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from cds_hooks.record import Record

#: Lower and upper limit of the laboratory.
ReferenceRange = tuple[Decimal | None, Decimal | None]


class Details(Protocol):
    """What few rules ask of a measurement: it may be read only when it is asked for."""

    @property
    def reference_range(self) -> ReferenceRange:
        """In the unit of the measurement."""
        ...

    @property
    def flag(self) -> str:
        """As `Measurement.flag`."""
        ...

    @property
    def sample(self) -> str:
        """As `Measurement.sample`."""
        ...


class KnownDetails(Record):
    """Details that are at hand."""

    reference_range: ReferenceRange = (None, None)
    flag: str = ""
    sample: str = ""
