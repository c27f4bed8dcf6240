"""What a Medication is made of: the concept and the strength of each ingredient."""

from __future__ import annotations

from cds_hooks.chart.concept import Coding, Concept
from cds_hooks.fhir.reading.codes import read_concept
from cds_hooks.fhir.reading.quantities import read_mg
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json, read_number, read_object, read_objects, read_text
from cds_hooks.fhir.reading.site_codes import add_atc
from cds_hooks.fhir.reading.strengths import Strength

#: How deep an ingredient may itself be a Medication with ingredients.
_DEEPEST = 4

# fmt: off
_PIECE_UNITS = frozenset((
    "1", "tbl", "cap", "tab", "capsule",
    "capsules", "tablet", "tablets", "tabletten", "stuk", "stuks", "piece", "pill", "each", "ea", "syringe",
    "vial", "spuit", "flacon", "caps",
))
# fmt: on


def read_ingredients(resource: Resource, medication: Json, path: tuple[Json, ...]) -> list[tuple[Concept, Strength | None]]:
    """Concept and strength of each ingredient; a Medication as ingredient brings its own. A cycle ends where it closes."""
    found: list[tuple[Concept, Strength | None]] = []
    for ingredient in read_objects(medication.get("ingredient")):
        concept = read_concept(ingredient.get("itemCodeableConcept"), resource.desk.systems)
        strength = _read_ratio(ingredient) if ingredient.get("isActive") is not False else None
        item = read_object(ingredient.get("itemReference"))
        target = resource.desk.shelf.find(item, medication) or resource.desk.shelf.find(item, resource.raw)
        if target is not None and not any(target is seen for seen in path) and len(path) < _DEEPEST:
            concept = read_concept(target.get("code"), resource.desk.systems)
            found += read_ingredients(resource, target, (*path, target))
        concept = add_name(concept, read_text(item.get("display")).strip())
        found.append((add_atc(concept, resource.desk.code_map), strength))
    return found


def _read_ratio(ingredient: Json) -> Strength | None:
    """`ingredient.strength`: mg per piece or per mL; None where either side is of a unit that is not listed."""
    ratio = read_object(ingredient.get("strength"))
    mg = read_mg(ratio.get("numerator"))
    denominator = read_object(ratio.get("denominator"))
    per = read_number(denominator.get("value"))
    units = {read_text(denominator.get(member)).strip("{} ").lower() for member in ("code", "unit")}
    if mg is None or per is None or per <= 0:
        return None
    if "ml" in units:
        return Strength(per_ml=(mg / per,))
    return Strength(per_piece=(mg / per,)) if units & _PIECE_UNITS or units == {""} else None


def add_name(concept: Concept, name: str) -> Concept:
    """The concept with a further name: as its text, or beside it as a coding without a code."""
    if not name or name == concept.text:
        return concept
    if not concept.text:
        return Concept(concept.codings, name)
    return Concept((*concept.codings, Coding("", "", name)), concept.text)
