"""Several dosage lines of one order: those that run together, and those in sequence. Expected values by hand."""

from dataclasses import replace
from datetime import date

import pytest

from cds_hooks.clinical.dosage import DosageLine, NotComputable, Timing
from tests.unit.dosage_lines import DAILY, D, compute, computed, dates, every, line, mg, of

FOR_21_DAYS = replace(DAILY, bounds_days=D(21))
FOR_7_DAYS = replace(DAILY, bounds_days=D(7))
ON_MONDAY = Timing(days_of_week=("mon",))
ON_THURSDAY = Timing(days_of_week=("thu",))


def within(start: str, end: str) -> Timing:
    return replace(DAILY, bounds_start=date.fromisoformat(start), bounds_end=date.fromisoformat(end))


# --- lines that run together ---


@pytest.mark.parametrize("sequence", [None, 1])
def test_lines_of_the_same_days_are_one_dose(sequence):
    schedule = computed(line(mg(10), sequence=sequence), line(mg(5), sequence=sequence))
    assert (schedule.mg_per_intake_day, schedule.intakes_per_day, schedule.pattern) == (15, 1, of(1, 1))
    assert schedule.lowest_mg is None


def test_one_numbered_line_and_one_without_a_number_run_together():
    assert computed(line(mg(10), sequence=1), line(mg(5))).mg_per_intake_day == 15


@pytest.mark.parametrize(
    ("morning", "evening"),
    [
        (Timing(when=("MORN",)), Timing(when=("EVE",))),
        (Timing(time_of_day=("08:00:00",)), Timing(time_of_day=("20:00:00",))),
        (Timing(code="AM"), Timing(code="PM")),
    ],
)
def test_a_line_in_the_morning_and_one_in_the_evening_are_two_intakes(morning, evening):
    schedule = computed(line(mg(10), timing=morning), line(mg(5), timing=evening))
    assert (schedule.mg_per_intake_day, schedule.intakes_per_day, schedule.pattern) == (15, 2, of(1, 1))


def test_two_lines_at_the_same_moment_are_one_intake():
    in_the_morning = Timing(when=("MORN",))
    assert computed(line(mg(10), timing=in_the_morning), line(mg(5), timing=in_the_morning)).intakes_per_day == 1


def test_a_line_with_a_moment_and_one_without_are_one_intake():
    assert computed(line(mg(10), timing=Timing(when=("MORN",))), line(mg(5))).intakes_per_day == 1


def test_lines_of_the_same_pattern_are_summed_on_its_days():
    schedule = computed(line(mg(20), text="days 1-21 of 28"), line(mg(5), timing=every(21, 28)))
    assert (schedule.mg_per_intake_day, schedule.pattern) == (25, of(21, 28))


def test_a_pattern_stated_on_one_line_serves_the_line_that_only_names_the_days_on():
    schedule = computed(line(mg(20), text="dag 1-21"), line(mg(5), text="dag 1-21 van 28"))
    assert schedule.pattern == of(21, 28)


def test_lines_on_different_weekdays_are_not_summed():
    schedule = computed(line(mg(10), timing=ON_MONDAY), line(mg(5), timing=ON_THURSDAY))
    assert (schedule.mg_per_intake_day, schedule.lowest_mg, schedule.pattern) == (10, 5, of(2, 7))
    assert schedule.note == "highest of several doses"


def test_lines_that_share_a_weekday_are_summed_on_it():
    both = Timing(days_of_week=("mon", "thu"))
    schedule = computed(line(mg(10), timing=ON_MONDAY), line(mg(5), timing=both))
    assert (schedule.mg_per_intake_day, schedule.lowest_mg, schedule.weekdays) == (15, 5, ("mon", "thu"))


def test_equal_doses_on_different_weekdays_are_one_pattern():
    schedule = computed(line(mg(5), timing=ON_MONDAY), line(mg(5), timing=ON_THURSDAY))
    assert (schedule.mg_per_intake_day, schedule.lowest_mg, schedule.pattern) == (5, None, of(2, 7))


def test_weekdays_that_fill_the_week_are_daily():
    rest = Timing(days_of_week=("tue", "wed", "thu", "fri", "sat", "sun"))
    schedule = computed(line(mg(5), timing=ON_MONDAY), line(mg(5), timing=rest))
    assert (schedule.mg_per_intake_day, schedule.pattern) == (5, of(1, 1))


@pytest.mark.parametrize("more", [ON_MONDAY, every(1, 2), every(21, 28)])
def test_more_on_some_days_beside_a_daily_dose_is_the_sum_with_the_daily_dose_as_lowest(more):
    schedule = computed(line(mg(10)), line(mg(5), timing=more))
    assert (schedule.mg_per_intake_day, schedule.lowest_mg, schedule.pattern) == (15, 10, of(1, 1))
    assert schedule.average_mg_per_day is None


