"""A lower clearance never allows a higher dose, by the kidney table itself and through the whole service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cds_hooks.chart.clearance import Clearance
from cds_hooks.chart.finding import NO
from cds_hooks.chart.kidney import KidneyFunction
from cds_hooks.chart.phase import Course, Phase
from cds_hooks.chart.regimen import Regimen
from cds_hooks.chart.renal_dose import Excess, find_allowed, judge
from cds_hooks.clinical.dosage import DAILY, Pattern, Schedule
from cds_hooks.service import load_knowledge
from tests.clinical.build import build_request, read_now
from tests.clinical.expect import find_cards
from tests.clinical.format import Situation
from tests.clinical.run import run_case

Json = dict[str, Any]

RULE = "lenalidomide.renal-dose"
LEVELS = {"info": 1, "warning": 2, "critical": 3}
DOSES = [Decimal(mg) for mg in ("2.5", "5", "7.5", "10", "15", "20", "25", "50")]
PATTERNS = [DAILY, Pattern(Decimal(21), Decimal(28)), Pattern(Decimal(1), Decimal(2))]

clearances = st.decimals(min_value=1, max_value=150, places=1)


@cache
def read_regimens() -> tuple[Regimen, ...]:
    (medicine,) = (one for one in load_knowledge().knowledge.medicines if one.id == "lenalidomide")
    table = medicine.tables["regimens"]
    assert isinstance(table, Mapping)
    return tuple(table.values())


def make_kidney(clearance: Decimal) -> KidneyFunction:
    return KidneyFunction(NO, Clearance(clearance, clearance, "method.cockcroft-gault", (), date(2026, 3, 2)))


def make_course(phase: Phase, cycles: int | None) -> Course:
    return Course(phase, None, cycles, (), ())


def find_excess(mg: Decimal, pattern: Pattern, regimen: Regimen, clearance: Decimal, course: Course) -> Excess:
    verdict = judge(Schedule(mg, Decimal(1), pattern, ""), (regimen,), make_kidney(clearance), course, twice=Decimal(2))
    assert verdict.excess is not None
    return verdict.excess


def find_most(regimen: Regimen, clearance: Decimal) -> Decimal | None:
    """The highest dose that the table offers, as mg a day; None where it leaves the dose as it is, or has no data."""
    offered = find_allowed((regimen,), make_kidney(clearance))
    return max((dose.mg / (dose.pattern.cycle_days if dose.pattern else 1) for dose in offered), default=None)


def test_there_are_seven_regimens() -> None:
    assert len(read_regimens()) == 7


@settings(max_examples=400, deadline=None)
@given(
    st.integers(0, 6),
    st.sampled_from(DOSES),
    st.sampled_from(PATTERNS),
    st.tuples(clearances, clearances),
    st.sampled_from([(Phase.START, 0), (Phase.CONTINUING, 1), (Phase.CONTINUING, 5), (Phase.CONTINUING, None)]),
)
def test_the_table_is_never_milder_at_a_lower_clearance(
    row: int, mg: Decimal, pattern: Pattern, both: tuple[Decimal, Decimal], phase: tuple[Phase, int | None]
) -> None:
    lower, higher = sorted(both)
    regimen, course = read_regimens()[row], make_course(*phase)
    assert find_excess(mg, pattern, regimen, lower, course) >= find_excess(mg, pattern, regimen, higher, course)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 6), st.tuples(clearances, clearances))
def test_the_highest_dose_that_is_offered_never_rises_as_clearance_falls(row: int, both: tuple[Decimal, Decimal]) -> None:
    lower, higher = sorted(both)
    regimen = read_regimens()[row]
    offered = [find_allowed((regimen,), make_kidney(clearance)) for clearance in (lower, higher)]
    most = [
        max((dose.mg / (dose.pattern.cycle_days if dose.pattern else 1) for dose in doses), default=None) for doses in offered
    ]
    assert most[0] is None or most[0] <= (most[1] if most[1] is not None else regimen.start_mg)


@settings(max_examples=60, deadline=None)
@given(st.decimals(min_value=1, max_value=Decimal("29.9"), places=1))
def test_no_dose_is_offered_for_follicular_lymphoma_under_30(clearance: Decimal) -> None:
    (lymphoma,) = (regimen for regimen in read_regimens() if regimen.id == "fl")
    assert find_allowed((lymphoma,), make_kidney(clearance)) == ()


@cache
def ask(reason: str, mg: int, clearance: int) -> tuple[int, tuple[Json, ...]]:
    """The level of the kidney rule (0: silent), and the orders that its card offers."""
    facts: Json = {
        "patient": {"sex": "male", "born": "1965-06-30"},
        "order": {"medicine": "lenalidomide", "mg": mg, "dose": mg, "schedule": "21/28", "quantity": 21, "reason": reason},
        "labs": [{"is": "creatinine-clearance-measured", "value": clearance}],
    }
    situation = Situation.model_validate(facts)
    response, assessment = run_case(build_request(situation), now=read_now(situation))
    found = [one.level for one in assessment.outcomes if one.rule.id == RULE and one.level is not None]
    offered = [s["actions"][0]["resource"] for card in find_cards(response["cards"], RULE) for s in card.get("suggestions", ())]
    return max((LEVELS[level.indicator] for level in found), default=0), tuple(offered)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["multiple-myeloma", "mds", "follicular-lymphoma"]),
    st.sampled_from([5, 10, 15, 20, 25]),
    st.tuples(st.integers(5, 120), st.integers(5, 120)),
)
def test_the_service_is_never_milder_at_a_lower_clearance(reason: str, mg: int, both: tuple[int, int]) -> None:
    lower, higher = sorted(both)
    assert ask(reason, mg, lower)[0] >= ask(reason, mg, higher)[0]


@pytest.mark.parametrize("clearance", [5, 15, 29])
@pytest.mark.parametrize("mg", [5, 10, 20, 25])
def test_the_service_offers_no_dose_for_follicular_lymphoma_under_30(mg: int, clearance: int) -> None:
    _, offered = ask("follicular-lymphoma", mg, clearance)
    assert [one for one in offered if one["resourceType"] == "MedicationRequest"] == []


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["multiple-myeloma", "follicular-lymphoma"]), st.integers(5, 120))
def test_what_is_offered_is_less_than_what_was_ordered(reason: str, clearance: int) -> None:
    for order in ask(reason, 25, clearance)[1]:
        if order["resourceType"] == "MedicationRequest":
            dose = order["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]
            assert "25 mg" not in order["medicationCodeableConcept"]["text"]
            assert dose["value"] < 25
