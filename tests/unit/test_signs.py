"""The signs of a predicate name all that it looks for: what it asks of an empty record is among them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from cds_hooks.chart.bedside import Bedside, Members
from cds_hooks.chart.chart import Chart
from cds_hooks.chart.concept import Concept
from cds_hooks.chart.finding import NO
from cds_hooks.chart.inputs import PREFETCH_KEYS, InputState
from cds_hooks.chart.records import EntryKind, MedicineEntry, Patient, Product
from cds_hooks.chart.when import Now
from cds_hooks.rules.compilation import ReadyMedicine
from cds_hooks.rules.questions import Asked, list_asked
from cds_hooks.rules.situation import Situation
from cds_hooks.service import load_knowledge
from cds_hooks.service.advising import Evaluator


@cache
def _load() -> Evaluator:
    return load_knowledge()


def _list_signed() -> list[tuple[ReadyMedicine, Asked]]:
    every = {
        asked.number: (medicine, asked)
        for medicine in _load().medicines
        for rule in medicine.rules
        for question in (rule.applies, *(case.when for case in rule.cases))
        for asked in list_asked(question)
        if asked.signs is not None
    }
    return list(every.values())


def _meet_an_empty_record(medicine: ReadyMedicine) -> Situation:
    """With what others derive already derived: that is asked by predicates which name no signs."""
    knowledge, now = _load().knowledge, datetime(2026, 3, 2, 10, tzinfo=UTC)
    words = knowledge.vocabulary
    order = MedicineEntry(EntryKind.DRAFT, "MedicationRequest/1", Product(Concept(text=medicine.medicine.id)), "draft")
    whole = dict.fromkeys(PREFETCH_KEYS, InputState.COMPLETE)
    chart = Chart(Patient("Patient/1", "female"), drafts=(), inputs=whole)
    bedside = Bedside(chart, sets=words.sets, now=Now(now, now.date()), numbers=knowledge.parameters, index=words.set_index)
    situation = Situation(bedside, medicine.medicine, order, orders=(order,))
    _ = situation.course, situation.denosumab_course, situation.regimens
    return situation


@pytest.mark.parametrize(
    ("medicine", "asked"), _list_signed(), ids=lambda value: type(getattr(value, "predicate", value)).__name__
)
def test_a_predicate_asks_an_empty_record_for_its_signs_alone_and_says_no(
    medicine: ReadyMedicine, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    situation, looked_for = _meet_an_empty_record(medicine), set[str]()
    pick, measured, observed = Members.pick, Bedside.measured, Bedside.observed
    since = Bedside.measured_since
    monkeypatch.setattr(Members, "pick", lambda self, name: looked_for.add(name) or pick(self, name))
    monkeypatch.setattr(Bedside, "measured", lambda self, name: looked_for.add(name) or measured(self, name))
    monkeypatch.setattr(Bedside, "measured_since", lambda self, name, day: looked_for.add(name) or since(self, name, day))
    monkeypatch.setattr(Bedside, "observed", lambda self, name: looked_for.add(name) or observed(self, name))
    assert asked.predicate.find(situation) == NO
    assert looked_for <= (asked.signs or frozenset())
