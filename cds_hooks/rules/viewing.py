"""Assesses a patient whose chart is opened: what is due, and what makes the treatment that she is on unsafe now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import partial

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.medicines import ALL_MEDICINE_KEYS, MEDICINE_KEYS
from cds_hooks.chart.records import MedicineEntry
from cds_hooks.chart.treatment import find_treatment
from cds_hooks.rules.assessing import find_not_checked, open_situation, yield_to_critical
from cds_hooks.rules.compilation import ReadyMedicine
from cds_hooks.rules.judging import judge_each_case
from cds_hooks.rules.outcome import Assessment, Judgement, RuleOutcome
from cds_hooks.rules.proposing import find_tests
from cds_hooks.rules.unusable import find_unusable

#: Facts whose lack a card tells by itself where it offers the test for them.
TOLD_BY_TEST: Mapping[str, Set[str]] = {"blood-count": {"blood count", "platelets"}, "creatinine": {"kidney function"}}


def is_treated(bedside: Bedside, medicines: Sequence[ReadyMedicine]) -> bool:
    """Whether the patient is on any of the medicines."""
    return any(find_treatment(bedside, medicine.medicine.value_set) for medicine in medicines)


def assess_view(bedside: Bedside, medicines: Sequence[ReadyMedicine]) -> Assessment:
    """Every outcome on the treatments of the patient, and what could not be told: also whether she is treated at all."""
    judgements: list[Judgement] = []
    by_text: list[str] = []
    lacking: list[str] = []
    for medicine in medicines:
        treatment = find_treatment(bedside, medicine.medicine.value_set)
        if treatment is None:
            lacking += _find_untold(bedside, medicine.medicine.value_set)
            continue
        by_text += [treatment.record.reference] if treatment.match.by == "text" else []
        judgements += _judge(bedside, medicine, treatment)
    unusable = find_unusable(bedside, (), judgements) if judgements else ()
    not_checked = find_not_checked(judgements, lacking, unusable, find_spoken=partial(_find_spoken, judgements))
    return Assessment(tuple(judgements), not_checked, tuple(by_text), unusable)


def _find_untold(bedside: Bedside, set_id: str) -> tuple[str, ...]:
    """Inputs without which it cannot be told that the patient is not on the medicine: orders and statements; where the record
    names it, at whatever time, dispenses and administrations too."""
    is_named = bool(bedside.find_medicines(set_id))
    return bedside.chart.find_lacking(*(ALL_MEDICINE_KEYS if is_named else MEDICINE_KEYS))


def _judge(bedside: Bedside, medicine: ReadyMedicine, treatment: Matched[MedicineEntry]) -> list[Judgement]:
    """Rules on the patient and the dose, on the entry that treatment hangs on; rules about one order are not asked."""
    entry = treatment.record
    if not medicine.view:
        return []
    situation = open_situation(bedside, medicine, entry, orders=(entry,))
    outcomes = tuple(outcome for ready in medicine.view for outcome in judge_each_case(ready, situation))
    return yield_to_critical([Judgement(entry, tuple(ready.rule for ready in medicine.view), outcomes)])


def _find_spoken(judgements: Sequence[Judgement], outcome: RuleOutcome) -> Set[str]:
    """What the cards of the same medicine tell to be lacking, by the tests that they offer."""
    noted = (one for judgement in judgements for one in judgement.noted)
    cards = [one for one in noted if one.case is not None and one.rule.medicine == outcome.rule.medicine]
    return {fact for card in cards for test in find_tests(card) for fact in TOLD_BY_TEST.get(test, ())}
