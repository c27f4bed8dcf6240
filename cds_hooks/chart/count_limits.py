"""The blood count tables of 4.2 as plain records: when not to start, when to interrupt, when and at which dose to resume."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from cds_hooks.clinical.dosage import Pattern
from cds_hooks.record import Record


class Level(Record):
    """A dose level: mg on a day of intake; `days` None where the record names no repeating days."""

    mg: Decimal
    days: Pattern | None


class ReturnAt(StrEnum):
    """At which dose a table resumes treatment."""

    START = "start"
    """The regimen's starting dose."""
    BELOW_START = "level-1"
    """The first level below the start."""
    LOWER = "one-lower"
    """One level below the dose before the fall, the lowest level at least."""


@dataclass(frozen=True, slots=True)
class Resumption:
    """Resume from `at_least`; or from `twice_from` where at least two values over `twice_days` days are that high."""

    at_least: Decimal
    at: ReturnAt
    twice_from: Decimal | None = None
    twice_days: int = 0


@dataclass(frozen=True, slots=True)
class Lasting:
    """A milder fall interrupts too: under `below` for `days` days, or with a body temperature from `fever` (Cel)."""

    below: Decimal
    days: int
    fever: Decimal


@dataclass(frozen=True, slots=True)
class FallLimit:
    """What interrupts treatment and what ends that. `alone` holds where neutropenia is the only toxicity.

    `remarks` are names of cards/facts.yaml that a card about this fall has to say.
    """

    below: Decimal
    resume: Resumption
    alone: Resumption | None = None
    lasting: Lasting | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StartLimit:
    """Not to be started under `at_least`; where the disease infiltrates the marrow under `infiltrated`, or, if that is None
    and `may_infiltrate`, at any value."""

    at_least: Decimal
    may_infiltrate: bool = False
    infiltrated: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CountLimits:
    """All limits of one count in one regimen, in 10*9/L.

    `later` is each fall after the first. A fall from that day of its cycle on interrupts for the rest of the cycle
    (`rest_of_cycle_from_day`). `growth_factor_keeps`: with G-CSF and neutropenia alone the dose level is kept.
    """

    start: StartLimit
    first: FallLimit
    later: FallLimit
    rest_of_cycle_from_day: int | None = None
    growth_factor_keeps: bool = False
    falls_under: Decimal = field(default=Decimal(0), init=False, repr=False, compare=False)
    """A first fall is under this, whichever of its limits it breaks."""

    def __post_init__(self) -> None:
        """What follows from the table, worked out once."""
        milder = self.first.lasting
        object.__setattr__(self, "falls_under", max(self.first.below, milder.below) if milder else self.first.below)


class CountStep(Record):
    """One stretch of the plan of blood counts (4.4): until the end of a week or cycle of treatment, every so many days; or
    each month, or at the start of each cycle (`each`)."""

    until_week: int | None = None
    until_cycle: int | None = None
    every_days: int | None = None
    each: str = ""
