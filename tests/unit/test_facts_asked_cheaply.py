"""What is answered without the tables, since nothing on record can break them, is what the tables answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest

from cds_hooks.chart import count_standing, renal_dose
from cds_hooks.chart.blood_record import BloodRecord, find_limits
from cds_hooks.chart.clearance import Clearance
from cds_hooks.chart.count_standing import judge_interruption
from cds_hooks.chart.dose_limits import find_level_days
from cds_hooks.chart.falls import NO_FALLS
from cds_hooks.chart.finding import NO
from cds_hooks.chart.kidney import KidneyFunction
from cds_hooks.chart.phase import Course, Phase
from cds_hooks.chart.regimen import Regimen
from cds_hooks.clinical.dosage import DAILY, Pattern, Schedule
from cds_hooks.knowledge.regimen_file import read_regimens
from cds_hooks.knowledge.source import find_cards_folder
from tests.unit.count_bedside import compose_blood_record

BEGAN = date(2026, 1, 5)
NEUTROPHILS = ("0.3", "0.49", "0.5", "0.51", "0.99", "1", "1.01", "4")
PLATELETS = ("20", "25", "29.9", "30", "30.1", "49", "50", "50.1", "200")
KINDS = {"anc": "neutrophils", "plt": "platelets"}


@cache
def _read_regimens() -> Mapping[str, Regimen]:
    return read_regimens(find_cards_folder() / "lenalidomide")


def _count(key: str, value: str) -> BloodRecord:
    days = [{"day": 0, key: "150"}, {"day": 7, key: value}, {"day": 14, key: "150"}, {"day": 15, key: value}]
    return compose_blood_record(BEGAN, days, [(0, "10 21/28")])


@pytest.mark.parametrize(("key", "value"), [*(("anc", v) for v in NEUTROPHILS), *(("plt", v) for v in PLATELETS)])
def test_counts_above_every_limit_have_no_falls(key: str, value: str) -> None:
    kind = KINDS[key]
    for regimen in _read_regimens().values():
        blood = _count(key, value)
        assert blood.trace(regimen, kind) == blood.trace_all(regimen, kind)
        limits = find_limits(regimen, kind)
        assert (blood.trace(regimen, kind) is NO_FALLS) is (Decimal(value) > limits.falls_under)


@pytest.mark.parametrize(("key", "value"), [*(("anc", v) for v in NEUTROPHILS), *(("plt", v) for v in PLATELETS)])
def test_no_fall_interrupts_in_no_regimen(key: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    regimens = tuple(_read_regimens().values())
    judged = judge_interruption(_count(key, value), regimens, KINDS[key])
    monkeypatch.setattr(count_standing, "_has_no_fall", lambda *_: False)
    assert judged == judge_interruption(_count(key, value), regimens, KINDS[key])


def test_a_count_that_is_too_old_clears_nothing() -> None:
    blood = compose_blood_record(BEGAN, [{"day": 0, "anc": "4"}, {"day": 300, "plt": "200"}], [(0, "10 21/28")])
    assert judge_interruption(blood, tuple(_read_regimens().values()), "neutrophils").level is None


@pytest.mark.parametrize("low", [None, "29.9", "49.9", "50", "59.9", "60", "60.1", "90"])
@pytest.mark.parametrize("preliminary", [False, True])
def test_above_the_kidney_table_the_own_dose_holds(low: str | None, preliminary: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    end = None if low is None else Decimal(low)
    kidney = KidneyFunction(NO, Clearance(end, end, "method.cockcroft-gault", (), BEGAN, preliminary=preliminary))
    course = Course(Phase.START, None, 0, (), ())
    schedule = Schedule(Decimal(25), Decimal(1), Pattern(Decimal(21), Decimal(28)))
    table = tuple(_read_regimens().values())
    for regimens in ((), table, *((one,) for one in table)):
        with monkeypatch.context() as patched:
            quick = renal_dose.judge(schedule, regimens, kidney, course, twice=Decimal(2))
            patched.setattr(renal_dose, "_is_above_tables", lambda *_: False)
            assert quick == renal_dose.judge(schedule, regimens, kidney, course, twice=Decimal(2))


def test_the_days_on_of_a_dose_are_of_its_level_or_the_next_above() -> None:
    levels = [(Decimal(mg), regimen) for mg in ("1", "2.5", "7.5", "15", "25", "50") for regimen in _read_regimens().values()]
    for mg, regimen in levels:
        at_or_above = [level.mg for level in regimen.ladder if level.mg >= mg]
        nearest = min(at_or_above, default=max(level.mg for level in regimen.ladder))
        days = [level.days or DAILY for level in regimen.ladder if level.mg == nearest]
        assert find_level_days(regimen, mg) == max(days, key=lambda one: one.days_on / one.cycle_days)


def test_the_newest_count_is_of_the_days_that_are_asked_for() -> None:
    blood = compose_blood_record(BEGAN, [{"day": 0, "anc": "4"}, {"day": 3, "anc": "2"}, {"day": 5, "plt": "9"}], [])
    newest = blood.find_newest("neutrophils", "count-days-at-start")
    assert newest is not None
    assert newest.when.last == BEGAN + timedelta(days=3)
