"""Of a rule whose cases ask one thing in several degrees it is asked once whether it is so in none."""

from __future__ import annotations

from cds_hooks.rules.compilation import ReadyRule
from cds_hooks.rules.predicate import REGISTRY, Predicate
from cds_hooks.rules.questions import Asked
from cds_hooks.service import load_knowledge


def _list_denied() -> dict[str, ReadyRule]:
    rules = (ready for medicine in load_knowledge().medicines for ready in medicine.rules)
    return {ready.rule.id: ready for ready in rules if ready.denies_all is not None}


def test_only_rules_whose_cases_differ_in_variants_alone_are_denied_as_a_whole() -> None:
    for ready in _list_denied().values():
        asked = [case.when.predicate for case in ready.cases if isinstance(case.when, Asked)]
        assert len(asked) == len(ready.cases) > 1
        assert len({(one.name, one.model_dump_json(exclude=set(one.variants))) for one in asked}) == 1


def test_the_dose_and_the_counts_are_denied_so_and_a_rule_of_several_predicates_is_not() -> None:
    denied = _list_denied()
    assert {"lenalidomide.renal-dose", "lenalidomide.interrupt-neutrophils", "lenalidomide.dose-above-maximum"} <= denied.keys()
    assert "lenalidomide.route" not in denied
    assert "lenalidomide.thromboprophylaxis" not in denied


def test_variants_are_parameters_and_what_has_them_can_deny() -> None:
    for kind in REGISTRY.values():
        assert kind.variants <= kind.model_fields.keys() or not kind.asks
        assert not kind.variants or not kind.asks or kind.denies_all is not Predicate.denies_all
