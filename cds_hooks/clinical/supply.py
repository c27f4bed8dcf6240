"""How many days a supply lasts, and how many days of intake it implies."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from cds_hooks.clinical import names
from cds_hooks.clinical.combination import find_lowest_mg
from cds_hooks.clinical.dosage import NotComputable, Schedule
from cds_hooks.clinical.dose_amount import Content, find_mg_per_unit

_MOST_PIECES = Decimal(100_000)
_MOST_DAYS = Decimal(36_525)
_MOST_REPEATS = 1000


class Supplied(Protocol):
    """What was ordered or dispensed: `dispenseRequest` in plain values. `duration_days` is of one dispense."""

    @property
    def quantity(self) -> Decimal | None:
        """Of one dispense, in `quantity_unit`."""

    @property
    def quantity_unit(self) -> str:
        """A unit that counts pieces, or a mass; another one is not used."""

    @property
    def duration_days(self) -> Decimal | None:
        """`expectedSupplyDuration`."""

    @property
    def repeats(self) -> int:
        """`numberOfRepeatsAllowed`: dispenses after the first."""


def compute_supply_days(
    supply: Supplied, *, schedule: Schedule | NotComputable, strength_mg: Decimal | None
) -> Decimal | NotComputable:
    """Calendar days that all dispenses last together (definitions, "supply").

    The stated duration, or the quantity over what a day of intake takes, laid over the ordered pattern; where both are
    given and differ, the longer. Repeats count in both. Where the dose changes, the lowest is what it is laid with.
    """
    if not _is_in_range(supply):
        return names.SUPPLY_OUT_OF_RANGE
    dispenses = 1 + supply.repeats
    by_quantity = _lay(supply, dispenses, schedule, strength_mg)
    if supply.duration_days is None:
        return by_quantity
    by_duration = supply.duration_days * dispenses
    return by_duration if isinstance(by_quantity, NotComputable) else max(by_duration, by_quantity)


def compute_days_of_intake(
    supply: Supplied, *, schedule: Schedule | NotComputable, strength_mg: Decimal | None
) -> Decimal | NotComputable:
    """Days of intake that one dispense implies (definitions, "schedule"): pieces over pieces a day; without a quantity
    what the dosage itself says, else the days on among those of the duration. Repeats do not count: a pause may lie between.
    """
    if not _is_in_range(supply):
        return names.SUPPLY_OUT_OF_RANGE
    if supply.quantity is not None:
        return _count_intake_days(supply, schedule, strength_mg)
    if isinstance(schedule, Schedule) and schedule.intake_days is not None:
        return schedule.intake_days
    if supply.duration_days is None:
        return names.NO_SUPPLY
    if isinstance(schedule, NotComputable):
        return schedule
    return names.NO_TIMING_TO_LAY_ON if schedule.pattern is None else schedule.pattern.count_days_on(supply.duration_days)


def _lay(
    supply: Supplied, dispenses: int, schedule: Schedule | NotComputable, strength_mg: Decimal | None
) -> Decimal | NotComputable:
    days = _count_intake_days(supply, schedule, strength_mg)
    if isinstance(days, NotComputable) or isinstance(schedule, NotComputable):
        return days
    return names.NO_TIMING_TO_LAY_ON if schedule.pattern is None else schedule.pattern.cover(days * dispenses)


def _count_intake_days(
    supply: Supplied, schedule: Schedule | NotComputable, strength_mg: Decimal | None
) -> Decimal | NotComputable:
    if supply.quantity is None:
        return names.NO_SUPPLY
    if isinstance(schedule, NotComputable):
        return schedule
    factor = find_mg_per_unit(supply.quantity_unit, Content(strength_mg))
    if isinstance(factor, NotComputable):
        return names.SUPPLY_UNIT if factor is names.DOSE_UNIT else factor
    return supply.quantity * factor / find_lowest_mg(schedule)


def _is_in_range(supply: Supplied) -> bool:
    for amount, most in ((supply.quantity, _MOST_PIECES), (supply.duration_days, _MOST_DAYS)):
        if amount is not None and not (amount.is_finite() and 0 < amount <= most):
            return False
    return 0 <= supply.repeats <= _MOST_REPEATS
