"""The chart as a clinician has it in hand: sorted by what each entry is, with the moment and the numbers that a site may set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from datetime import date
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from cds_hooks.chart.chart import Chart
from cds_hooks.chart.concept import Concept, ConceptSet, Match, Memberships
from cds_hooks.chart.records import Allergy, CodedObservation, Condition, Measurement, MedicineEntry, Procedure
from cds_hooks.chart.remembered import remembered
from cds_hooks.chart.set_index import SetIndex
from cds_hooks.chart.when import Now
from cds_hooks.record import Record

R = TypeVar("R")
S = TypeVar("S", Condition, MedicineEntry, Procedure)

#: Signs (`Bedside.signs`) that are no value set, analyte or topic: an allergy, and a problem that tells in its text, stage or
#: causes what its code does not.
ALLERGY, TOLD_PROBLEM = "an allergy", "a problem that tells a grade, a stage or a cause"

_MEDICINE_KEYS = ("medications", "statements", "dispenses", "administrations")


class Matched(Record, Generic[R]):
    """A record and how it was recognised as a member of a value set."""

    record: R
    match: Match


class Members(Generic[R]):
    """Records of one kind by the value sets that they are in: each is looked up once, however many sets are asked for."""

    __slots__ = ("_by_set", "_picked", "_sets")

    def __init__(self, members: Iterable[tuple[R, Memberships]], sets: Mapping[str, ConceptSet]) -> None:
        """`members` are the records, each with the sets that it is in."""
        self._sets = sets
        self._picked: dict[str, tuple[Matched[R], ...]] = {}
        by_set: defaultdict[str, list[tuple[R, Memberships]]] = defaultdict(list)
        for member in members:
            for set_id in member[1]:
                by_set[set_id].append(member)
        self._by_set = by_set

    def find(self, set_ids: tuple[str, ...]) -> tuple[Matched[R], ...]:
        """The members of the sets, in chart order per set; each record once, as the first of its sets recognises it."""
        if len(set_ids) == 1:
            return self.pick(set_ids[0])
        found: dict[int, Matched[R]] = {}
        for set_id in set_ids:
            for member in self.pick(set_id):
                found.setdefault(id(member.record), member)
        return tuple(found.values())

    def pick(self, set_id: str) -> tuple[Matched[R], ...]:
        """The members of one set. KeyError for a set that nobody knows: a fault of the program, not an empty set."""
        if set_id not in self._by_set:
            if set_id not in self._sets:
                raise KeyError(set_id)
            return ()
        found = self._picked.get(set_id)
        if found is None:
            found = tuple([Matched(record, held[set_id]) for record, held in self._by_set[set_id]])
            self._picked[set_id] = found
        return found

    def list_sets(self) -> Set[str]:
        """The sets that any of the records is in."""
        return self._by_set.keys()

    def list_used(self) -> Iterator[R]:
        """The records that are in any of the sets that were asked for so far."""
        return (found.record for picked in self._picked.values() for found in picked)


class Numbers(Protocol):
    """The site parameters by name (`knowledge.parameters.Parameters` is one)."""

    def number(self, name: str) -> Decimal:
        """The value in force."""
        ...

    def days(self, name: str) -> int:
        """The value in force as a whole number of its unit."""
        ...


class Bedside:
    """One chart at one moment, asked many questions: each kind of record is sorted into value sets once.

    Not frozen, because it remembers what it was asked; it lives for one call. `index` is that of `sets`.
    """

    def __init__(
        self, chart: Chart, *, sets: Mapping[str, ConceptSet], now: Now, numbers: Numbers, index: SetIndex | None = None
    ) -> None:
        self.chart = chart
        self.sets = sets
        self.now = now
        self.numbers = numbers
        self.asked: set[str] = set()
        """Analytes and topics that were asked for: what could not be read of them is worth naming."""
        self.active: dict[tuple[str, ...], tuple[Matched[MedicineEntry], ...]] = {}
        """What `medicines.find_active` found of the sets that it was asked for: a partner is asked for by several rules."""
        self._index = index = SetIndex(sets) if index is None else index
        self._chosen: dict[str, tuple[Matched[MedicineEntry], ...]] = {}
        find_sets, find_product_sets = index.find_sets, index.find_product_sets
        self._conditions = Members([(one, find_sets(one.concept)) for one in chart.conditions], sets)
        self._medicines = Members([(one, find_product_sets(one.product)) for one in chart.medicines], sets)
        self._drafts = Members([(one, find_product_sets(one.product)) for one in chart.drafts], sets)
        self._procedures = Members([(one, find_sets(one.concept)) for one in chart.procedures], sets)
        self._planned = Members([(one, find_sets(one.concept)) for one in chart.planned_procedures], sets)

    def find_product_sets(self, entry: MedicineEntry) -> Memberships:
        """The value sets to which the product of an entry belongs, each with how it was recognised."""
        return self._index.find_product_sets(entry.product)

    def find_sets(self, concept: Concept) -> Memberships:
        """The value sets to which a concept belongs, each with how it was recognised."""
        return self._index.find_sets(concept)

    def find_reason_sets(self, order: MedicineEntry) -> Memberships:
        """The value sets to which any reason of an order belongs, each with how the first of these was recognised."""
        if len(order.reasons) == 1:
            return self._index.find_sets(order.reasons[0])
        found: dict[str, Match] = {}
        for reason in reversed(order.reasons):
            found.update(self._index.find_sets(reason))
        return found

    def find_conditions(self, *set_ids: str) -> tuple[Matched[Condition], ...]:
        """Conditions of any clinical status in any of the sets, in chart order per set."""
        return self._conditions.find(set_ids)

    def find_active_conditions(self, *set_ids: str) -> tuple[Matched[Condition], ...]:
        """Conditions in the sets that stand now."""
        found = self._conditions.find(set_ids)
        return tuple([one for one in found if one.record.is_active]) if found else ()

    def find_medicines(self, *set_ids: str) -> tuple[Matched[MedicineEntry], ...]:
        """Entries of the record (not the drafts) whose product is in any of the sets, whatever their status."""
        return self._medicines.find(set_ids)

    def choose_medicines(
        self, name: str, set_id: str, is_chosen: Callable[[MedicineEntry], bool]
    ) -> tuple[Matched[MedicineEntry], ...]:
        """Entries of the set that are chosen, under a name of their own: chosen once a call, however many orders ask."""
        if name not in self._chosen:
            self._chosen[name] = tuple(found for found in self.find_medicines(set_id) if is_chosen(found.record))
        return self._chosen[name]

    def find_drafts(self, *set_ids: str) -> tuple[Matched[MedicineEntry], ...]:
        """Drafts of this call in any of the sets; one that is in several of them comes for each."""
        if len(set_ids) == 1:
            return self._drafts.pick(set_ids[0])
        return tuple(found for set_id in set_ids for found in self._drafts.pick(set_id))

    def find_medicines_and_drafts(self, *set_ids: str) -> tuple[Matched[MedicineEntry], ...]:
        """As `find_medicines`, then as `find_drafts`."""
        if len(set_ids) == 1:
            return self._medicines.pick(set_ids[0]) + self._drafts.pick(set_ids[0])
        found, drafts = self._medicines.find(set_ids), self._drafts
        for set_id in set_ids:
            found += drafts.pick(set_id)
        return found

    def find_procedures(self, *set_ids: str) -> tuple[Matched[Procedure], ...]:
        """Procedures in any of the sets."""
        return self._procedures.find(set_ids)

    def find_planned_procedures(self, *set_ids: str) -> tuple[Matched[Procedure], ...]:
        """Procedures in preparation in any of the sets."""
        members = self._planned
        return tuple(found for set_id in set_ids for found in members.pick(set_id))

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
        """References of entries that belong to no set that was asked for: they are beside the point."""
        chart = self.chart
        return (
            _list_idle(chart.conditions, self._conditions, chart.left_out(("conditions",)))
            | _list_idle(chart.medicines, self._medicines, chart.left_out(_MEDICINE_KEYS))
            | _list_idle(chart.procedures, self._procedures, chart.left_out(("procedures",)))
        )

    def measured(self, analyte: str) -> tuple[Measurement, ...]:
        """Measurements of an analyte, newest first."""
        self.asked.add(analyte)
        measurements = self.chart.measurements
        return measurements[analyte] if analyte in measurements else ()  # noqa: SIM401 - `get` of a Mapping raises and catches.

    def measured_since(self, analyte: str, since: date) -> tuple[Measurement, ...]:
        """As `measured`, for who looks only at those of `since` or later: earlier ones may be left out, and need not be read."""
        self.asked.add(analyte)
        find = self.chart.find_measured_since
        return self.chart.measurements.get(analyte, ()) if find is None else find(analyte, since)

    def observed(self, topic: str) -> tuple[CodedObservation, ...]:
        """Coded observations of a topic, newest first."""
        self.asked.add(topic)
        return self.chart.observations.get(topic, ())

    @remembered
    def signs(self) -> frozenset[str] | None:
        """Value sets, analytes and topics of which the record or the basket of this call holds anything at all, and the two
        above; None where an input did not come whole, since silence then proves nothing."""
        chart = self.chart
        if not chart.is_whole:
            return None
        sorted_records = (self._conditions, self._medicines, self._drafts, self._procedures, self._planned)
        held = set(chart.measurements).union(chart.observations, *[members.list_sets() for members in sorted_records])
        if chart.allergies:
            held.add(ALLERGY)
        if self.worded_conditions or any(condition.stage or condition.causes for condition in chart.conditions):
            held.add(TOLD_PROBLEM)
        return frozenset(held)

    @remembered
    def worded_conditions(self) -> tuple[Condition, ...]:
        """Problems whose text may tell a grade or a cause, as far as a look at its words tells: no other does."""
        openings = self._index.openings
        return tuple([one for one in self.chart.conditions if not openings.isdisjoint(one.concept.words())])


def _list_idle(held: Iterable[S], members: Members[S], left_out: frozenset[str]) -> frozenset[str]:
    used = {record.reference for record in members.list_used()}
    return left_out.union(record.reference for record in held) - used


def _allergy_concepts(allergy: Allergy) -> tuple[Concept, ...]:
    return (allergy.concept, *(reaction.substance for reaction in allergy.reactions))
