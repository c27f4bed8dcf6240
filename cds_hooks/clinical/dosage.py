"""The shape of a dosage, as FHIR R4 `Dosage` gives it, in plain frozen records that the dose formulas read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Timing:
    """`Timing.repeat` and `Timing.code`. Periods in days (a week is 7; hours are fractions); None where the record is silent.

    `count` is the number of intakes in all. `days_of_week` holds FHIR codes (mon ... sun); `when` event codes (MORN, ...).
    """

    frequency: int | None = None
    frequency_max: int | None = None
    period_days: Decimal | None = None
    period_max_days: Decimal | None = None
    count: int | None = None
    duration_days: Decimal | None = None
    bounds_days: Decimal | None = None
    bounds_start: date | None = None
    bounds_end: date | None = None
    days_of_week: tuple[str, ...] = ()
    time_of_day: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    events: tuple[date, ...] = ()
    code: str = ""
    calendar_period: tuple[int, str] | None = None
    """(6, "mo"): the period as written when its unit is months or years."""
    cycle: Pattern | None = None
    """A cycle that the record states as such (nl-core's RepeatPeriodCyclicalSchedule); `bounds_days` is then empty."""


@dataclass(frozen=True, slots=True)
class DoseAmount:
    """One `doseAndRate` entry: an amount in a UCUM unit (`mg`), or a count of the product (`{capsule}`, `1`, `{tbl}`)."""

    low: Decimal
    high: Decimal
    unit: str
    kind: str = ""
    """Code of `doseAndRate.type` (ordered, calculated, admin-amount); several entries describe one dose, they are not summed."""


@dataclass(frozen=True, slots=True)
class DosageLine:
    """One `dosageInstruction`. `sequence` orders lines that follow on each other; equal or absent ones run together."""

    sequence: int | None = None
    text: str = ""
    patient_instruction: str = ""
    as_needed: bool = False
    timing: Timing | None = None
    doses: tuple[DoseAmount, ...] = ()
    max_dose_per_day_mg: Decimal | None = None
    route: tuple[str, ...] = ()
    """Codes and text of the route, as recorded."""
    additional: tuple[str, ...] = ()
    """Texts and displays of further instructions (`additionalInstruction`)."""
    _spelling: str = field(default="", init=False, repr=False, compare=False)

    def spell(self) -> str:
        """All of it as written, which tells 25 from 25.0; put together once, since lines are shared by calls."""
        if not self._spelling:
            object.__setattr__(self, "_spelling", repr(self))
        return self._spelling


@dataclass(frozen=True, slots=True)
class Pattern:
    """On which days it is taken: `days_on` days of every `cycle_days`. 21 of 28; 1 of 1 is daily; 1 of 2 every other day.

    `calendar_period` is the cycle as written where its unit is months or years ((6, "mo")); `cycle_days` is then an average.
    `cycle_stated` is False where the record names the days on ("days 1-21") and not the cycle: there is a pause, but
    `cycle_days` is only the usual one for so many days on.
    """

    days_on: Decimal
    cycle_days: Decimal
    calendar_period: tuple[int, str] | None = None
    cycle_stated: bool = True

    @property
    def has_pause(self) -> bool:
        """Whether some days are without intake."""
        return self.days_on < self.cycle_days

    def cover(self, intake_days: Decimal) -> Decimal:
        """Calendar days that so many days of intake last, pauses of full cycles included: 21 on 21 of 28 last 28."""
        cycles, rest = divmod(intake_days, self.days_on)
        return cycles * self.cycle_days + rest

    def count_days_on(self, days: Decimal) -> Decimal:
        """Days of intake among the first so many calendar days: of 28, 21 on 21 of 28."""
        cycles, rest = divmod(days, self.cycle_days)
        return cycles * self.days_on + min(rest, self.days_on)


DAILY = Pattern(Decimal(1), Decimal(1))


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the dosage says: mg on a day of intake, how many intakes on such a day, and the pattern of days.

    `pattern` is None where the record names a dose but no repeating days (no timing, or a single dose): `note` says which.
    `average_mg_per_day` follows from both. `lasts_days` and `intake_days` are the calendar days and the days of intake that
    the dosage itself says it goes on for (bounds, count, events), None where it does not. `weekdays` holds FHIR codes,
    `moments` the times or events of the day. Where the dose changes from day to day, `mg_per_intake_day` is the highest
    and `lowest_mg` the lowest; else `lowest_mg` is None. `note` joins names of `clinical.names` with "; ".
    """

    mg_per_intake_day: Decimal
    intakes_per_day: Decimal
    pattern: Pattern | None
    note: str = ""
    lasts_days: Decimal | None = None
    intake_days: Decimal | None = None
    weekdays: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    lowest_mg: Decimal | None = None
    days: tuple[date, ...] = ()
    """The days of intake where the dosage names each by its date."""

    @property
    def average_mg_per_day(self) -> Decimal | None:
        """Averaged over the repeating pattern; None without one, where its cycle is not stated or the dose changes."""
        if self.pattern is None or not self.pattern.cycle_stated or self.lowest_mg is not None:
            return None
        return self.mg_per_intake_day * self.pattern.days_on / self.pattern.cycle_days


@dataclass(frozen=True, slots=True)
class NotComputable:
    """A dose or supply that the record does not settle. `reason` is a fixed English fact name, without patient data."""

    reason: str
