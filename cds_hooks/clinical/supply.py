"""How many days a supply lasts, and how many days of intake it implies."""

from __future__ import annotations

from decimal import Decimal

from cds_hooks.clinical import names
from cds_hooks.clinical.combination import find_lowest_mg
from cds_hooks.clinical.dosage import NotComputable, Schedule
from cds_hooks.clinical.dose_amount import Content, find_mg_per_unit
from cds_hooks.record import Record

_MOST_PIECES = Decimal(100_000)
_MOST_DAYS = Decimal(36_525)
_MOST_REPEATS = 1000


class _Supply(Record):
    """One dispense, and the repeats after it."""

    quantity: Decimal | None
    unit: str
    days: Decimal | None
    repeats: int

    def is_in_range(self) -> bool:
        if self.quantity is not None and not (self.quantity.is_finite() and 0 < self.quantity <= _MOST_PIECES):
            return False
        if self.days is not None and not (self.days.is_finite() and 0 < self.days <= _MOST_DAYS):
            return False
        return 0 <= self.repeats <= _MOST_REPEATS


def compute_supply_days(
    *,
    quantity: Decimal | None,
    quantity_unit: str,
    duration_days: Decimal | None,
    repeats: int,
    schedule: Schedule | NotComputable | None,
    strength_mg: Decimal | None,
) -> Decimal | NotComputable:
    """Calendar days that all dispenses last together (definitions, "supply").

    The stated duration, or the quantity over what a day of intake takes, laid over the ordered pattern; where both are
    given and differ, the longer. `quantity` and `duration_days` are of one dispense and above nought, `repeats` the
    dispenses after it: they count in both. `quantity_unit` counts pieces of `strength_mg`, or is a mass. Where the dose
    changes, it is laid with the lowest.
    """
    supply = _Supply(quantity, quantity_unit, duration_days, repeats)
    if not supply.is_in_range():
        return names.SUPPLY_OUT_OF_RANGE
    by_quantity = _lay(supply, schedule, strength_mg)
    if supply.days is None:
        return by_quantity
    by_duration = supply.days * (1 + repeats)
    return by_duration if isinstance(by_quantity, NotComputable) else max(by_duration, by_quantity)


def compute_days_of_intake(
    *,
    quantity: Decimal | None,
    quantity_unit: str,
    duration_days: Decimal | None,
    schedule: Schedule | NotComputable | None,
    strength_mg: Decimal | None,
) -> Decimal | NotComputable:
    """Days of intake that one dispense implies (definitions, "schedule"): pieces over pieces a day of intake.

    Without a quantity: what the dosage itself says, else the days on among those of the duration. Repeats do not count, a
    pause may lie between them.
    """
    supply = _Supply(quantity, quantity_unit, duration_days, 0)
    if not supply.is_in_range():
        return names.SUPPLY_OUT_OF_RANGE
    if quantity is not None:
        return _count_intake_days(supply, schedule, strength_mg)
    if not isinstance(schedule, Schedule):
        return schedule or names.NO_DOSAGE
    if schedule.intake_days is not None:
        return schedule.intake_days
    if duration_days is None:
        return names.NO_SUPPLY
    return names.NO_TIMING_TO_LAY_ON if schedule.pattern is None else schedule.pattern.count_days_on(duration_days)


def _lay(supply: _Supply, schedule: Schedule | NotComputable | None, strength_mg: Decimal | None) -> Decimal | NotComputable:
    days = _count_intake_days(supply, schedule, strength_mg)
    if isinstance(days, NotComputable) or not isinstance(schedule, Schedule):
        return days
    if schedule.pattern is None:
        return names.NO_TIMING_TO_LAY_ON
    return schedule.pattern.cover(days * (1 + supply.repeats))


def _count_intake_days(
    supply: _Supply, schedule: Schedule | NotComputable | None, strength_mg: Decimal | None
) -> Decimal | NotComputable:
    if supply.quantity is None:
        return names.NO_SUPPLY
    if not isinstance(schedule, Schedule):
        return schedule or names.NO_DOSAGE
    factor = find_mg_per_unit(supply.unit, Content(strength_mg))
    if isinstance(factor, NotComputable):
        return names.SUPPLY_UNIT if factor is names.DOSE_UNIT else factor
    return supply.quantity * factor / find_lowest_mg(schedule)
