"""The dose of several orders on the days that they share. Expected values by hand."""

from datetime import date

from cds_hooks.clinical.combination import PlacedSchedule, sum_same_days
from cds_hooks.clinical.dosage import NotComputable, Schedule
from tests.unit.dosage_lines import D, computed, every, line, mg, of

MARCH_1, MARCH_15, MARCH_29, APRIL_26 = date(2025, 3, 1), date(2025, 3, 15), date(2025, 3, 29), date(2025, 4, 26)


def order(amount: int, start: date, end: date | None, text: str = "") -> PlacedSchedule:
    return PlacedSchedule(computed(line(mg(amount), text=text)), start, end)


def test_orders_of_the_same_days_are_one_dose():
    total = sum_same_days([order(10, MARCH_1, MARCH_29), order(5, MARCH_1, MARCH_29)])
    assert isinstance(total, Schedule)
    assert (total.mg_per_intake_day, total.intakes_per_day, total.lowest_mg) == (15, 1, None)


def test_an_order_that_begins_on_the_day_another_ends_is_not_added():
    total = sum_same_days([order(25, MARCH_1, MARCH_29), order(25, MARCH_29, APRIL_26)])
    assert isinstance(total, Schedule)
    assert (total.mg_per_intake_day, total.lowest_mg) == (25, None)


def test_orders_that_share_some_days_are_summed_on_those():
    total = sum_same_days([order(10, MARCH_1, MARCH_29), order(5, MARCH_15, APRIL_26)])
    assert isinstance(total, Schedule)
    assert (total.mg_per_intake_day, total.lowest_mg) == (15, 10)
    assert total.note == "highest of several doses"


def test_an_open_order_goes_on():
    total = sum_same_days([order(10, MARCH_1, None), order(5, APRIL_26, None)])
    assert isinstance(total, Schedule)
    assert total.mg_per_intake_day == 15


def test_orders_of_one_cycle_keep_it():
    total = sum_same_days([order(20, MARCH_1, MARCH_29, "days 1-21 of 28"), order(5, MARCH_1, MARCH_29, "dag 1-21")])
    assert isinstance(total, Schedule)
    assert (total.mg_per_intake_day, total.pattern) == (25, of(21, 28))


def test_the_length_that_a_dosage_names_is_that_of_its_order():
    first = PlacedSchedule(computed(line(mg(10), timing=every(1, 1, bounds_days=D(7)))), MARCH_1, MARCH_29)
    second = PlacedSchedule(computed(line(mg(5), timing=every(1, 1, bounds_days=D(28)))), MARCH_1, MARCH_29)
    total = sum_same_days([first, second])
    assert isinstance(total, Schedule)
    assert (total.mg_per_intake_day, total.lowest_mg, total.lasts_days) == (15, None, None)


def test_an_order_that_cannot_be_computed_makes_the_sum_so():
    unknown = PlacedSchedule(NotComputable("dose in free text"), MARCH_15, None)
    assert sum_same_days([order(10, MARCH_1, MARCH_29), unknown]) == NotComputable("dose in free text")


def test_orders_that_cover_no_day_add_nothing():
    covers_no_day = order(10, MARCH_15, MARCH_15)
    assert sum_same_days([covers_no_day]) == NotComputable("no dosage instruction")
    assert sum_same_days([]) == NotComputable("no dosage instruction")
    total = sum_same_days([covers_no_day, order(25, MARCH_1, MARCH_29)])
    assert isinstance(total, Schedule)
    assert total.mg_per_intake_day == 25