def test_a_line_that_ends_sooner_leaves_the_other_dose():
    schedule = computed(line(mg(10), timing=FOR_7_DAYS), line(mg(5), timing=FOR_21_DAYS))
    assert (schedule.mg_per_intake_day, schedule.lowest_mg, schedule.lasts_days) == (15, 5, 21)


@pytest.mark.parametrize("other", [every(1, 3), ON_MONDAY])
def test_lines_whose_days_may_or_may_not_meet_are_not_computable(other):
    assert compute(line(mg(10), timing=every(1, 2)), line(mg(5), timing=other)) == NotComputable("days of the lines differ")


def test_lines_without_any_timing_are_summed_and_one_of_two_is_not():
    assert computed(line(mg(10), timing=None), line(mg(5), timing=None)).mg_per_intake_day == 15
    assert compute(line(mg(10)), line(mg(5), timing=None)) == NotComputable("timing missing on one line")


def test_a_line_that_is_not_computable_makes_the_order_so():
    assert compute(line(mg(10)), line(mg(1, "capsule"))) == NotComputable("strength not known")
    assert compute(line(mg(10)), DosageLine(text="en zo nodig 5 mg")) == NotComputable("dose in free text")


def test_a_remark_without_a_number_beside_a_dose_is_passed_over():
    assert computed(line(mg(10)), DosageLine(text="Heel doorslikken met water")).mg_per_intake_day == 10


def test_the_sum_of_lines_stays_within_range():
    assert compute(line(mg(90_000)), line(mg(90_000))) == NotComputable("dose out of range")


# --- lines in sequence ---


@pytest.mark.parametrize(
    "pause",
    [
        line(mg(0), timing=FOR_7_DAYS, sequence=2),
        line(mg(0, "capsule"), timing=FOR_7_DAYS, sequence=2),
        line(mg(0), timing=None, text="7 dagen rust", sequence=2),
        DosageLine(sequence=2, text="7 days rest"),
        DosageLine(sequence=2, text="pauze", timing=Timing(bounds_days=D(7))),
        DosageLine(sequence=2, text="dag 22-28 rust"),
        DosageLine(sequence=2, patient_instruction="1 stopweek"),
    ],
)
def test_21_days_and_then_7_days_nothing_are_21_of_28(pause):
    schedule = computed(line(mg(25), timing=FOR_21_DAYS, sequence=1), pause, strength=25)
    assert (schedule.mg_per_intake_day, schedule.pattern) == (25, of(21, 28))
    assert (schedule.lasts_days, schedule.intake_days) == (28, 21)


def test_a_pause_without_a_number_follows_the_days_of_intake():
    assert computed(line(mg(0), timing=FOR_7_DAYS), line(mg(25), timing=FOR_21_DAYS)).pattern == of(21, 28)


def test_a_pause_of_unstated_length_takes_it_from_the_days_of_the_order():
    lines = [line(mg(25), timing=FOR_21_DAYS, sequence=1), DosageLine(sequence=2, text="pauze")]
    assert computed(*lines, order_days=D(28)).pattern == of(21, 28)
    assert computed(*lines).pattern.cycle_stated is False


def test_days_of_intake_of_unstated_length_take_it_from_the_days_of_the_order():
    lines = [line(mg(25), sequence=1), DosageLine(sequence=2, text="7 days rest")]
    assert computed(*lines, order_days=D(28)).pattern == of(21, 28)
    assert compute(*lines) == NotComputable("length of the pause not stated")


def test_a_pause_line_beside_a_cycle_in_text_says_it_once_more():
    lines = [line(mg(25), text="days 1-21 of 28", sequence=1), line(mg(0), timing=FOR_7_DAYS, sequence=2)]
    assert computed(*lines).pattern == of(21, 28)


def test_only_pauses_are_no_dose():
    assert compute(line(mg(0), timing=FOR_7_DAYS), line(mg(0), timing=FOR_7_DAYS)) == NotComputable("dose out of range")


def test_days_of_intake_and_pauses_that_come_again_are_one_cycle():
    step = [line(mg(25), timing=FOR_21_DAYS), line(mg(0), timing=FOR_7_DAYS)]
    schedule = computed(*(replace(one, sequence=n) for n, one in enumerate([*step, *step, step[0]], start=1)))
    assert (schedule.pattern, schedule.lasts_days, schedule.intake_days) == (of(21, 28), 77, 63)


def test_a_dose_that_is_raised_is_the_highest_with_the_lowest_beside_it():
    schedule = computed(line(mg(10), timing=FOR_7_DAYS, sequence=1), line(mg(25), timing=FOR_21_DAYS, sequence=2))
    assert (schedule.mg_per_intake_day, schedule.lowest_mg, schedule.pattern) == (25, 10, of(1, 1))
    assert (schedule.lasts_days, schedule.note) == (28, "highest of several doses")


def test_steps_of_unstated_length_keep_their_common_pattern():
    schedule = computed(line(mg(10), sequence=1), line(mg(25), sequence=2))
    assert (schedule.mg_per_intake_day, schedule.lowest_mg, schedule.pattern) == (25, 10, of(1, 1))
    assert schedule.lasts_days is None


