"""The medicine of an entry: its codes, names, ingredients and strength, from a concept or from a Medication."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from cds_hooks.chart.concept import Concept
from cds_hooks.chart.later import Later, leave_open
from cds_hooks.chart.records import Product
from cds_hooks.fhir.reading.codes import NO_CONCEPT, read_concept
from cds_hooks.fhir.reading.ingredients import add_name, read_ingredients
from cds_hooks.fhir.reading.plain import STUMBLES, is_of_no_set
from cds_hooks.fhir.reading.recall import compose_blank, recall
from cds_hooks.fhir.reading.references import read_reference
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json, read_object, read_objects, read_text
from cds_hooks.fhir.reading.site_codes import add_atc, find_strengths, know_mapped
from cds_hooks.fhir.reading.strengths import Strength, join_strengths, read_strength
from cds_hooks.knowledge.vocabulary import Vocabulary
from cds_hooks.record import Record


class KnownProduct(Record):
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


def recall_referenced(resource: Resource) -> Product | None:
    """The medicine of an entry that refers to a Medication at hand; None where that is not kept in mind."""
    reference = read_object(resource.raw.get("medicationReference"))
    medication = resource.desk.shelf.find(reference, resource.raw)
    return None if medication is None else _recall_medication(resource, medication, _read_display(reference))


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
    display = _read_display(reference)
    medication = resource.desk.shelf.fetch(reference, resource.raw)
    if medication is None:
        concept = Concept(text=display)
        literal = read_reference(reference)
        if literal and display:
            resource.note("unresolved", "medication")
        elif literal or not display:
            resource.lose("unresolved", "medication")
        return _compose_product(concept, (display,), unresolved=literal)
    product = _recall_medication(resource, medication, display) or _read_medication(resource, medication, display)
    if product is None:
        # It leads to no medicine, or round in a circle: which medicine it is remains unknown, and may be ours.
        resource.lose("unresolved", "medication")
        return _compose_product(NO_CONCEPT, (), unresolved=read_reference(reference))
    return product


def _read_display(reference: Json) -> str:
    return read_text(reference.get("display")).strip()


def _read_medication(resource: Resource, medication: Json, display: str) -> Product | None:
    """The product of a Medication; None where neither it nor any ingredient is named."""
    code_map = resource.desk.code_map
    concept = add_atc(add_name(read_concept(medication.get("code"), resource.desk.systems), display), code_map)
    ingredients = read_ingredients(resource, medication, (medication,))
    if not any(one.codings or one.text for one in (concept, *(ingredient for ingredient, _ in ingredients))):
        return None
    structured = (*find_strengths(concept, code_map), *(strength for _, strength in ingredients if strength is not None))
    return _compose_product(concept, _list_texts(concept), ingredients=[i for i, _ in ingredients], structured=structured)


def _recall_medication(resource: Resource, medication: Json, display: str) -> Product | None:
    """As `_read_medication`, by what the Medication itself says; None where that is not kept in mind, or leads further."""
    members = [medication.get("code"), display, medication.get("ingredient")]
    return recall(_read_known_medication, resource.desk.context.vocabulary, members)


def _read_known_medication(vocabulary: Vocabulary, members: tuple[Any, str, Any]) -> Product | None:
    code, display, ingredient = members
    if any("itemReference" in one for one in read_objects(ingredient)):
        return None
    return _read_medication(compose_blank(vocabulary), {"code": code, "ingredient": ingredient}, display)


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
