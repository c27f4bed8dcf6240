"""Properties of the clinical formulas, for any patient and any dosage that can be written."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cds_hooks.clinical.body import compute_du_bois, compute_mosteller
from cds_hooks.clinical.calcium import compute_corrected_calcium
from cds_hooks.clinical.calendar import add_months, completed_years, completed_years_bounds
from cds_hooks.clinical.combination import PlacedSchedule, sum_same_days
from cds_hooks.clinical.cycle_text import find_cycle, find_pause_days
from cds_hooks.clinical.dosage import DosageLine, DoseAmount, NotComputable, Pattern, Schedule, Timing
from cds_hooks.clinical.dose import compute_schedule
from cds_hooks.clinical.kidney import compute_ckd_epi_2009, compute_ckd_epi_2021, compute_cockcroft_gault, deindex
from cds_hooks.clinical.supply import compute_days_of_intake, compute_supply_days

D = Decimal
positive = st.decimals(min_value=0, allow_nan=False, allow_infinity=False).filter(bool)
anything = st.one_of(st.decimals(), st.decimals(min_value=-50, max_value=50, places=2), st.integers(-5, 60).map(D))
ages = st.integers(18, 110)
creatinines = st.decimals(min_value=20, max_value=2000, places=1)
weights = st.decimals(min_value=30, max_value=200, places=1)
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
texts = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                *("day", "days", "dag", "dagen", "d", "1", "7", "21", "28", "-", "t/m", "of", "van", "q", "elke", "cyclus"),
                *("week", "rust", "off", "pauze", "innemen", ",", "een", "stop", "/", "mg"),
            ]
        ),
        max_size=14,
    ).map(" ".join),
)
maybe = st.none() | anything
timings = st.builds(
    Timing,
    frequency=st.none() | st.integers(-1, 60),
    frequency_max=st.none() | st.integers(1, 3),
    period_days=maybe,
    period_max_days=st.none() | st.integers(1, 3).map(D),
    count=st.none() | st.integers(-1, 50),
    duration_days=maybe,
    bounds_days=maybe,
    bounds_start=st.none() | days,
    bounds_end=st.none() | days,
    days_of_week=st.lists(st.sampled_from(["mon", "tue", "wed"]), max_size=3).map(tuple),
    time_of_day=st.lists(st.sampled_from(["08:00", "20:00"]), max_size=2).map(tuple),
    when=st.lists(st.sampled_from(["MORN", "EVE", "C"]), max_size=2).map(tuple),
    events=st.lists(days, max_size=5).map(tuple),
    code=st.sampled_from(["", "QD", "BID", "QOD", "WK", "MO", "1DD1"]),
    calendar_period=st.none() | st.tuples(st.integers(1, 12), st.sampled_from(["mo", "a"])),
    cycle=st.none() | st.just(Pattern(D(21), D(28))),
)
units = st.sampled_from(["mg", "g", "ug", "{capsule}", "1", "mL", "mg/kg", ""])
doses = st.lists(st.builds(DoseAmount, anything, anything, units), max_size=3).map(tuple)
plain_doses = st.lists(st.builds(lambda n: DoseAmount(D(n), D(n), "mg"), st.integers(0, 25)), min_size=1, max_size=2).map(tuple)
lines = st.builds(
    DosageLine,
    sequence=st.none() | st.integers(1, 3),
    text=texts,
    patient_instruction=st.just("") | texts,
    as_needed=st.booleans(),
    timing=st.none() | timings,
    doses=doses | plain_doses,
)


@given(ages, weights, creatinines, creatinines, st.booleans())
def test_every_estimate_falls_as_creatinine_rises(age, weight, one, other, female):
    low, high = sorted((one, other))
    clearance = [
        compute_cockcroft_gault(age_years=age, weight_kg=weight, creatinine_umol_l=c, female=female) for c in (low, high)
    ]
    assert clearance[0] >= clearance[1]
    assert low == high or clearance[0] > clearance[1]
    for formula in (compute_ckd_epi_2009, compute_ckd_epi_2021):
        assert formula(age_years=age, creatinine_umol_l=low, female=female) >= formula(
            age_years=age, creatinine_umol_l=high, female=female
        )


@given(positive, positive, positive, st.booleans())
def test_a_formula_on_positive_numbers_gives_a_number_or_refuses_with_a_value_error(first, second, third, female):
    formulas = [
        lambda: compute_cockcroft_gault(age_years=first, weight_kg=second, creatinine_umol_l=third, female=female),
        lambda: compute_ckd_epi_2009(age_years=first, creatinine_umol_l=second, female=female),
        lambda: compute_ckd_epi_2021(age_years=first, creatinine_umol_l=second, female=female),
        lambda: compute_mosteller(height_cm=first, weight_kg=second),
        lambda: compute_du_bois(height_cm=first, weight_kg=second),
        lambda: compute_corrected_calcium(total_mmol_l=first, albumin_g_l=second),
        lambda: deindex(rate_per_173=first, body_surface_m2=second),
    ]
    for formula in formulas:
        try:
            assert formula().is_finite()
        except ValueError:
            continue


@given(st.lists(lines, max_size=4), st.none() | anything, st.none() | anything, texts)
def test_any_dosage_gives_a_schedule_within_bounds_or_a_reason(dosage, strength, order_days, supply_text):
    schedule = compute_schedule(dosage, strength_mg=strength, supply_text=supply_text, mg_per_ml=strength, order_days=order_days)
    if isinstance(schedule, NotComputable):
        assert schedule.reason
        return
    assert 0 < (schedule.lowest_mg or schedule.mg_per_intake_day) <= schedule.mg_per_intake_day <= 100_000
    assert schedule.intakes_per_day >= 1
    assert schedule.pattern is None or 0 < schedule.pattern.days_on <= schedule.pattern.cycle_days


@given(lines, st.randoms(use_true_random=False), st.none() | st.integers(1, 30).map(D))
def test_the_order_of_dose_entries_makes_no_difference(line, random, strength):
    entries = list(line.doses)
    random.shuffle(entries)
    shuffled = DosageLine(line.sequence, line.text, line.patient_instruction, line.as_needed, line.timing, tuple(entries))
    assert compute_schedule([line], strength_mg=strength) == compute_schedule([shuffled], strength_mg=strength)


def _total(outcome: Schedule | NotComputable) -> object:
    """What a rule reads of it; which of several reasons is told may depend on the order."""
    if isinstance(outcome, NotComputable):
        return None
    return outcome.mg_per_intake_day, outcome.lowest_mg, outcome.intakes_per_day, outcome.pattern


placed = st.builds(
    lambda line, start, length: PlacedSchedule(
        compute_schedule([line], strength_mg=D(5)), start, None if length is None else start + timedelta(days=length)
    ),
    st.builds(
        DosageLine,
        text=st.sampled_from(["", "days 1-21 of 28", "dag 1-21"]),
        timing=st.sampled_from(
            [
                Timing(code="QD"),
                Timing(code="QOD"),
                Timing(when=("EVE",)),
                Timing(days_of_week=("mon",)),
                Timing(days_of_week=("mon", "thu")),
                Timing(events=(date(2025, 3, 1),)),
            ]
        ),
        doses=plain_doses,
    ),
    st.dates(date(2025, 3, 1), date(2025, 4, 1)),
    st.none() | st.integers(0, 40),
)


@given(st.lists(placed, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_orders_makes_no_difference_to_their_sum(orders, random):
    shuffled = list(orders)
    random.shuffle(shuffled)
    assert _total(sum_same_days(orders)) == _total(sum_same_days(shuffled))


@given(st.lists(placed, min_size=1, max_size=4), placed)
def test_one_more_order_never_lowers_the_sum(orders, more):
    before, after = sum_same_days(orders), sum_same_days([*orders, more])
    if isinstance(before, Schedule) and isinstance(after, Schedule):
        assert after.mg_per_intake_day >= before.mg_per_intake_day


quantities = st.decimals(min_value=1, max_value=500, places=1)


@given(lines, quantities, quantities, st.integers(0, 5))
def test_a_larger_quantity_never_lasts_shorter(line, one, other, repeats):
    schedule = compute_schedule([line], strength_mg=D(5))
    lasting = [
        compute_supply_days(
            quantity=quantity,
            quantity_unit="{capsule}",
            duration_days=None,
            repeats=repeats,
            schedule=schedule,
            strength_mg=D(5),
        )
        for quantity in sorted((one, other))
    ]
    if isinstance(lasting[0], Decimal) and isinstance(lasting[1], Decimal):
        assert lasting[0] <= lasting[1]


@given(lines, maybe, units, maybe, st.integers(-1, 2000), st.none() | anything)
def test_any_supply_gives_days_above_nought_or_a_reason(line, quantity, unit, duration, repeats, strength):
    schedule = compute_schedule([line], strength_mg=strength)
    fields = {
        "quantity": quantity,
        "quantity_unit": unit,
        "duration_days": duration,
        "schedule": schedule,
        "strength_mg": strength,
    }
    for lasting in (compute_supply_days(**fields, repeats=repeats), compute_days_of_intake(**fields)):
        assert lasting.reason if isinstance(lasting, NotComputable) else lasting > 0


@given(texts, texts)
def test_any_text_has_a_possible_cycle_or_none(one, other):
    cycle = find_cycle(one, other)
    if isinstance(cycle, Pattern):
        assert 1 <= cycle.days_on <= cycle.cycle_days <= 400
    assert find_cycle(other, one) == cycle
    pause = find_pause_days(one)
    assert pause is None or pause > 0


@given(days, st.integers(-600, 600))
def test_months_keep_the_day_or_end_the_month(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(days, st.integers(0, 20_000), st.integers(0, 400))
def test_the_two_ages_of_a_partial_birth_date_hold_every_age_between(first, alive, spread):
    on, last = first + timedelta(days=alive), first + timedelta(days=spread)
    low, high = completed_years_bounds(first, last, on)
    assert low <= completed_years(min(first + timedelta(days=spread // 2), on), on) <= high
