"""The alert budget over 300 drawn patients: six cards at most on an order, three on an opened chart, none but info in order."""

from __future__ import annotations

from functools import cache

from benchmarks.alert_budget import MIDDLE_ON_CHART, MOST_ON_CHART, TABLE, Answer, ask_all, compose_table, find_excess
from benchmarks.patients import COUNT, DOCUMENTED, SCANT, Patient, draw_charts, draw_patients


@cache
def answer_all() -> tuple[Answer, ...]:
    return tuple(ask_all(draw_patients()))


@cache
def open_all() -> tuple[Answer, ...]:
    return tuple(ask_all(draw_charts()))


def answer_with(*indicators: str, completeness: str = SCANT) -> Answer:
    advice = {"dev.cds-hooks-server.advice": {"rules": ["toy.rule"]}}
    cards = tuple({"indicator": indicator, "extension": advice} for indicator in indicators)
    return Answer(Patient("female", "fl", "start", completeness, {}), cards)


def test_the_budget_is_kept() -> None:
    assert find_excess(answer_all()) == []


def test_the_table_is_that_of_the_cards_of_today() -> None:
    assert TABLE.read_text(encoding="utf-8") == compose_table(answer_all(), open_all()), "run make budget"


def test_an_opened_chart_brings_three_cards_at_most() -> None:
    assert find_excess(open_all(), MOST_ON_CHART, in_the_middle=MIDDLE_ON_CHART) == []


def test_charts_of_another_seed_bring_three_cards_at_most() -> None:
    charts = ask_all(draw_charts(seed=11, count=192))
    assert find_excess(charts, MOST_ON_CHART, in_the_middle=MIDDLE_ON_CHART) == []


def test_an_opened_chart_is_asked_only_what_is_critical_or_due() -> None:
    quiet = {rule for answer in open_all() for rule, level in answer.list_rules() if level != "critical"}
    assert quiet == {"lenalidomide.due", "denosumab.due", "service.not-checked"}


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
