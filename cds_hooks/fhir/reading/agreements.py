"""The building blocks of the Dutch medication process (MP9): what each is, and what those of one treatment come to together.

A medication agreement (medicatieafspraak) says that a medicine is used; a dispense request, a variable dosing regimen and the
pharmacist's administration agreement (toedieningsafspraak) are parts of it. A stop is an agreement of its own that ends another.
Codes and meaning: the profiles mp-MedicationAgreement, mp-DispenseRequest, mp-VariableDosingRegimen, mp-AdministrationAgreement
and ext-StopType of Nictiz-R4-MedicationProcess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from cds_hooks.chart.records import MedicineEntry, Supply
from cds_hooks.chart.when import Now, When
from cds_hooks.fhir.reading.codes import read_code
from cds_hooks.fhir.reading.netherlands import find_extension, find_stop_type
from cds_hooks.fhir.reading.shapes import Json, read_object, read_objects, read_text


class Block(StrEnum):
    """A building block, by the SNOMED CT code of its category."""

    AGREEMENT = "33633005"
    DISPENSE_REQUEST = "52711000146108"
    VARIABLE_DOSING = "395067002"
    ADMINISTRATION_AGREEMENT = "422037009"


_BLOCKS = {block.value: block for block in Block}
_PARTS = frozenset({Block.DISPENSE_REQUEST, Block.VARIABLE_DOSING, Block.ADMINISTRATION_AGREEMENT})
#: The status that a stop brings. Any other stop type stops for good.
_STOPS = {"113381000146106": "on-hold", "385655000": "on-hold", "89925002": "cancelled"}
#: A pharmacist's agreement has no logistic status, and any agreement may have an unknown one: its period of use decides.
_OPEN = frozenset({"", "unknown", "in-progress", "preparation"})


@dataclass(frozen=True, slots=True)
class Agreement:
    """`stops` is the status that it brings where it is a stop; `treatment` the identifier of the treatment it belongs to."""

    block: Block | None
    stops: str = ""
    treatment: str = ""


def read_agreement(raw: Json) -> Agreement | None:
    """What a resource is in the medication process; None for all that is no agreement of it."""
    if "category" not in raw and "modifierExtension" not in raw:
        return None
    block = find_block(raw)
    stop_type = find_stop_type(raw)
    if block is None and stop_type is None:
        return None
    stops = "" if stop_type is None else _STOPS.get(read_code(stop_type), "stopped")
    identifier = read_object(find_extension(raw, "PharmaceuticalTreatment.Identifier").get("valueIdentifier"))
    system, value = read_text(identifier.get("system")), read_text(identifier.get("value"))
    return Agreement(block, stops, f"{system}|{value}" if value else "")


def find_block(raw: Json) -> Block | None:
    """The building block that the category names."""
    for category in read_objects(raw.get("category")):
        for coding in read_objects(category.get("coding")):
            if (block := _BLOCKS.get(read_text(coding.get("code")))) is not None:
                return block
    return None


def settle(entry: MedicineEntry, agreement: Agreement, *, now: Now) -> MedicineEntry:
    """An entry of the record as its agreement means it. A stop lets the medicine be used up to the end that it sets, today if
    it sets none; a stop of what was cancelled says that it is not used at all."""
    status = "active" if agreement.block is not None and entry.status in _OPEN else entry.status
    if agreement.stops == "cancelled":
        return replace(entry, status="cancelled")
    if not agreement.stops:
        return replace(entry, status=status)
    return replace(entry, status=agreement.stops if _is_over(entry.end, now) else status, end=entry.end or entry.when)


def join_agreements(
    entries: Sequence[MedicineEntry], agreements: Mapping[str, Agreement], *, now: Now
) -> Sequence[MedicineEntry]:
    """The entries of a record, those of one treatment brought together: a part is one entry with its agreement, a stop ends
    what it stops, and a new agreement ends the one that it replaces."""
    if not agreements:
        return entries
    joining = _Joining(entries, agreements)
    own = frozenset(joining.held)
    for entry in joining.list_in_order():
        joining.place(entry, now)
    held = joining.held
    return [held.get(entry.reference, entry) for entry in entries if entry.reference in held or entry.reference not in own]


def join_drafts(
    drafts: Sequence[MedicineEntry], medicines: Sequence[MedicineEntry], agreements: Mapping[str, Agreement]
) -> tuple[MedicineEntry, ...]:
    """The drafts of a call: a dispense request signed with its agreement brings the supply to it and is no order of its own;
    one that renews an agreement of the record is judged with the dosage of that."""
    if not agreements:
        return tuple(drafts)
    joining = _Joining(drafts, agreements)
    held = joining.held
    for draft in joining.list_in_order():
        if not joining.is_part(draft):
            continue
        if whole := joining.find_whole(draft, held.values()):
            held[whole.reference] = _add_supply(whole, draft.supply)
            held[draft.reference] = replace(draft, do_not_perform=True)
        elif not draft.dosages and (running := joining.find_whole(draft, medicines)):
            held[draft.reference] = _renew(draft, running)
    return tuple(held.get(draft.reference, draft) for draft in drafts)


class _Joining:
    """The agreements among some entries by reference; those that share one cannot be told apart and stay as they are."""

    def __init__(self, entries: Sequence[MedicineEntry], agreements: Mapping[str, Agreement]) -> None:
        times = Counter(entry.reference for entry in entries)
        known = (entry for entry in entries if entry.reference and entry.reference in agreements)
        self.held = {entry.reference: entry for entry in known if times[entry.reference] == 1}
        self._agreements = agreements

    def list_in_order(self) -> list[MedicineEntry]:
        """As they were made, so that the order of entries in the record never shows."""
        return sorted(self.held.values(), key=_order)

    def place(self, entry: MedicineEntry, now: Now) -> None:
        """One entry of the record put where it belongs."""
        agreement = self._agreements[entry.reference]
        if agreement.stops:
            self._end_stopped(entry, agreement)
        elif self.is_part(entry):
            if whole := self.find_whole(entry, self.held.values()):
                self.held[whole.reference] = _add_supply(whole, entry.supply)
                self.held.pop(entry.reference, None)
        elif agreement.block is Block.AGREEMENT:
            self._end_replaced(entry, now)

    def is_part(self, entry: MedicineEntry) -> bool:
        """Whether it belongs to an agreement rather than being one."""
        agreement = self._agreements[entry.reference]
        return agreement.block in _PARTS and not agreement.stops

    def find_whole(self, part: MedicineEntry, entries: Iterable[MedicineEntry]) -> MedicineEntry | None:
        """The agreement that a part rests on: the one that it names, else the newest of its treatment."""
        wholes = self._list_running(entries, Block.AGREEMENT)
        named = [entry for entry in wholes if entry.reference in part.based_on]
        found = named or sorted(self._list_of_treatment(wholes, part), key=_order)
        return found[-1] if found else None

    def _list_running(self, entries: Iterable[MedicineEntry], block: Block | None) -> list[MedicineEntry]:
        """The entries of one building block that are no stops."""
        known = ((entry, self._agreements.get(entry.reference)) for entry in entries)
        return [entry for entry, other in known if other is not None and other.block is block and not other.stops]

    def _list_of_treatment(self, entries: Iterable[MedicineEntry], one: MedicineEntry) -> list[MedicineEntry]:
        treatment = self._agreements[one.reference].treatment
        return [entry for entry in entries if treatment and self._agreements[entry.reference].treatment == treatment]

    def _end_stopped(self, stop: MedicineEntry, agreement: Agreement) -> None:
        """What a stop names, else all of its treatment of the same kind that is not newer. The stop itself then says no more."""
        kin = self._list_running(self.held.values(), agreement.block)
        named = [entry for entry in kin if entry.reference in stop.replaces]
        same = [entry for entry in self._list_of_treatment(kin, stop) if _order(entry)[0] <= _order(stop)[0]]
        is_over = stop.status == agreement.stops
        for entry in named or same:
            status = stop.status if is_over else entry.status
            self.held[entry.reference] = replace(entry, status=status, end=stop.end or entry.end)
            self.held.pop(stop.reference, None)

    def _end_replaced(self, entry: MedicineEntry, now: Now) -> None:
        begins = entry.start or entry.when
        for reference in entry.replaces:
            prior = self.held.get(reference)
            if prior is None or begins is None or prior.status != "active":
                continue
            ends = prior.end if prior.end is not None and prior.end.last < begins.last else begins
            self.held[reference] = replace(prior, status="completed" if begins.last <= now.today else prior.status, end=ends)


def _is_over(end: When | None, now: Now) -> bool:
    """Whether the end that a stop sets has come; without one it stops at once."""
    return end is None or end.last < now.today or (end.instant is not None and end.instant <= now.instant)


def _renew(draft: MedicineEntry, running: MedicineEntry) -> MedicineEntry:
    return replace(
        draft,
        dosages=running.dosages,
        route=running.route,
        reasons=draft.reasons or running.reasons,
        reasons_stated=draft.reasons_stated or running.reasons_stated,
        replaces=(*draft.replaces, running.reference),
    )


def _add_supply(whole: MedicineEntry, supply: Supply) -> MedicineEntry:
    return replace(whole, supply=supply) if whole.supply == Supply() else whole


def _order(entry: MedicineEntry) -> tuple[str, str]:
    """By the moment an agreement was made."""
    made = entry.when or entry.start
    return (made.last.isoformat() if made else "", entry.reference)
