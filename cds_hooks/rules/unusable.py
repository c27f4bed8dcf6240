"""What of the record could not be used and may matter to the judged orders: named on the card of what was not checked."""

from __future__ import annotations

from collections.abc import Sequence, Set

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.records import ReadingNote
from cds_hooks.rules.outcome import Judgement

#: Facts of notes that leave open what a record is about.
_WHICH_RECORD = frozenset({"medication", "medicationCodeableConcept", "code"})


def find_unusable(bedside: Bedside, selections: Sequence[str], judgements: Sequence[Judgement]) -> tuple[ReadingNote, ...]:
    """`selections` that are no order; resources that could not be read, were of another patient or not resolved; of observations
    only what was asked for. Where no order is of our concern, only orders that might have been."""
    notes = bedside.chart.all_notes()
    unmatched = tuple(ReadingNote("selections", "unmatched", selection) for selection in selections)
    if not judgements:
        return (*unmatched, *filter(is_lost_order, notes))
    if not notes:
        return unmatched
    idle = bedside.list_idle()
    ours = {judgement.order.reference for judgement in judgements}
    others = idle | {draft.reference for draft in bedside.chart.drafts if draft.reference not in ours}
    return (*unmatched, *(note for note in notes if _is_to_the_point(note, bedside, others)))


def _is_to_the_point(note: ReadingNote, bedside: Bedside, others: Set[str]) -> bool:
    """Whether a note may matter: not the dosage of an order that no rule looks at, nor an analyte that none asks for, nor a
    value from before the day of a newer usable one."""
    if note.input == "observations":
        return not note.fact or (note.fact in bedside.asked and not _is_overtaken(note, bedside))
    return note.reference not in others or note.fact in _WHICH_RECORD


def _is_overtaken(note: ReadingNote, bedside: Bedside) -> bool:
    usable = bedside.chart.measurements.get(note.fact, ())
    day = note.date[:10]
    return bool(day and usable) and day < usable[0].when.last.isoformat()[: len(day)]


def is_lost_order(note: ReadingNote) -> bool:
    """Whether a note tells of an order of this call whose medicine could not be had: it may have been ours."""
    is_open = not note.fact or note.fact in _WHICH_RECORD
    return note.input == "draftOrders" and is_open and note.reason != "duplicate-id"
