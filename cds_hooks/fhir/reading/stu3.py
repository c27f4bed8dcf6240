"""What FHIR STU3 calls otherwise than R4, of the elements that are read here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cds_hooks.fhir.reading.codes import read_code
from cds_hooks.fhir.reading.shapes import Json, read_object, read_objects, read_text

#: MedicationStatement.taken (y, n, unk, na) where it says more than the status does.
_TAKEN = {"n": "not-taken", "unk": "unknown"}


def _bring_statement(raw: Json) -> Json:
    status = _TAKEN.get(read_code(raw.get("taken")))
    if status is None or read_code(raw.get("status")) == "entered-in-error":
        return raw
    return {**raw, "status": status}


def _bring_dispense(raw: Json) -> Json:
    """A reason why it was not dispensed says that it was not."""
    return raw if read_code(raw.get("status")) == "entered-in-error" else {**raw, "status": "declined"}


def _bring_not_done(raw: Json) -> Json:
    is_not_done = raw.get("notGiven") is True or raw.get("notDone") is True
    if not is_not_done or read_code(raw.get("status")) == "entered-in-error":
        return raw
    return {**raw, "status": "not-done"}


def _bring_asserted(raw: Json) -> Json:
    brought = dict(raw)
    brought.setdefault("recordedDate", brought.pop("assertedDate"))
    return brought


def _bring_questionnaire(raw: Json) -> Json:
    """The questionnaire as a Reference: its address, and its display as the title."""
    reference = raw.get("questionnaire")
    if not isinstance(reference, dict):
        return raw
    title = {"valueString": read_text(reference.get("display"))}
    extensions = [*read_objects(read_object(raw.get("_questionnaire")).get("extension")), title]
    return {**raw, "questionnaire": read_text(reference.get("reference")), "_questionnaire": {"extension": extensions}}


#: Each type with the members that tell STU3's shape, and what brings it to R4.
WAYS: Mapping[str, tuple[frozenset[str], Callable[[Json], Json]]] = {
    "MedicationStatement": (frozenset({"taken"}), _bring_statement),
    "MedicationDispense": (frozenset({"notDoneReasonCodeableConcept", "notDoneReasonReference"}), _bring_dispense),
    "MedicationAdministration": (frozenset({"notGiven"}), _bring_not_done),
    "Procedure": (frozenset({"notDone"}), _bring_not_done),
    "Condition": (frozenset({"assertedDate"}), _bring_asserted),
    "AllergyIntolerance": (frozenset({"assertedDate"}), _bring_asserted),
    "QuestionnaireResponse": (frozenset({"questionnaire"}), _bring_questionnaire),
}
