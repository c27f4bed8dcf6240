"""The schedule of one dosage line, in every shape that it is written in. Expected values by hand."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cds_hooks.clinical.dosage import DosageLine, DoseAmount, NotComputable, Pattern, Timing
from tests.unit.dosage_lines import DAILY, D, compute, computed, dates, every, line, mg, of

HOUR = Decimal(1) / 24

# Timing; intakes on a day of intake; days on of days.
TIMINGS = [
    ("once a day", every(1, 1), 1, of(1, 1)),
    ("twice a day", every(2, 1), 2, of(1, 1)),
    ("a period without a frequency is once in it", every(None, 1), 1, of(1, 1)),
    ("every 12 hours", every(1, 12 * HOUR), 2, of(1, 1)),
    ("every 8 hours", every(1, 8 * HOUR), 3, of(1, 1)),
    ("every 24 hours", every(1, 24 * HOUR), 1, of(1, 1)),
    ("every 48 hours", every(1, 48 * HOUR), 1, of(1, 2)),
    ("14 times a week is twice a day", every(14, 7), 2, of(1, 1)),
    ("7 times a week is daily", every(7, 7), 1, of(1, 1)),
    ("every other day", every(1, 2), 1, of(1, 2)),
    ("twice a week", every(2, 7), 1, of(2, 7)),
    ("a weekly dose is not a daily one", every(1, 7), 1, of(1, 7)),
    ("once in four weeks", every(1, 28), 1, of(1, 28)),
    ("21 times in 28 days", every(21, 28), 1, of(21, 28)),
    ("14 times in 21 days", every(14, 21), 1, of(14, 21)),
    ("28 times in 28 days is daily", every(28, 28), 1, of(1, 1)),
    ("once in 28 days, for 21 days each time", every(1, 28, duration_days=D(21)), 1, of(21, 28)),
    ("once in 28 days, for 28 days each time", every(1, 28, duration_days=D(28)), 1, of(1, 1)),
    ("weekly, half an hour each time", every(1, 7, duration_days=D("0.02")), 1, of(1, 7)),
    ("weekly, one day each time", every(1, 7, duration_days=D(1)), 1, of(1, 7)),
    ("equal bounds of frequency and period", every(1, 1, frequency_max=1, period_max_days=D(1)), 1, of(1, 1)),
    ("QD", Timing(code="QD"), 1, of(1, 1)),
    ("BID", Timing(code="BID"), 2, of(1, 1)),
    ("TID", Timing(code="TID"), 3, of(1, 1)),
    ("QID", Timing(code="QID"), 4, of(1, 1)),
    ("AM", Timing(code="AM"), 1, of(1, 1)),
    ("PM", Timing(code="PM"), 1, of(1, 1)),
    ("BED", Timing(code="BED"), 1, of(1, 1)),
    ("QOD", Timing(code="QOD"), 1, of(1, 2)),
    ("WK", Timing(code="WK"), 1, of(1, 7)),
    ("Q1H", Timing(code="Q1H"), 24, of(1, 1)),
    ("Q2H", Timing(code="Q2H"), 12, of(1, 1)),
    ("Q3H", Timing(code="Q3H"), 8, of(1, 1)),
    ("Q4H", Timing(code="Q4H"), 6, of(1, 1)),
    ("Q6H", Timing(code="Q6H"), 4, of(1, 1)),
    ("Q8H", Timing(code="Q8H"), 3, of(1, 1)),
    ("a code in small letters", Timing(code=" bid "), 2, of(1, 1)),
    ("code and repeat that agree", every(2, 1, code="BID"), 2, of(1, 1)),
    ("a code of the site beside a repeat", every(1, 1, code="DAILY-08"), 1, of(1, 1)),
    ("QD within bounds", Timing(code="QD", bounds_days=D(28)), 1, of(1, 1)),
    ("Monday", Timing(days_of_week=("mon",)), 1, of(1, 7)),
    ("Monday and Thursday", Timing(days_of_week=("mon", "thu")), 1, of(2, 7)),
    ("Monday and Thursday, twice a day", every(2, 1, days_of_week=("mon", "thu")), 2, of(2, 7)),
    ("twice a week, on Monday and Thursday", every(2, 7, days_of_week=("mon", "thu")), 1, of(2, 7)),
    ("once in two weeks, on Monday", every(1, 14, days_of_week=("mon",)), 1, of(1, 14)),
    ("Monday at two times", Timing(days_of_week=("mon",), time_of_day=("08:00:00", "20:00:00")), 2, of(1, 7)),
    ("all days of the week", Timing(days_of_week=("mon", "tue", "wed", "thu", "fri", "sat", "sun")), 1, of(1, 1)),
    ("one time of the day", Timing(time_of_day=("08:00:00",)), 1, of(1, 1)),
    ("two times of the day", Timing(time_of_day=("08:00:00", "20:00:00")), 2, of(1, 1)),
    ("two times of the day and their number", every(2, 1, time_of_day=("08:00:00", "20:00:00")), 2, of(1, 1)),
    ("times without a period", every(2, None, time_of_day=("08:00:00", "20:00:00")), 2, of(1, 1)),
    ("every other day at a time", every(1, 2, time_of_day=("08:00:00",)), 1, of(1, 2)),
    ("in the morning", Timing(when=("MORN",)), 1, of(1, 1)),
    ("morning and evening", Timing(when=("MORN", "EVE")), 2, of(1, 1)),
    ("before sleep, once a day", every(1, 1, when=("HS",)), 1, of(1, 1)),
    ("with meals, three times a day", every(3, 1, when=("C",)), 3, of(1, 1)),
]


@pytest.mark.parametrize(("timing", "intakes", "pattern"), [row[1:] for row in TIMINGS], ids=[row[0] for row in TIMINGS])
def test_a_timing_gives_intakes_a_day_and_days_of_intake(timing, intakes, pattern):
    schedule = computed(line(mg(5), timing=timing))
    assert (schedule.intakes_per_day, schedule.pattern) == (intakes, pattern)
    assert schedule.mg_per_intake_day == 5 * intakes


# Timing; the fixed name of why it is not computable.
UNSETTLED = [
    ("one or two times a day", every(1, 1, frequency_max=2), "timing is a range"),
    ("every one or two days", every(1, 1, period_max_days=D(2)), "timing is a range"),
    ("every 5 hours", every(1, 5 * HOUR), "intakes per day vary"),
    ("10 times a week", every(10, 7), "intakes per day vary"),
    ("every half hour", every(1, HOUR / 2), "timing out of range"),
    ("no times a day", every(0, 1), "timing out of range"),
    ("a period of nought", every(1, 0), "timing out of range"),
    ("a period before now", every(1, -1), "timing out of range"),
    ("a period beyond measure", every(1, "1e300"), "timing out of range"),
    ("a period that is nearly nought", every(1, "1e-300"), "timing out of range"),
    ("a period that is no number", every(1, "NaN"), "timing out of range"),
    ("a duration beyond measure", every(1, 28, duration_days=D("1e300")), "timing out of range"),
    ("a duration that is no number", every(1, 28, duration_days=D("NaN")), "timing out of range"),
    ("bounds before now", every(1, 1, bounds_days=D(-1)), "timing out of range"),
    (
        "bounds that end before they start",
        every(1, 1, bounds_start=date(2025, 3, 2), bounds_end=date(2025, 3, 1)),
        "timing out of range",
    ),
    ("a count of nought", every(1, 1, count=0), "timing out of range"),
    ("three times of nobody knows what", every(3, None), "timing incomplete"),
    ("with every meal", Timing(when=("C",)), "timing incomplete"),
    ("a code of the site alone", Timing(code="1DD1"), "timing code not known"),
    ("a code that contradicts the repeat", every(1, 1, code="BID"), "timing contradicts itself"),
    ("once a day at two times", every(1, 1, time_of_day=("08:00", "20:00")), "timing contradicts itself"),
    ("three times a day, morning and evening", every(3, 1, when=("MORN", "EVE")), "timing contradicts itself"),
    ("once a week on two days", every(1, 7, days_of_week=("mon", "thu")), "timing contradicts itself"),
    ("every 10 days on Monday", every(1, 10, days_of_week=("mon",)), "timing contradicts itself"),
    ("two in 28 days, for 21 days each time", every(2, 28, duration_days=D(21)), "timing contradicts itself"),
]


@pytest.mark.parametrize(("timing", "reason"), [row[1:] for row in UNSETTLED], ids=[row[0] for row in UNSETTLED])
def test_a_timing_that_does_not_settle_the_dose_is_not_computable(timing, reason):
    assert compute(line(mg(5), timing=timing)) == NotComputable(reason)


# Doses of one line, product strength, mg.
DOSES = [
    ("milligrams", [mg(25)], None, "25"),
    ("a fraction", [mg("2.5")], None, "2.5"),
    ("MG in capitals", [mg(25, "MG")], None, "25"),
    ("grams", [mg("0.025", "g")], None, "25"),
    ("micrograms, UCUM", [mg(500, "ug")], None, "0.5"),
    ("micrograms, written", [mg(500, "mcg")], None, "0.5"),
    ("micrograms, micro sign", [mg(500, "µg")], None, "0.5"),
    ("micrograms, Greek mu", [mg(500, "μg")], None, "0.5"),
    ("milligrams, SNOMED CT", [mg(25, "258684004")], None, "25"),
    ("UCUM {capsule}", [mg(1, "{capsule}")], 25, "25"),
    ("UCUM {tbl}", [mg(2, "{tbl}")], 5, "10"),
    ("UCUM {pill}", [mg(1, "{pill}")], 5, "5"),
    ("UCUM 1", [mg(1, "1")], 25, "25"),
    ("capsule", [mg(1, "capsule")], 25, "25"),
    ("Capsule", [mg(1, "Capsule")], 25, "25"),
    ("capsules", [mg(2, "capsules")], 10, "20"),
    ("stuk", [mg(1, "stuk")], 25, "25"),
    ("capsule, SNOMED CT", [mg(1, "732937005")], 25, "25"),
    ("syringe", [mg(1, "{syringe}")], 60, "60"),
    ("half a tablet", [mg("0.5", "tablet")], 5, "2.5"),
    ("a range with equal ends", [DoseAmount(D(25), D("25.0"), "mg")], None, "25"),
    (
        "Epic's three entries of one dose",
        [mg(25, kind="calculated"), mg(1, "capsule", "admin-amount"), mg(25, kind="ordered")],
        25,
        "25",
    ),
    ("an entry that cannot be converted beside one that can", [mg(25), mg(1, "capsule")], None, "25"),
    ("an entry in another measure beside one that can be read", [mg("0.3", "mg/kg"), mg(25)], None, "25"),
]


@pytest.mark.parametrize(("doses", "strength", "expected"), [row[1:] for row in DOSES], ids=[row[0] for row in DOSES])
def test_the_entries_of_a_line_give_one_dose_in_milligrams(doses, strength, expected):
    assert computed(line(*doses), strength=strength).mg_per_intake_day == D(expected)


# Doses of one line, strength, the fixed name of why it is not computable.
UNSETTLED_DOSES = [
    ("a range", [DoseAmount(D(10), D(25), "mg")], None, "dose is a range"),
    ("two entries that disagree", [mg(25), mg(10)], None, "doses of one line disagree"),
    ("a count that disagrees", [mg(25), mg(1, "capsule")], 10, "doses of one line disagree"),
    ("capsules of unknown strength", [mg(1, "capsule")], None, "strength not known"),
    ("capsules of no strength", [mg(1, "capsule")], 0, "strength not known"),
    ("a strength that is no number", [mg(1, "capsule")], "NaN", "strength not known"),
    ("millilitres of unknown concentration", [mg(1, "mL")], 60, "strength not known"),
    ("megagrams", [mg(25, "Mg")], None, "unit of the dose not usable"),
    ("no unit", [mg(25, "")], None, "unit of the dose not usable"),
    ("per kilogram", [mg(25, "mg/kg")], None, "unit of the dose not usable"),
    ("drops", [mg(25, "[drp]")], None, "unit of the dose not usable"),
    ("nought", [mg(0)], None, "dose out of range"),
    ("below nought", [mg(-25)], None, "dose out of range"),
    ("beyond measure", [mg("1e300")], None, "dose out of range"),
    ("nearly nought", [mg("1e-300")], None, "dose out of range"),
    ("no number", [mg("NaN")], None, "dose out of range"),
    ("a signal", [mg("sNaN")], None, "dose out of range"),
    ("endless", [mg("Infinity")], None, "dose out of range"),
    ("kilograms of capsules", [mg(5000, "capsule")], 25, "dose out of range"),
    ("no dose", [], None, "no dose"),
]


@pytest.mark.parametrize(
    ("doses", "strength", "reason"), [row[1:] for row in UNSETTLED_DOSES], ids=[row[0] for row in UNSETTLED_DOSES]
)
def test_a_dose_that_is_not_settled_is_not_computable(doses, strength, reason):
    assert compute(line(*doses), strength=strength) == NotComputable(reason)


def test_the_sum_of_a_day_stays_within_range_too():
    assert compute(line(mg(90_000), timing=every(2, 1))) == NotComputable("dose out of range")


def test_a_millilitre_of_60_mg_per_ml_is_60_mg():
    schedule = computed(line(mg(1, "mL"), timing=every(1, None, calendar_period=(6, "mo"))), mg_per_ml=D(60))
    assert schedule.mg_per_intake_day == 60


def test_once_in_six_months_keeps_the_calendar_months():
    schedule = computed(line(mg(60), timing=every(1, "182.625", calendar_period=(6, "mo"))))
    assert schedule.pattern == Pattern(D(1), D("182.625"), calendar_period=(6, "mo"))


@pytest.mark.parametrize(
    ("timing", "cycle", "period"),
    [
        (Timing(code="MO"), "30.4375", (1, "mo")),
        (every(1, None, calendar_period=(1, "mo")), "30.4375", (1, "mo")),
        (every(1, None, calendar_period=(1, "mo"), code="MO"), "30.4375", (1, "mo")),
        (every(1, None, calendar_period=(1, "a")), "365.25", (1, "a")),
        (every(2, None, calendar_period=(1, "a")), "365.25", (1, "a")),
    ],
)
def test_months_and_years_are_an_average_of_days_that_remembers_what_they_are(timing, cycle, period):
    pattern = computed(line(mg(60), timing=timing)).pattern
    assert (pattern.cycle_days, pattern.calendar_period) == (D(cycle), period)


def test_no_lines_and_a_text_alone_are_not_computable():
    assert compute() == NotComputable("no dosage instruction")
    assert compute(DosageLine()) == NotComputable("no dose")


@pytest.mark.parametrize(
    "text", ["25 mg 1x daags", "1 capsule per dag", "25 mg on days 1-21 of 28", "as directed", "1 capsule, 7 days rest"]
)
def test_a_dose_in_free_text_is_never_guessed(text):
    assert compute(DosageLine(text=text), strength=25) == NotComputable("dose in free text")
    assert compute(DosageLine(patient_instruction=text), strength=25) == NotComputable("dose in free text")


def test_a_text_beside_the_structured_fields_does_no_harm():
    assert computed(line(mg(25), text="10 mg 2x daags")).mg_per_intake_day == 25


def test_a_dose_without_timing_has_no_pattern_and_says_so():
    schedule = computed(line(mg(25), timing=None))
    assert (schedule.mg_per_intake_day, schedule.pattern, schedule.note) == (25, None, "timing not stated")
    assert schedule.average_mg_per_day is None


def test_as_needed_is_still_the_dose_of_a_day_of_intake_and_is_noted():
    schedule = computed(line(mg(25), as_needed=True))
    assert (schedule.mg_per_intake_day, schedule.note) == (25, "as needed")


def test_fifty_mg_every_other_day_is_fifty_on_a_day_and_twenty_five_on_average():
    schedule = computed(line(mg(50), timing=every(1, 2)))
    assert (schedule.mg_per_intake_day, schedule.average_mg_per_day) == (50, 25)


# --- how long it goes on ---


@pytest.mark.parametrize(
    ("timing", "lasts", "intake_days"),
    [
        (DAILY, None, None),
        (replace(DAILY, bounds_days=D(21)), 21, 21),
        (replace(DAILY, bounds_start=date(2025, 3, 1), bounds_end=date(2025, 3, 21)), 21, 21),
        (replace(DAILY, bounds_start=date(2025, 3, 1)), None, None),
        (replace(DAILY, duration_days=D(21)), 21, 21),
        (replace(DAILY, count=21), 21, 21),
        (every(2, 1, count=42), 21, 21),
        (every(2, 1, count=41), 21, 21),
        (every(1, 2, bounds_days=D(28)), 28, 14),
        (every(1, 7, count=4), 28, 4),
        (every(21, 28, bounds_days=D(84)), 84, 63),
        (replace(DAILY, bounds_days=D(28), count=21), 28, 21),
    ],
)
def test_bounds_count_and_long_durations_say_how_long_it_goes_on(timing, lasts, intake_days):
    schedule = computed(line(mg(25), timing=timing))
    assert (schedule.lasts_days, schedule.intake_days) == (lasts, intake_days)


@pytest.mark.parametrize("timing", [every(1, 1, count=1), Timing(events=dates("2025-03-01")), Timing(count=1)])
def test_a_single_dose_repeats_nothing(timing):
    schedule = computed(line(mg(60), timing=timing))
    assert (schedule.mg_per_intake_day, schedule.pattern, schedule.note) == (60, None, "given once")


# --- 21 of 28 days, in all its ways ---


def test_daily_for_21_days_within_an_order_of_28_is_21_of_28():
    assert computed(line(mg(25), timing=replace(DAILY, bounds_days=D(21))), order_days=D(28)).pattern == of(21, 28)
    assert computed(line(mg(25), timing=replace(DAILY, count=21)), order_days=D(28)).pattern == of(21, 28)


@pytest.mark.parametrize("days", [None, D(21), D(14), D("NaN"), D(-28)])
def test_daily_for_21_days_in_an_order_no_longer_than_that_is_daily(days):
    assert computed(line(mg(25), timing=replace(DAILY, bounds_days=D(21))), order_days=days).pattern == of(1, 1)


@pytest.mark.parametrize("member", ["text", "patient_instruction"])
@pytest.mark.parametrize("text", ["days 1-21 of 28", "dag 1 t/m 21 van 28", "21 dagen, daarna 7 dagen rust", "d1-21 q28"])
def test_a_cycle_in_the_text_of_a_daily_line_is_its_pattern(member, text):
    assert computed(line(mg(25), **{member: text})).pattern == of(21, 28)


def test_a_cycle_in_the_text_of_the_order_is_its_pattern():
    assert computed(line(mg(25)), supply_text="21 days on, 7 days off").pattern == of(21, 28)


def test_days_on_alone_make_a_pause_whose_length_is_said_not_to_be_stated():
    schedule = computed(line(mg(25), text="dag 1-21"))
    assert (schedule.pattern.days_on, schedule.pattern.has_pause, schedule.pattern.cycle_stated) == (21, True, False)
    assert (schedule.note, schedule.average_mg_per_day) == ("cycle length not stated", None)


def test_a_cycle_length_stated_elsewhere_completes_days_on_alone():
    schedule = computed(line(mg(25), text="dag 1-21"), supply_text="21 of 35 days")
    assert (schedule.pattern, schedule.note) == (of(21, 35), "")


def test_a_cycle_in_the_text_shortens_the_days_of_intake_within_bounds():
    schedule = computed(line(mg(25), timing=replace(DAILY, bounds_days=D(56)), text="days 1-21 of 28"))
    assert (schedule.pattern, schedule.lasts_days, schedule.intake_days) == (of(21, 28), 56, 42)


def test_a_cycle_that_the_record_states_as_such_is_its_pattern():
    assert computed(line(mg(25), timing=replace(DAILY, cycle=of(21, 28)))).pattern == of(21, 28)
    assert compute(line(mg(25), timing=every(14, 21, cycle=of(21, 28)))) == NotComputable("timing contradicts itself")


@pytest.mark.parametrize(
    ("timing", "text", "pattern"),
    [
        (every(21, 28), "days 1-21 of 28", of(21, 28)),
        (every(21, 28), "dag 1-21", of(21, 28)),
        (every(1, 7), "days 1, 8, 15 and 22 of 28", of(1, 7)),
        (every(1, 2), "days 1-21 of 28", of(11, 28)),
        (DAILY, "days 1-28 of 28", of(1, 1)),
        (None, "days 1-21 of 28", of(21, 28)),
        (None, "days 1-28 of 28", of(1, 1)),
    ],
)
def test_text_and_timing_that_can_both_hold_make_one_pattern(timing, text, pattern):
    assert computed(line(mg(25), timing=timing, text=text)).pattern == pattern


@pytest.mark.parametrize(
    ("timing", "text", "reason"),
    [
        (every(21, 28), "days 1-14 of 21", "text and timing disagree"),
        (every(21, 28), "days 1-28 of 28", "text and timing disagree"),
        (every(14, 21), "days 1-21 of 28", "text and timing disagree"),
        (every(1, 28), "days 1-21 of 28", "text and timing disagree"),
        (DAILY, "days 1-14 of 21, then days 1-21 of 28", "several cycles in text"),
    ],
)
def test_text_and_timing_that_contradict_settle_nothing(timing, text, reason):
    assert compute(line(mg(25), timing=timing, text=text)) == NotComputable(reason)


def days_from(start: str, count: int) -> tuple[date, ...]:
    return tuple(date.fromisoformat(start) + timedelta(days=n) for n in range(count))


@pytest.mark.parametrize(
    ("events", "pattern", "intake_days"),
    [
        (days_from("2025-03-01", 21), of(1, 1), 21),
        (days_from("2025-03-01", 21) + days_from("2025-03-29", 21), of(21, 28), 42),
        (dates("2025-03-03", "2025-03-05", "2025-03-07"), of(1, 2), 3),
        (dates("2025-03-03", "2025-03-10", "2025-03-17"), of(1, 7), 3),
        (dates("2025-02-01", "2025-03-01"), of(1, 28), 2),
        (dates("2025-03-03", "2025-03-05", "2025-03-11"), None, 3),
        (dates("2025-03-03", "2025-03-04", "2025-03-11"), None, 3),
    ],
)
def test_dates_give_the_pattern_that_they_repeat(events, pattern, intake_days):
    schedule = computed(line(mg(25), timing=Timing(events=events)))
    assert (schedule.mg_per_intake_day, schedule.pattern, schedule.intake_days) == (25, pattern, intake_days)


def test_21_dates_within_an_order_of_28_days_are_21_of_28():
    schedule = computed(line(mg(25), timing=Timing(events=days_from("2025-03-01", 21))), order_days=D(28))
    assert schedule.pattern == of(21, 28)


@pytest.mark.parametrize(
    "events",
    [dates("2025-08-31", "2026-02-28", "2026-08-31"), dates("2025-01-15", "2025-07-15"), dates("2024-01-01", "2024-07-01")],
)
def test_dates_six_calendar_months_apart_keep_the_months(events):
    schedule = computed(line(mg(60), timing=Timing(events=events)))
    assert schedule.pattern == Pattern(D(1), D("182.625"), calendar_period=(6, "mo"))


def test_a_date_named_twice_is_two_intakes_on_it():
    schedule = computed(line(mg(10), timing=Timing(events=dates("2025-03-01", "2025-03-01", "2025-03-02", "2025-03-02"))))
    assert (schedule.mg_per_intake_day, schedule.intakes_per_day) == (20, 2)
    uneven = line(mg(10), timing=Timing(events=dates("2025-03-01", "2025-03-01", "2025-03-02")))
    assert compute(uneven) == NotComputable("intakes per day vary")


def test_more_dates_than_anyone_plans_are_not_used():
    assert compute(line(mg(10), timing=Timing(events=days_from("2025-03-01", 1001)))) == NotComputable("timing out of range")


def test_irregular_dates_take_no_cycle_from_the_text():
    schedule = computed(
        line(mg(25), timing=Timing(events=dates("2025-03-03", "2025-03-05", "2025-03-11")), text="dag 1-21 van 28")
    )
    assert (schedule.pattern, schedule.note) == (None, "days without a repeating pattern")


def test_a_rate_beside_a_date_is_what_repeats():
    timing = every(1, None, calendar_period=(6, "mo"), events=dates("2025-03-01"))
    assert computed(line(mg(60), timing=timing)).pattern.calendar_period == (6, "mo")
