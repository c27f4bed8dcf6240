"""Allergies and intolerances that count: not refuted, not made in error; with their reactions."""

from __future__ import annotations

from cds_hooks.chart.concept import Concept
from cds_hooks.chart.records import Allergy, Reaction
from cds_hooks.chart.when import When
from cds_hooks.fhir.reading.codes import read_code, read_concept, read_concepts
from cds_hooks.fhir.reading.context import NotUsed
from cds_hooks.fhir.reading.r5 import split_references
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json, read_objects, read_text
from cds_hooks.fhir.reading.site_codes import add_atc

_DROPPED = frozenset({"refuted", "entered-in-error"})
_KINDS = frozenset({"allergy", "intolerance"})


def read_allergy(resource: Resource) -> Allergy | None:
    """One AllergyIntolerance; None where it does not count. Raises NotUsed where it is dated after now."""
    raw = resource.raw
    if resource.code("verificationStatus") in _DROPPED:
        return None
    kind = read_code(raw.get("type"))
    return Allergy(
        concept=add_atc(resource.subject_concept("code"), resource.desk.code_map),
        kind=kind if kind in _KINDS else "",
        clinical_status=resource.code("clinicalStatus") or "active",
        reference=resource.reference,
        reactions=tuple(_read_reaction(resource, reaction) for reaction in read_objects(raw.get("reaction"))),
        recorded=resource.fact_when(resource.first("recordedDate", "onsetDateTime"), "recordedDate"),
        note=resource.annotations(),
    )


def _read_reaction(resource: Resource, raw: Json) -> Reaction:
    systems = resource.desk.systems
    return Reaction(
        substance=add_atc(read_concept(raw.get("substance"), systems), resource.desk.code_map),
        manifestations=_read_manifestations(resource, raw.get("manifestation")),
        severity=read_code(raw.get("severity")),
        description=read_text(raw.get("description")),
        onset=_read_onset(resource, raw.get("onset")),
    )


def _read_manifestations(resource: Resource, value: object) -> tuple[Concept, ...]:
    """CodeableConcepts, or R5's CodeableReferences."""
    concepts, references = split_references(value)
    return (*read_concepts(concepts, resource.desk.systems), *resource.describe_references(references))


def _read_onset(resource: Resource, value: object) -> When | None:
    """A mistaken date of one reaction does not undo the allergy: it is noted, and the reaction is without a date."""
    try:
        return resource.fact_when(value, "reaction onset")
    except NotUsed as problem:
        resource.note(problem.reason, problem.fact)
        return None
