"""What FHIR R5 calls otherwise than R4, of the elements that are read here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cds_hooks.fhir.reading.codes import read_code
from cds_hooks.fhir.reading.shapes import Json, read_object, read_objects, read_text

#: CodeableReferences of every medicine resource.
MEDICINE_SIGNS = frozenset({"medication", "reason"})
#: 5.0.0 spells MedicationAdministration.occurence[x] with one r; later drafts put it right. Both are read.
_OCCURRENCE = frozenset(f"{spelt}{kind}" for spelt in ("occurence", "occurrence") for kind in ("DateTime", "Period", "Timing"))
#: Of an ingredient; `amount` is STU3's.
_INGREDIENT = frozenset({"item", "strengthRatio", "strengthQuantity", "amount"})
#: MedicationStatement.adherence by the branches of its code system, as statuses of R4.
_ADHERENCE = {"taking": "active", "not-taking": "not-taken", "on-hold": "on-hold", "stopped": "stopped", "unknown": "unknown"}


def split_references(value: object) -> tuple[list[object], list[Json]]:
    """CodeableReferences as concepts and References, in their order; what is neither counts as a concept."""
    concepts: list[object] = []
    references: list[Json] = []
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict) or not item.keys() & {"concept", "reference"}:
            concepts.append(item)
            continue
        if "concept" in item:
            concepts.append(item["concept"])
        if reference := read_object(item.get("reference")):
            references.append(reference)
    return concepts, references


def _bring_medicine(raw: Json) -> Json:
    brought = dict(raw)
    concepts, references = split_references(brought.pop("medication", []))
    if concepts:
        brought.setdefault("medicationCodeableConcept", concepts[0])
    if references:
        brought.setdefault("medicationReference", references[0])
    concepts, references = split_references(brought.pop("reason", []))
    if concepts:
        brought.setdefault("reasonCode", concepts)
    if references:
        brought.setdefault("reasonReference", references)
    return brought


def _bring_statement(raw: Json) -> Json:
    brought = _bring_medicine(raw)
    _set_period(brought, "effectiveTiming", "effectivePeriod")
    adherence = read_code(read_object(brought.pop("adherence", None)).get("code"))
    status = next((_ADHERENCE[branch] for branch in _ADHERENCE if adherence.startswith(branch)), None)
    if status and read_code(brought.get("status")) == "recorded":
        brought["status"] = status
    return brought


def _bring_administration(raw: Json) -> Json:
    return _bring_occurrence(_bring_medicine(raw), "effective")


def _bring_procedure(raw: Json) -> Json:
    return _bring_occurrence(dict(raw), "performed")


def _bring_occurrence(brought: Json, name: str) -> Json:
    for spelling in ("occurence", "occurrence"):
        for kind in ("DateTime", "Period"):
            if (value := brought.pop(spelling + kind, None)) is not None:
                brought.setdefault(name + kind, value)
        _set_period(brought, f"{spelling}Timing", f"{name}Period")
    return brought


def _set_period(brought: Json, member: str, period: str) -> None:
    """A Timing of what happened as the period that it covers: its bounds, else from its first to its last event."""
    timing = read_object(brought.pop(member, None))
    bounds = read_object(read_object(timing.get("repeat")).get("boundsPeriod"))
    given = timing.get("event")
    events = sorted(text for event in (given if isinstance(given, list) else [given]) if (text := read_text(event)))
    if events and not bounds:
        bounds = {"start": events[0], "end": events[-1]}
    if bounds:
        brought.setdefault(period, bounds)


def _bring_condition(raw: Json) -> Json:
    """Who attested it: R5's participants stand for asserter and recorder."""
    brought = dict(raw)
    actors = [read_object(participant.get("actor")) for participant in read_objects(brought.pop("participant"))]
    brought.setdefault("asserter", actors)
    return brought


def _bring_consent(raw: Json) -> Json:
    """R5's `decision` is the base; its provisions are the exceptions to it, and no names of what was agreed."""
    brought = dict(raw)
    if (date := brought.pop("date", None)) is not None:
        brought.setdefault("dateTime", date)
    policies = [{"uri": basis.get("url")} for basis in read_objects(brought.pop("policyBasis", None))]
    if policies:
        brought.setdefault("policy", policies)
    if (basis := brought.pop("regulatoryBasis", None)) is not None:
        brought.setdefault("policyRule", basis)
    if "decision" in brought or isinstance(brought.get("provision"), list):
        brought["provision"] = {"type": brought.pop("decision", None)}
    return brought


def _bring_medication(raw: Json) -> Json:
    ingredients = read_objects(raw.get("ingredient"))
    if all(_INGREDIENT.isdisjoint(ingredient) for ingredient in ingredients):
        return raw
    return {**raw, "ingredient": [_bring_ingredient(ingredient) for ingredient in ingredients]}


def _bring_ingredient(raw: Json) -> Json:
    """`strengthQuantity` is the amount in one piece; `amount` is what STU3 called the strength."""
    brought = dict(raw)
    concepts, references = split_references(brought.pop("item", []))
    if concepts:
        brought.setdefault("itemCodeableConcept", concepts[0])
    if references:
        brought.setdefault("itemReference", references[0])
    if (quantity := brought.pop("strengthQuantity", None)) is not None:
        brought.setdefault("strength", {"numerator": quantity, "denominator": {"value": 1}})
    for ratio in ("strengthRatio", "amount"):
        if ratio in brought:
            brought.setdefault("strength", brought.pop(ratio))
    return brought


#: Each type with the members that tell R5's shape, and what brings it to R4. Ingredients of every version are looked at.
WAYS: Mapping[str, tuple[frozenset[str], Callable[[Json], Json]]] = {
    "MedicationRequest": (MEDICINE_SIGNS, _bring_medicine),
    "MedicationDispense": (MEDICINE_SIGNS, _bring_medicine),
    "MedicationStatement": (MEDICINE_SIGNS | {"adherence", "effectiveTiming"}, _bring_statement),
    "MedicationAdministration": (MEDICINE_SIGNS | _OCCURRENCE, _bring_administration),
    "Procedure": (_OCCURRENCE, _bring_procedure),
    "Condition": (frozenset({"participant"}), _bring_condition),
    "Consent": (frozenset({"decision", "date", "regulatoryBasis", "policyBasis"}), _bring_consent),
    "Medication": (frozenset({"ingredient"}), _bring_medication),
}