def test_steps_of_unstated_length_and_different_patterns_have_none():
    schedule = computed(line(mg(10), sequence=1), line(mg(25), timing=every(1, 7), sequence=2))
    assert (schedule.mg_per_intake_day, schedule.pattern) == (25, None)


def test_a_raised_dose_before_a_pause_is_still_so_many_days_of_the_whole():
    schedule = computed(
        line(mg(10), timing=FOR_7_DAYS, sequence=1),
        line(mg(25), timing=replace(DAILY, bounds_days=D(14)), sequence=2),
        line(mg(0), timing=FOR_7_DAYS, sequence=3),
    )
    assert (schedule.mg_per_intake_day, schedule.lowest_mg, schedule.pattern) == (25, 10, of(21, 28))


def test_a_raised_dose_of_unstated_length_before_a_pause_is_not_computable():
    lines = [line(mg(10), sequence=1), line(mg(25), sequence=2), line(mg(0), timing=FOR_7_DAYS, sequence=3)]
    assert compute(*lines) == NotComputable("length of the pause not stated")


def test_lines_of_one_step_are_summed_before_the_next_step():
    schedule = computed(
        line(mg(20), timing=FOR_21_DAYS, sequence=1),
        line(mg(5), timing=FOR_21_DAYS, sequence=1),
        line(mg(0), timing=FOR_7_DAYS, sequence=2),
    )
    assert (schedule.mg_per_intake_day, schedule.lowest_mg, schedule.pattern) == (25, None, of(21, 28))


def test_the_order_in_which_the_lines_are_listed_makes_no_difference():
    lines = [line(mg(10), timing=FOR_7_DAYS, sequence=2), line(mg(25), timing=FOR_21_DAYS, sequence=1)]
    assert compute(*lines) == compute(*reversed(lines))


def test_numbered_steps_beside_a_line_without_a_number_are_not_clear():
    lines = [line(mg(10), sequence=1), line(mg(25), sequence=2), line(mg(5))]
    assert compute(*lines) == NotComputable("order of the lines not clear")


# --- lines with periods of their own ---


@pytest.mark.parametrize("last_day", ["2025-03-21", "2025-03-22"])
def test_a_pause_in_the_period_after_the_days_of_intake_makes_21_of_28(last_day):
    lines = [line(mg(25), timing=within("2025-03-01", last_day)), line(mg(0), timing=within("2025-03-22", "2025-03-28"))]
    assert computed(*lines).pattern == of(21, 28)
    assert computed(*reversed(lines)).pattern == of(21, 28)


def test_periods_that_follow_each_other_are_not_summed():
    schedule = computed(
        line(mg(10), timing=within("2025-03-01", "2025-03-07")), line(mg(25), timing=within("2025-03-08", "2025-03-28"))
    )
    assert (schedule.mg_per_intake_day, schedule.lowest_mg, schedule.lasts_days) == (25, 10, 28)


def test_a_gap_between_periods_is_a_pause():
    periods = [("2025-03-01", "2025-03-21"), ("2025-03-29", "2025-04-18"), ("2025-04-26", "2025-05-16")]
    schedule = computed(*(line(mg(25), timing=within(*period)) for period in periods))
    assert (schedule.mg_per_intake_day, schedule.pattern, schedule.intake_days) == (25, of(21, 28), 63)


@pytest.mark.parametrize("second", [("2025-03-01", "2025-03-28"), ("2025-03-15", "2025-04-11")])
def test_periods_that_share_days_are_summed(second):
    lines = [line(mg(10), timing=within("2025-03-01", "2025-03-28")), line(mg(5), timing=within(*second))]
    assert computed(*lines).mg_per_intake_day == 15


def test_single_doses_on_dates_of_their_own_lines_are_not_a_daily_sum():
    lines = [line(mg(60), timing=Timing(events=dates(day))) for day in ("2025-03-01", "2025-09-01")]
    schedule = computed(*lines)
    assert (schedule.mg_per_intake_day, schedule.pattern.calendar_period, schedule.note) == (60, (6, "mo"), "")


def test_lines_that_share_a_date_are_summed_on_it():
    lines = [
        line(mg(10), timing=Timing(events=dates("2025-03-01", "2025-03-02"))),
        line(mg(5), timing=Timing(events=dates("2025-03-01"))),
    ]
    schedule = computed(*lines)
    assert (schedule.mg_per_intake_day, schedule.lowest_mg, schedule.pattern, schedule.intake_days) == (15, 10, of(1, 1), 2)


def test_dates_beside_a_rate_may_or_may_not_meet():
    lines = [line(mg(10)), line(mg(5), timing=Timing(events=dates("2025-03-01")))]
    assert compute(*lines) == NotComputable("days of the lines differ")


def test_a_line_for_the_patient_alone_is_no_remark_if_it_holds_a_number():
    assert compute(line(mg(10)), DosageLine(patient_instruction="en 5 mg")) == NotComputable("dose in free text")
