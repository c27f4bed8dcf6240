"""The chart as a clinician has it in hand: sorted by what each entry is, with the moment and the numbers that a site may set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Generic, NamedTuple, Protocol, TypeVar

from cds_hooks.chart.concept import Concept, ConceptSet, Match
from cds_hooks.chart.records import Allergy, Chart, CodedObservation, Condition, Measurement, MedicineEntry, Procedure
from cds_hooks.chart.when import Now

R = TypeVar("R")
S = TypeVar("S", Condition, MedicineEntry, Procedure)


class Matched(NamedTuple, Generic[R]):
    """A record and how it was recognised as a member of a value set."""

    record: R
    match: Match


class Numbers(Protocol):
    """The site parameters by name (`knowledge.parameters.Parameters` is one)."""

    def number(self, name: str) -> Decimal:
        """The value in force."""
        ...

    def days(self, name: str) -> int:
        """The value in force as a whole number of its unit."""
        ...


class Bedside:
    """One chart at one moment, asked many questions: each kind of record is sorted into value sets once, when first asked.

    Not frozen, because it remembers what it sorted; it lives for one call.
    """

    def __init__(self, chart: Chart, *, sets: Mapping[str, ConceptSet], now: Now, numbers: Numbers) -> None:
        self.chart = chart
        self.sets = sets
        self.now = now
        self.numbers = numbers
        self.asked: set[str] = set()
        """Analytes and topics that were asked for: what could not be read of them is worth naming."""
        self._conditions: dict[str, tuple[Matched[Condition], ...]] = {}
        self._medicines: dict[str, tuple[Matched[MedicineEntry], ...]] = {}
        self._procedures: dict[str, tuple[Matched[Procedure], ...]] = {}
        self._chosen: dict[str, tuple[Matched[MedicineEntry], ...]] = {}

    def find_conditions(self, *set_ids: str) -> tuple[Matched[Condition], ...]:
        """Conditions of any clinical status in any of the sets, in chart order per set."""
        return _gather(set_ids, self._conditions, lambda s: _sort(self.chart.conditions, s, _condition_concepts), self.sets)

    def find_active_conditions(self, *set_ids: str) -> tuple[Matched[Condition], ...]:
        """Conditions in the sets that stand now."""
        return tuple(found for found in self.find_conditions(*set_ids) if found.record.is_active)

    def find_medicines(self, *set_ids: str) -> tuple[Matched[MedicineEntry], ...]:
        """Entries of the record (not the drafts) whose product is in any of the sets, whatever their status."""
        return _gather(set_ids, self._medicines, lambda s: _sort(self.chart.medicines, s, _product_concepts), self.sets)

    def choose_medicines(
        self, name: str, set_id: str, is_chosen: Callable[[MedicineEntry], bool]
    ) -> tuple[Matched[MedicineEntry], ...]:
        """Entries of the set that are chosen, under a name of their own: chosen once a call, however many orders ask."""
        if name not in self._chosen:
            self._chosen[name] = tuple(found for found in self.find_medicines(set_id) if is_chosen(found.record))
        return self._chosen[name]

    def find_drafts(self, *set_ids: str) -> tuple[Matched[MedicineEntry], ...]:
        """Drafts of this call in any of the sets."""
        return tuple(found for set_id in set_ids for found in _sort(self.chart.drafts, self.sets[set_id], _product_concepts))

    def find_procedures(self, *set_ids: str) -> tuple[Matched[Procedure], ...]:
        """Procedures in any of the sets."""
        return _gather(set_ids, self._procedures, lambda s: _sort(self.chart.procedures, s, _procedure_concepts), self.sets)

    def find_planned_procedures(self, *set_ids: str) -> tuple[Matched[Procedure], ...]:
        """Procedures in preparation in any of the sets."""
        planned = self.chart.planned_procedures
        return tuple(found for set_id in set_ids for found in _sort(planned, self.sets[set_id], _procedure_concepts))

    def find_allergies(self, *set_ids: str) -> tuple[Matched[Allergy], ...]:
        """Allergies, of any status, to anything in the sets: by their own code or by the substance of a reaction."""
        lead_ins = self.sets["allergy-lead-in"].names
        found: dict[int, Matched[Allergy]] = {}
        for allergy in self.chart.allergies:
            for concept in _allergy_concepts(allergy):
                matches = (self.sets[set_id].find_whole(concept, lead_ins) for set_id in set_ids)
                if match := next((m for m in matches if m), None):
                    found.setdefault(id(allergy), Matched(allergy, match))
        return tuple(found.values())

    def list_idle(self) -> frozenset[str]:
        """References of entries that were read and belong to no set that was asked for: they are beside the point."""
        chart = self.chart
        return (
            _list_idle(chart.conditions, self._conditions)
            | _list_idle(chart.medicines, self._medicines)
            | _list_idle(chart.procedures, self._procedures)
        )

    def measured(self, analyte: str) -> tuple[Measurement, ...]:
        """Measurements of an analyte, newest first."""
        self.asked.add(analyte)
        return self.chart.measurements.get(analyte, ())

    def observed(self, topic: str) -> tuple[CodedObservation, ...]:
        """Coded observations of a topic, newest first."""
        self.asked.add(topic)
        return self.chart.observations.get(topic, ())


def _list_idle(held: Iterable[S], sorted_already: Mapping[str, tuple[Matched[S], ...]]) -> frozenset[str]:
    used = {found.record.reference for members in sorted_already.values() for found in members}
    return frozenset(record.reference for record in held) - used


def _gather(
    set_ids: Iterable[str],
    sorted_already: dict[str, tuple[Matched[R], ...]],
    sort: Callable[[ConceptSet], tuple[Matched[R], ...]],
    sets: Mapping[str, ConceptSet],
) -> tuple[Matched[R], ...]:
    found: dict[int, Matched[R]] = {}
    for set_id in set_ids:
        members = sorted_already.get(set_id)
        if members is None:
            members = sorted_already[set_id] = sort(sets[set_id])
        for member in members:
            found.setdefault(id(member.record), member)
    return tuple(found.values())


def _sort(records: Iterable[R], concept_set: ConceptSet, concepts_of: Callable[[R], Iterable[Concept]]) -> tuple[Matched[R], ...]:
    found = []
    for record in records:
        if match := concept_set.find_any(concepts_of(record)):
            found.append(Matched(record, match))
    return tuple(found)


def _condition_concepts(condition: Condition) -> tuple[Concept, ...]:
    return (condition.concept,)


def _product_concepts(entry: MedicineEntry) -> tuple[Concept, ...]:
    return entry.product.concepts()


def _procedure_concepts(procedure: Procedure) -> tuple[Concept, ...]:
    return (procedure.concept,)


def _allergy_concepts(allergy: Allergy) -> tuple[Concept, ...]:
    return (allergy.concept, *(reaction.substance for reaction in allergy.reactions))
