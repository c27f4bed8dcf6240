"""An order rewritten to another dose: the same order, with the product, the dosage and the quantity of the new dose."""

from __future__ import annotations

import re
from datetime import UTC
from typing import Any

from cds_hooks.chart.medicines import compute_entry_schedule
from cds_hooks.chart.records import WRITTEN_VERSION, MedicineEntry
from cds_hooks.chart.when import Now
from cds_hooks.clinical.dosage import Schedule
from cds_hooks.fhir.reading.context import Notebook, ReadingContext
from cds_hooks.fhir.reading.medicines import read_draft
from cds_hooks.fhir.reading.references import Shelf
from cds_hooks.fhir.reading.resource import Desk, Resource
from cds_hooks.fhir.writing.context import ATC, Json, WritingContext
from cds_hooks.fhir.writing.days import Days, is_same_share, plan_days
from cds_hooks.fhir.writing.dosage import write_dosage
from cds_hooks.fhir.writing.repair import drop, repair_order
from cds_hooks.fhir.writing.supply import rewrite_supply
from cds_hooks.hooks.response import WrittenAction
from cds_hooks.knowledge.wording import say_amount
from cds_hooks.rules.proposals import RewriteDose

_NAMES_DOSE = re.compile(r"\d\s*(mg|milligram)", re.IGNORECASE)
#: Extensions that repeat the dosage in words (R5's, and nl-core's).
_RENDERED = "rendereddosageinstruction"
#: Rewritten anyway, so that their own faults are no repairs worth telling.
_REWRITTEN = frozenset({"dosageInstruction", "medicationCodeableConcept", "medicationReference", "text"})


def rewrite_order(proposal: RewriteDose, medicine: str, *, context: WritingContext) -> WrittenAction | None:
    """An update of the order; None where it came in the shape of another FHIR version (an update would mix the two), where its
    dose cannot be computed, or where the new order, read back as any order is read, would not hold exactly the dose, the
    strength and the days that were meant."""
    entry = proposal.order
    if entry.version != WRITTEN_VERSION:
        return None
    ordered = compute_entry_schedule(entry)
    if not isinstance(ordered, Schedule) or not _is_sound(proposal):
        return None
    order, repairs = repair_order(entry.raw, context.patient_id)
    if not order.get("id") or not _replace_product(order, proposal, medicine_id=medicine, context=context):
        return None
    days = plan_days(ordered, proposal.pattern)
    written = _replace_dosage(order, ordered, days=days, proposal=proposal, context=context)
    if written is None:
        return None
    remarks = rewrite_supply(order, entry, ordered=ordered, written=written, capsules=proposal.capsules)
    if any(_NAMES_DOSE.search(str(note.get("text", ""))) for note in order.get("note", ())):
        remarks += ("suggestion.note-names-dose",)
    said = str(order["dosageInstruction"][0]["text"])
    told = tuple(name for name in repairs if name not in _REWRITTEN)
    return WrittenAction("update", order, said, told, remarks)


def _is_sound(proposal: RewriteDose) -> bool:
    """Whole capsules that make the dose: never a 25 mg product with a 10 mg dose."""
    made = proposal.strength_mg * proposal.capsules
    return proposal.capsules >= 1 and proposal.strength_mg > 0 and made == proposal.dose_mg


def _replace_product(order: Json, proposal: RewriteDose, *, medicine_id: str, context: WritingContext) -> bool:
    """The medicine becomes its ATC code and the name of the new strength; what told the old strength goes."""
    medicine = context.find_medicine(medicine_id)
    atc = context.find_atc(medicine) if medicine else None
    if medicine is None or atc is None:
        return False
    name = medicine.name.in_language(context.language)
    strength = say_amount(proposal.strength_mg, "mg", language=context.language)
    said = context.say("order.product", medicine=name[:1].upper() + name[1:], strength=strength)
    reference = order.get("medicationReference")
    drop(order, "medicationReference", "medicationCodeableConcept", "text")
    order["medicationCodeableConcept"] = {"coding": [{"system": ATC, "code": atc, "display": medicine.name.en}], "text": said}
    _drop_contained(order, reference)
    _drop_rendered(order)
    return True


def _replace_dosage(
    order: Json, ordered: Schedule, *, days: Days, proposal: RewriteDose, context: WritingContext
) -> Schedule | None:
    """Puts in the new line, and returns how it reads; None where it does not read back as meant."""
    lines = [line for line in order.get("dosageInstruction", ()) if isinstance(line, dict)]
    line = write_dosage(lines, ordered, days=days, proposal=proposal, context=context)
    if line is None:
        return None
    drop(order, "dosageInstruction")
    order["dosageInstruction"] = [line]
    entry = read_back(order, context)
    schedule = compute_entry_schedule(entry)
    if isinstance(schedule, Schedule) and _is_as_meant(entry, schedule, proposal=proposal, ordered=ordered, days=days):
        return schedule
    return None


def read_back(order: Json, context: WritingContext) -> MedicineEntry:
    """The written order as this service reads the orders of others."""
    zone = context.now.tzinfo or UTC
    now = Now(context.now, context.now.date())
    reading = ReadingContext(context.patient_id, context.knowledge.vocabulary, now, zone)
    desk = Desk(reading, Shelf({}, (), None), Notebook())
    return read_draft(Resource(order, "draftOrders", f"MedicationRequest/{order.get('id')}", desk))


def _is_as_meant(entry: MedicineEntry, schedule: Schedule, *, proposal: RewriteDose, ordered: Schedule, days: Days) -> bool:
    if entry.product.strength_mg != proposal.strength_mg or schedule.mg_per_intake_day != proposal.dose_mg:
        return False
    if schedule.intakes_per_day != 1 or schedule.lowest_mg is not None:
        return False
    if days.kept and schedule.intake_days != ordered.intake_days:
        return False
    return is_same_share(schedule.pattern, days.pattern)


def _drop_contained(order: Json, reference: Any) -> None:
    """The contained Medication of the old strength goes, unless something else still points at it."""
    local = str(reference.get("reference", "")) if isinstance(reference, dict) else ""
    if not local.startswith("#") or _points_at(order, local):
        return
    kept = [one for one in order.get("contained", ()) if not isinstance(one, dict) or one.get("id") != local[1:]]
    drop(order, "contained")
    if kept:
        order["contained"] = kept


def _points_at(value: Any, local: str) -> bool:
    if isinstance(value, dict):
        return value.get("reference") == local or any(_points_at(inner, local) for inner in value.values())
    return isinstance(value, list) and any(_points_at(inner, local) for inner in value)


def _drop_rendered(order: Json) -> None:
    """The dosage in words, where an extension repeats it, would contradict the new one."""
    kept = [one for one in order.get("extension", ()) if not str(one.get("url", "")).casefold().endswith(_RENDERED)]
    drop(order, "extension")
    if kept:
        order["extension"] = kept
