"""Cycles and pauses in the text of a dosage: each listed form, and texts that are near to one."""

from decimal import Decimal

import pytest

from cds_hooks.clinical.cycle_text import find_cycle, find_pause_days, mentions_pause
from cds_hooks.clinical.dosage import NotComputable, Pattern
from tests.timing import bounded_time

D = Decimal

TWENTY_ONE_OF_28 = [
    "days 1-21 of 28",
    "Days 1–21 of 28",
    "day 1 to 21 of 28 days",
    "days 1 through 21 of each 28-day cycle",
    "days 1-21 of a 28 day cycle",
    "days 1-21 of repeated 28-day cycles",
    "25 mg once daily on days 1-21 of every 28 days",
    "days 1-21 every 4 weeks",
    "d1-21 q28",
    "d1-21 q28d",
    "D1-D21, q 28 days",
    "d1-21/28",
    "dag 1-21 van 28",
    "dag 1-21 van 28 dagen",
    "dag 1 t/m 21 van een cyclus van 28 dagen",
    "dag 1 t/m dag 21 van elke cyclus van 28 dagen",
    "dagen 1 tot en met 21 van de 28-daagse cyclus",
    "dag 1-21, elke 28 dagen",
    "dag 1-21, herhaal elke 28 dagen",
    "dag 1-21 per 28 dagen",
    "1 dd 1 capsule dag 1-21, dag 22-28 rust",
    "dag 1-21 innemen, rust op dag 22-28",
    "dag 1-21 innemen en dag 22 t/m 28 niet innemen",
    "21 of 28 days",
    "21 out of every 28 days",
    "21 days out of 28 days",
    "21 van de 28 dagen",
    "21/28 dagen",
    "21 days on, 7 days off",
    "21 days on, 7 off",
    "21 days, then 7 days rest",
    "21 days followed by 7 days off",
    "for 21 days, followed by a rest of 7 days",
    "21 dagen, daarna 7 dagen rust",
    "21 dagen 1 capsule per dag, daarna 7 dagen rust",
    "gedurende 21 dagen innemen, gevolgd door 7 dagen pauze",
    "25 mg 1x daags gedurende 21 dagen, gevolgd door een rustperiode van 7 dagen",
    "21 dagen innemen, vervolgens 7 dagen niet",
    "21 dagen, 7 stopdagen",
    "3 weeks on, 1 week off",
    "3 weken innemen, 1 week pauze",
    "drie weken, dan één week rust",
    "3 weken, 1 stopweek",
]


@pytest.mark.parametrize("text", TWENTY_ONE_OF_28)
def test_a_listed_form_of_21_of_28_days_is_found(text):
    assert find_cycle(text) == Pattern(D(21), D(28))


@pytest.mark.parametrize(
    "text", ["days 1-21", "day 1 to 21", "d1-21", "D1-D21", "dag 1-21", "dag 1 t/m 21", "days 1-21 of 25 mg"]
)
def test_days_on_alone_are_a_pause_whose_cycle_is_not_stated(text):
    assert find_cycle(text) == Pattern(D(21), D(28), cycle_stated=False)


@pytest.mark.parametrize(
    ("text", "days_on", "cycle"),
    [
        ("days 1-14 of 21", 14, 21),
        ("dag 1 t/m 14 van een kuur van 21 dagen", 14, 21),
        ("14 days on, 7 days off", 14, 21),
        ("days 1-28 of 28", 28, 28),
        ("days 1, 8, 15 and 22 of 28", 4, 28),
        ("dag 1, 8, 15 en 22 van een cyclus van 28 dagen", 4, 28),
        ("dag 1-4, 9-12 en 17-20 van 28", 12, 28),
        ("days 1-4 of each 42-day cycle", 4, 42),
    ],
)
def test_other_cycles_of_the_listed_forms_are_found(text, days_on, cycle):
    assert find_cycle(text) == Pattern(D(days_on), D(cycle))


def test_fourteen_days_on_alone_are_of_the_cycle_that_is_usual_for_them():
    assert find_cycle("dag 1-14") == Pattern(D(14), D(21), cycle_stated=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "25 mg 1x daags",
        "1 capsule per dag",
        "per dag 1-3 capsules",
        "1 capsule per dag 1-21 stuks",
        "2 times a day",
        "day 1",
        "dag 1 1 capsule, dag 2 2 capsules",
        "take 1 of 2 tablets",
        "1/2 tablet per day",
        "take daily for 21 days",
        "gedurende 21 dagen",
        "1 keer per 28 dagen",
        "7 days rest",
        "21 dagen, niet kauwen",
        "start 1-3-2025",
        "dag 1-3-2025",
        "2.5 of 28 days",
        "day 28 check",
        "dag 22-28 rust",
        "na 7 dagen rust 21 dagen",
    ],
)
def test_a_text_without_a_listed_form_has_no_cycle(text):
    assert find_cycle(text) is None


def test_28_days_on_alone_have_no_pause():
    assert find_cycle("dag 1-28") == Pattern(D(28), D(28))


def test_every_other_day_written_as_a_day_on_and_a_day_off_is_found():
    assert find_cycle("1 day on, 1 day off") == Pattern(D(1), D(2))


def test_a_cycle_of_over_400_days_is_none():
    assert find_cycle("99 weeks on, 99 weeks off") is None


def test_two_texts_of_the_same_cycle_agree():
    assert find_cycle("dag 1-21", "days 1-21 of 28") == Pattern(D(21), D(28))


@pytest.mark.parametrize(
    "texts", [("days 1-14 of 21 for 8 cycles, then days 1-21 of 28",), ("dag 1-21 van 28", "dag 1-14"), ("dag 1-21", "dag 1-14")]
)
def test_texts_of_different_cycles_settle_nothing(texts):
    assert find_cycle(*texts) == NotComputable("several cycles in text")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("7 days rest", 7),
        ("7 dagen rust", 7),
        ("rust 7 dagen", 7),
        ("pauze: 1 week", 7),
        ("een stopweek", 7),
        ("1 week off", 7),
        ("dag 22-28 rust", 7),
        ("rust dag 22 t/m 28", 7),
        ("pauze", None),
        ("niet kauwen", None),
        ("21 of 28 days", None),
        ("", None),
    ],
)
def test_the_length_of_a_pause_is_found_where_the_text_names_one(text, days):
    assert find_pause_days(text) == (None if days is None else D(days))


@pytest.mark.parametrize(
    ("text", "pause"), [("pauze", True), ("7 days off", True), ("niet kauwen", False), ("stop with water", False)]
)
def test_a_pause_is_told_from_other_words_of_not_taking(text, pause):
    assert mentions_pause(text) is pause


@pytest.mark.parametrize("text", ["1 d ," * 5000, "dag 1-3," * 5000, "21 dagen , " * 5000, "1-" * 100_000, "é" * 100_000])
def test_a_hostile_text_is_read_in_a_moment(text):
    with bounded_time(0.2):
        find_cycle(text)
        find_pause_days(text)
