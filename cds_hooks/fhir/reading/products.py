"""The medicine of an entry: its codes, names, ingredients and strength, from a concept or from a Medication."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from cds_hooks.chart.concept import Coding, Concept
from cds_hooks.chart.later import Later, leave_open
from cds_hooks.chart.records import Product
from cds_hooks.fhir.reading.codes import NO_CONCEPT, read_concept
from cds_hooks.fhir.reading.plain import STUMBLES, is_of_no_set
from cds_hooks.fhir.reading.quantities import read_mg
from cds_hooks.fhir.reading.recall import recall
from cds_hooks.fhir.reading.references import read_reference
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json, read_number, read_object, read_objects, read_text
from cds_hooks.fhir.reading.site_codes import add_atc, find_strengths, know_mapped
from cds_hooks.fhir.reading.strengths import Strength, join_strengths, read_strength
from cds_hooks.knowledge.vocabulary import Vocabulary

#: How deep an ingredient may itself be a Medication with ingredients.
_DEEPEST = 4

# fmt: off
_PIECE_UNITS = frozenset((
    "1", "tbl", "cap", "tab", "capsule",
    "capsules", "tablet", "tablets", "tabletten", "stuk", "stuks", "piece", "pill", "each", "ea", "syringe",
    "vial", "spuit", "flacon", "caps",
))
# fmt: on


class KnownProduct(NamedTuple):
    """A product as its codings and its name tell it, whoever takes it, and whether that is in no value set."""

    product: Product
    is_of_no_set: bool


def recall_product(resource: Resource) -> KnownProduct | None:
    """The medicine of an entry by its CodeableConcept; None where that names none, or is not kept in mind."""
    value = resource.raw.get("medicationCodeableConcept")
    return None if value is None else recall(_read_known, resource.desk.context.vocabulary, value)


def _read_known(vocabulary: Vocabulary, value: object) -> KnownProduct | None:
    concept = add_atc(read_concept(value, vocabulary.systems), vocabulary.code_map)
    if not concept.codings and not concept.text:
        return None
    product = _compose_product(concept, _list_texts(concept), structured=find_strengths(concept, vocabulary.code_map))
    return KnownProduct(product, _is_of_no_set(vocabulary, value))


def _is_of_no_set(vocabulary: Vocabulary, value: object) -> bool:
    """As `Desk.leave_out` asks it."""
    index, code_map = vocabulary.set_index, vocabulary.code_map
    if not index:
        return False
    knows_code = know_mapped(index.knows_code, code_map) if code_map else index.knows_code
    try:
        return is_of_no_set(value, vocabulary.systems, knows_code, index.knows_name)
    except STUMBLES:
        return False


def read_product(resource: Resource) -> Product:
    """The medicine of a MedicationRequest, MedicationStatement, MedicationDispense or MedicationAdministration in R4."""
    if (known := recall_product(resource)) is not None:
        return known.product
    raw = resource.raw
    reference = read_object(raw.get("medicationReference"))
    code_map = resource.desk.code_map
    concept = add_atc(resource.subject_concept("medicationCodeableConcept"), code_map)
    if concept.codings or concept.text or not reference:
        return _compose_product(concept, _list_texts(concept), structured=find_strengths(concept, code_map))
    return _read_referenced(resource, reference)


def _read_referenced(resource: Resource, reference: Json) -> Product:
    display = read_text(reference.get("display")).strip()
    medication = resource.desk.shelf.fetch(reference, resource.raw)
    if medication is None:
        concept = Concept(text=display)
        literal = read_reference(reference)
        if literal and display:
            resource.note("unresolved", "medication")
        elif literal or not display:
            resource.lose("unresolved", "medication")
        return _compose_product(concept, (display,), unresolved=literal)
    systems = resource.desk.systems
    code_map = resource.desk.code_map
    concept = add_atc(_add_name(read_concept(medication.get("code"), systems), display), code_map)
    ingredients = _read_ingredients(resource, medication, (medication,))
    if not any(one.codings or one.text for one in (concept, *(ingredient for ingredient, _ in ingredients))):
        # It leads to no medicine, or round in a circle: which medicine it is remains unknown, and may be ours.
        resource.lose("unresolved", "medication")
        return _compose_product(concept, (), unresolved=read_reference(reference))
    structured = (*find_strengths(concept, code_map), *(strength for _, strength in ingredients if strength is not None))
    return _compose_product(concept, _list_texts(concept), ingredients=[i for i, _ in ingredients], structured=structured)


def _read_ingredients(resource: Resource, medication: Json, path: tuple[Json, ...]) -> list[tuple[Concept, Strength | None]]:
    """Concept and strength of each ingredient; a Medication as ingredient brings its own. A cycle ends where it closes."""
    found: list[tuple[Concept, Strength | None]] = []
    for ingredient in read_objects(medication.get("ingredient")):
        concept = read_concept(ingredient.get("itemCodeableConcept"), resource.desk.systems)
        strength = _read_ratio(ingredient) if ingredient.get("isActive") is not False else None
        item = read_object(ingredient.get("itemReference"))
        target = resource.desk.shelf.find(item, medication) or resource.desk.shelf.find(item, resource.raw)
        if target is not None and not any(target is seen for seen in path) and len(path) < _DEEPEST:
            concept = read_concept(target.get("code"), resource.desk.systems)
            found += _read_ingredients(resource, target, (*path, target))
        concept = _add_name(concept, read_text(item.get("display")).strip())
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


class _Strengths:
    """The strengths of a product; its names are searched for them when one is first asked for."""

    __slots__ = ("_found", "_names", "_structured")

    def __init__(self, names: Iterable[str], structured: tuple[Strength, ...]) -> None:
        self._names = names
        self._structured = structured
        self._found: Strength | None = None

    def find(self) -> Strength:
        """All that names and ingredients say together."""
        if self._found is None:
            self._found = join_strengths([*self._structured, *map(read_strength, self._names)])
        return self._found


_STRENGTH_READERS: Mapping[str, Callable[[_Strengths], object]] = {
    "strength_mg": lambda strengths: _only(strengths.find().per_piece, strengths.find()),
    "mg_per_ml": lambda strengths: _only(strengths.find().per_ml, strengths.find()),
    "strengths_mg": lambda strengths: strengths.find().per_piece,
}


def _compose_product(
    concept: Concept,
    names: Iterable[str],
    *,
    ingredients: Iterable[Concept] = (),
    structured: tuple[Strength, ...] = (),
    unresolved: str = "",
) -> Product:
    members = {
        "concept": concept,
        "ingredients": tuple(i for i in ingredients if i != NO_CONCEPT) if ingredients else (),
        "unresolved": unresolved,
    }
    return leave_open(Product, Later(_STRENGTH_READERS, _Strengths(names, structured)), members)


def _only(amounts: tuple[Decimal, ...], found: Strength) -> Decimal | None:
    return amounts[0] if len(amounts) == 1 and not found.is_doubtful else None


def _list_texts(concept: Concept) -> set[str]:
    return {concept.text, *(coding.display for coding in concept.codings)}


def _add_name(concept: Concept, name: str) -> Concept:
    """The concept with a further name: as its text, or beside it as a coding without a code."""
    if not name or name == concept.text:
        return concept
    if not concept.text:
        return Concept(concept.codings, name)
    return Concept((*concept.codings, Coding("", "", name)), concept.text)
