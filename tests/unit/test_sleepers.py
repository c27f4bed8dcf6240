"""What sleeps: each number of which the record holds no sign, and none where an input did not come whole."""

from __future__ import annotations

from cds_hooks.chart.finding import NO
from cds_hooks.rules.sleepers import list_sleepers
from cds_hooks.service import load_knowledge

SIGNS = {0: frozenset({"a"}), 1: frozenset({"a", "b"}), 2: None, 3: frozenset({"c"})}


def test_a_number_sleeps_while_none_of_its_signs_is_held() -> None:
    sleepers = list_sleepers(SIGNS)
    for held in ({"a"}, {"b"}, {"c", "of nothing"}, set(), {"a", "b", "c"}):
        asleep = {number for number, signs in SIGNS.items() if signs is not None and signs.isdisjoint(held)}
        assert sleepers.find_asleep(frozenset(held)) == asleep
        assert sleepers.find_awake(frozenset(held)) == SIGNS.keys() - asleep


def test_where_an_input_lacks_nothing_sleeps() -> None:
    assert list_sleepers(SIGNS).find_asleep(None) == frozenset()
    assert list_sleepers(SIGNS).find_awake(None) == SIGNS.keys()


def test_a_medicine_settles_the_predicates_that_sleep_and_leaves_out_the_rules_that_do() -> None:
    medicine = load_knowledge().medicines[0]
    held = frozenset({"dexamethasone"})
    awake = medicine.find_awake(held)
    asleep = [ready for ready in medicine.rules if ready.signs is not None and ready.signs.isdisjoint(held)]
    left = [ready.rule.id for ready in medicine.rules if ready not in asleep or ready.may_not_apply()]
    assert [ready.rule.id for ready in awake] == left
    assert [ready for ready in awake if ready.cases] == [ready for ready in medicine.rules if ready not in asleep]
    settled = medicine.list_settled(held)
    assert settled.keys() == medicine.predicates.find_asleep(held)
    assert all(answer is NO for answer in settled.values())
    assert medicine.list_settled(None) == {}


def test_of_a_rule_whose_cases_sleep_the_condition_is_asked_if_it_may_not_apply() -> None:
    medicine = load_knowledge().medicines[0]
    rules = {ready.rule.id: ready for ready in medicine.find_awake(frozenset())}
    assert not rules["lenalidomide.rash"].cases
    assert "lenalidomide.tumour-flare" not in rules
    assert medicine.find_awake(None) == list(medicine.rules)
