"""Worked timelines of blood counts: at each value of a course what the tables of 4.2 say, one timeline per regimen."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.chart.blood_record import BloodRecord
from cds_hooks.chart.count_limits import Level
from cds_hooks.chart.count_standing import find_interruption, find_start_standing
from cds_hooks.chart.dose_after_fall import find_resume_fault
from cds_hooks.chart.regimen import Regimen
from cds_hooks.clinical.dosage import Pattern
from cds_hooks.knowledge.regimen_file import read_regimens
from cds_hooks.knowledge.source import find_cards_folder, read_yaml
from tests.unit.count_bedside import compose_blood_record

TIMELINES = read_yaml(Path(__file__).with_name("count_timelines.yaml")).data
BEGAN = date(2026, 1, 5)
STEPS = [(name, number) for name, timeline in TIMELINES.items() for number in range(len(timeline["days"]))]
KINDS = {"ANC": "neutrophils", "PLT": "platelets"}


@cache
def _read_regimens() -> dict[str, Regimen]:
    return read_regimens(find_cards_folder() / "lenalidomide")


def _read_level(text: str, regimen: Regimen) -> Level:
    """ "5 21/28" is a level; "5" is one on the days of the start."""
    mg, _, days = text.partition(" ")
    on, _, of = days.partition("/")
    return Level(Decimal(mg), Pattern(Decimal(on), Decimal(of)) if of else regimen.days)


def _set_scene(name: str, number: int) -> tuple[BloodRecord, dict[str, Any]]:
    timeline = TIMELINES[name]
    days = timeline["days"][: number + 1]
    orders = [(0, timeline["first"])] if number else []
    orders += [(day["day"], day["ordered"]) for day in days if "ordered" in day]
    return compose_blood_record(BEGAN, days, orders), days[-1]


@pytest.mark.parametrize("name", TIMELINES)
def test_a_timeline_has_ten_values_or_more(name: str) -> None:
    assert len(TIMELINES[name]["days"]) >= 10
    assert set(TIMELINES) == set(_read_regimens())


@pytest.mark.parametrize(("name", "number"), STEPS)
def test_the_value_of_the_day_means_what_the_table_says(name: str, number: int) -> None:
    blood, day = _set_scene(name, number)
    regimen = _read_regimens()[name]
    stands = day["stands"]
    if stands in ("start", "no start"):
        low = [find_start_standing(blood, regimen, kind).truth for kind in KINDS.values()]
        assert any(low) is (stands == "no start")
    elif stands.startswith(("interrupt", "waiting")):
        _check_interrupted(blood, regimen, stands)
    else:
        assert [find_interruption(blood, regimen, kind).truth for kind in KINDS.values()] == [False, False]
        if stands.startswith("resume"):
            _check_dose(blood, regimen, _read_level(stands.removeprefix("resume "), regimen))


def _check_interrupted(blood: BloodRecord, regimen: Regimen, stands: str) -> None:
    word, count, value, dose = stands.split(" ", 3)
    other = {"ANC": "platelets", "PLT": "neutrophils"}[count]
    standing = find_interruption(blood, regimen, KINDS[count])
    assert (standing.truth, find_interruption(blood, regimen, other).truth) == (True, False)
    assert standing.limit == Decimal(value)
    assert standing.resume == _read_level(dose, regimen)
    assert standing.fall is not None
    assert (standing.fall.began is standing.newest) is (word == "interrupt")


def _check_dose(blood: BloodRecord, regimen: Regimen, given: Level) -> None:
    """The dose itself is not too high; a little more is."""
    assert find_resume_fault(blood, regimen, given).truth is False
    assert find_resume_fault(blood, regimen, Level(given.mg + 1, given.days)).truth is True
    assert find_resume_fault(blood, regimen, Level(given.mg + 1, given.days)).allowed == given


def test_the_day_of_the_scene_is_today() -> None:
    blood, day = _set_scene("fl", 3)
    assert blood.bedside.now.today == BEGAN + timedelta(days=day["day"])
