"""Observations whose value is a code, a text or a date as `CodedObservation` (pregnancy test, pregnancy status, last period)."""

from __future__ import annotations

from collections.abc import Mapping

from cds_hooks.chart.concept import Concept
from cds_hooks.chart.records import CodedObservation
from cds_hooks.chart.when import When
from cds_hooks.fhir.reading.codes import NO_CONCEPT, read_concept, read_concepts
from cds_hooks.fhir.reading.context import NotUsed
from cds_hooks.fhir.reading.moments import read_effective, read_standing
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json, read_text

_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_BOOLEANS: Mapping[object, str] = {True: "true", False: "false"}


def read_coded(resource: Resource, topic: str, part: Json, code: str) -> CodedObservation | None:
    """The answer of `part` (the Observation itself or a component); None where it does not count or says nothing.

    Raises NotUsed for one dated after now, without a date, or with a value of another kind (a bare number).
    """
    standing = read_standing(resource)
    if not standing:
        return None
    value = _read_score(resource, topic, part) or _read_value(resource, part)
    date_value = _read_date(resource, topic, part.get("valueDateTime"))
    if value == NO_CONCEPT and date_value is None:
        if any(member.startswith("value") for member in part):
            raise NotUsed("unreadable", topic)
        return None
    return CodedObservation(
        topic=topic,
        value=value,
        when=read_effective(resource),
        reference=resource.reference,
        date_value=date_value,
        preliminary=standing == "preliminary",
        code=code,
    )


def _read_date(resource: Resource, topic: str, value: object) -> When | None:
    known = resource.desk.context.vocabulary.topics.get(topic)
    may_lie_ahead = known is not None and known.value == "due"
    return resource.planned_when(value, topic) if may_lie_ahead else resource.fact_when(value, topic)


def _read_score(resource: Resource, topic: str, part: Json) -> Concept | None:
    """A bare whole number, of a topic whose answers are scores."""
    number = part.get("valueInteger")
    if type(number) is not int:
        return None
    known = resource.desk.context.vocabulary.topics.get(topic)
    return Concept(text=read_text(number)) if known is not None and known.value == "score" else None


def _read_value(resource: Resource, part: Json) -> Concept:
    """The coded value, else the written one, else yes or no; only without any value the interpretation (POS, NEG)."""
    systems = resource.desk.systems
    if (concept := read_concept(part.get("valueCodeableConcept"), systems)) != NO_CONCEPT:
        return concept
    if text := read_text(part.get("valueString")).strip():
        return Concept(text=text)
    if isinstance(boolean := part.get("valueBoolean"), bool):
        return Concept(text=_BOOLEANS[boolean])
    if any(member.startswith("value") for member in part):
        return NO_CONCEPT
    return _read_interpretation(resource, part)


def _read_interpretation(resource: Resource, part: Json) -> Concept:
    concepts = read_concepts(part.get("interpretation"), resource.desk.systems)
    return next((c for c in concepts if any(coding.system == _INTERPRETATION for coding in c.codings)), NO_CONCEPT)


def bring_coded_together(found: list[CodedObservation]) -> tuple[CodedObservation, ...]:
    """Newest first; of one moment by reference, then by code and answer. The same answer twice is there once."""
    by_name = sorted(set(found), key=lambda o: (o.reference, o.code, o.value.shown()))
    return tuple(sorted(by_name, key=lambda o: o.when.newest_key(), reverse=True))
