"""How long a supply lasts, and the days of intake that it implies. Expected values by hand, or from the definitions."""

from decimal import Decimal

import pytest

from cds_hooks.clinical.dosage import NotComputable, Schedule
from cds_hooks.clinical.supply import compute_days_of_intake, compute_supply_days
from tests.unit.dosage_lines import D, computed, every, line, mg

DAILY = computed(line(mg(25)))
ON_21_OF_28 = computed(line(mg(25), text="days 1-21 of 28"))
EVERY_OTHER_DAY = computed(line(mg(25), timing=every(1, 2)))
TWICE_A_WEEK = computed(line(mg(25), timing=every(2, 7)))
WITHOUT_TIMING = computed(line(mg(25), timing=None))


def supply_days(quantity=None, days=None, *, repeats=0, unit="{capsule}", schedule=DAILY, strength=25):
    return compute_supply_days(
        quantity=None if quantity is None else D(quantity),
        quantity_unit=unit,
        duration_days=None if days is None else D(days),
        repeats=repeats,
        schedule=schedule,
        strength_mg=None if strength is None else D(strength),
    )


def intake_days(quantity=None, days=None, *, unit="{capsule}", schedule=DAILY, strength=25):
    return compute_days_of_intake(
        quantity=None if quantity is None else D(quantity),
        quantity_unit=unit,
        duration_days=None if days is None else D(days),
        schedule=schedule,
        strength_mg=None if strength is None else D(strength),
    )


@pytest.mark.parametrize(
    ("quantity", "schedule", "days"),
    [
        (21, ON_21_OF_28, 28),  # definitions, "supply"
        (28, DAILY, 28),  # definitions, "supply"
        (42, ON_21_OF_28, 56),
        (28, ON_21_OF_28, 35),  # one cycle, and 7 days of the next
        (10, ON_21_OF_28, 10),
        (14, EVERY_OTHER_DAY, 28),
        (8, TWICE_A_WEEK, 28),
    ],
)
def test_capsules_are_laid_over_the_ordered_pattern(quantity, schedule, days):
    assert supply_days(quantity, schedule=schedule) == days


def test_repeats_multiply_duration_and_quantity():
    assert supply_days(days=28, repeats=2) == 84
    assert supply_days(28, repeats=2) == 84
    assert supply_days(21, repeats=2, schedule=ON_21_OF_28) == 84


@pytest.mark.parametrize(("quantity", "days", "longer"), [(28, 28, 28), (84, 28, 84), (28, 84, 84)])
def test_the_longer_of_quantity_and_duration_counts(quantity, days, longer):
    assert supply_days(quantity, days) == longer


@pytest.mark.parametrize(
    ("quantity", "unit", "strength", "days"),
    [
        (28, "capsule", 25, "28"),
        (28, "1", 25, "28"),
        (28, "732937005", 25, "28"),
        (56, "{capsule}", "12.5", "28"),
        (70, "{capsule}", 10, "28"),
        (700, "mg", None, "28"),
        ("0.7", "g", None, "28"),
    ],
)
def test_a_quantity_counts_pieces_or_milligrams(quantity, unit, strength, days):
    assert supply_days(quantity, unit=unit, strength=strength) == D(days)


def test_two_intakes_a_day_take_two_capsules():
    assert supply_days(56, schedule=computed(line(mg(25), timing=every(2, 1)))) == 28


def test_a_changing_dose_is_laid_with_the_lowest():
    lines = [line(mg(25), sequence=1), line(mg(50), sequence=2)]
    assert supply_days(28, schedule=computed(*lines)) == 28


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "supply not stated"),
        ({"quantity": 28, "unit": "{box}"}, "unit of the quantity not usable"),
        ({"quantity": 28, "unit": ""}, "unit of the quantity not usable"),
        ({"quantity": 28, "strength": None}, "strength not known"),
        ({"quantity": 28, "schedule": WITHOUT_TIMING}, "timing not stated"),
        ({"quantity": 28, "schedule": NotComputable("dose in free text")}, "dose in free text"),
        ({"quantity": 28, "schedule": None}, "no dosage instruction"),
        ({"quantity": 0}, "supply out of range"),
        ({"quantity": -28, "days": 28}, "supply out of range"),
        ({"quantity": "1e300"}, "supply out of range"),
        ({"quantity": "NaN"}, "supply out of range"),
        ({"days": 0}, "supply out of range"),
        ({"days": "1e300"}, "supply out of range"),
        ({"days": 28, "repeats": -1}, "supply out of range"),
        ({"days": 28, "repeats": 10**9}, "supply out of range"),
    ],
)
def test_a_supply_that_is_not_settled_is_not_computable(fields, reason):
    assert supply_days(**fields) == NotComputable(reason)


@pytest.mark.parametrize("schedule", [WITHOUT_TIMING, NotComputable("dose in free text"), None])
def test_a_stated_duration_needs_no_dose(schedule: Schedule | NotComputable | None):
    assert supply_days(28, 28, repeats=1, schedule=schedule) == 56


@pytest.mark.parametrize(
    ("quantity", "days", "schedule", "expected"),
    [
        (28, None, DAILY, 28),
        (28, 21, DAILY, 28),
        (21, 28, DAILY, 21),
        (28, None, WITHOUT_TIMING, 28),
        (None, 28, DAILY, 28),
        (None, 28, ON_21_OF_28, 21),
        (None, 84, ON_21_OF_28, 63),
        (None, 28, EVERY_OTHER_DAY, 14),
        (None, 28, computed(line(mg(25), timing=every(1, 1, bounds_days=D(21)))), 21),
        (None, None, computed(line(mg(25), timing=every(1, 1, bounds_days=D(21)))), 21),
    ],
)
def test_days_of_intake_come_from_the_capsules_else_from_the_duration(quantity, days, schedule, expected):
    assert intake_days(quantity, days, schedule=schedule) == Decimal(expected)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "supply not stated"),
        ({"days": 28, "schedule": WITHOUT_TIMING}, "timing not stated"),
        ({"days": 28, "schedule": NotComputable("no dose")}, "no dose"),
        ({"days": 28, "schedule": None}, "no dosage instruction"),
        ({"quantity": 28, "unit": "{box}"}, "unit of the quantity not usable"),
        ({"quantity": "NaN"}, "supply out of range"),
    ],
)
def test_days_of_intake_that_are_not_settled_are_not_computable(fields, reason):
    assert intake_days(**fields) == NotComputable(reason)
