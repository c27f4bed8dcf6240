"""The alert budget over 300 drawn patients: six cards at most, three in the middle, none but info where all is in order."""

from __future__ import annotations

from functools import cache

from benchmarks.alert_budget import TABLE, Answer, ask_all, compose_table, find_excess
from benchmarks.patients import COUNT, DOCUMENTED, SCANT, Patient, draw_patients


@cache
def answer_all() -> tuple[Answer, ...]:
    return tuple(ask_all(draw_patients()))


def answer_with(*indicators: str, completeness: str = SCANT) -> Answer:
    advice = {"dev.cds-hooks-server.advice": {"rules": ["toy.rule"]}}
    cards = tuple({"indicator": indicator, "extension": advice} for indicator in indicators)
    return Answer(Patient("female", "fl", "start", completeness, {}), cards)


def test_the_budget_is_kept() -> None:
    assert find_excess(answer_all()) == []


def test_the_table_is_that_of_the_cards_of_today() -> None:
    assert TABLE.read_text(encoding="utf-8") == compose_table(answer_all()), "run make budget"


def test_patients_are_drawn_alike_every_time_and_from_every_stratum() -> None:
    assert draw_patients() == draw_patients()
    assert len(draw_patients()) == COUNT
    assert len({patient.name for patient in draw_patients()}) == 8 * 2 * 2 * 3


def test_another_seed_keeps_the_budget_too() -> None:
    assert find_excess(ask_all(draw_patients(seed=7, count=96))) == []


def test_a_card_too_many_breaks_the_budget() -> None:
    assert find_excess([answer_with(*["info"] * 7), *[answer_with()] * 9]) == [
        "female, fl, start, scant: 7 cards that are not critical, at most 6"
    ]


def test_criticals_are_not_counted() -> None:
    assert find_excess([answer_with(*["critical"] * 8, "info")]) == []


def test_too_many_in_the_middle_break_the_budget() -> None:
    assert find_excess([answer_with(*["info"] * 4)]) == ["the median is 4, at most 3"]


def test_a_warning_where_all_is_in_order_breaks_the_budget() -> None:
    assert find_excess([answer_with("warning", completeness=DOCUMENTED)]) == [
        "female, fl, start, documented: all is in order, and yet toy.rule"
    ]
