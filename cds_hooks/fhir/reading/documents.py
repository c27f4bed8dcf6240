"""Consents and filled-in questionnaires as `Document`: what they are called, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cds_hooks.chart.records import Document
from cds_hooks.fhir.reading.codes import list_names, read_code, read_concepts
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json, read_number, read_object, read_objects, read_text

_FILLED_IN = frozenset({"completed", "amended"})
#: How deep items of a questionnaire are followed; deeper ones are noted.
_DEEPEST = 20


def read_consent(resource: Resource) -> Document | None:
    """An active Consent that does not deny; else None. Raises NotUsed where it is dated after now."""
    raw = resource.raw
    provision = read_object(raw.get("provision"))
    if resource.status() != "active" or read_code(provision.get("type")) == "deny":
        return None
    concepts = (raw.get("scope"), raw.get("category"), raw.get("policyRule"), provision.get("code"))
    policies = (read_text(policy.get("uri")) for policy in read_objects(raw.get("policy")))
    return Document(
        kind="Consent",
        status="active",
        names=_once((*_name_concepts(resource, concepts), *policies)),
        reference=resource.reference,
        when=resource.fact_when(raw.get("dateTime"), "dateTime"),
    )


def read_questionnaire(resource: Resource) -> Document | None:
    """A QuestionnaireResponse that was completed or amended; else None. Raises NotUsed where it is dated after now."""
    raw = resource.raw
    status = resource.status()
    if status not in _FILLED_IN:
        return None
    canonical = read_text(raw.get("questionnaire"))
    titles = (read_text(extension.get("valueString")) for extension in _list_extensions(raw))
    return Document(
        kind="QuestionnaireResponse",
        status=status,
        names=_once((canonical, canonical.partition("|")[0], *titles)),
        reference=resource.reference,
        when=resource.fact_when(raw.get("authored"), "authored"),
        answers=tuple(_read_items(resource, raw.get("item"), 0)),
    )


def _list_extensions(raw: Json) -> Iterator[Json]:
    """Extensions of the response and of its `questionnaire` element, which hold the questionnaire's title."""
    yield from read_objects(raw.get("extension"))
    yield from read_objects(read_object(raw.get("_questionnaire")).get("extension"))


def _read_items(resource: Resource, items: object, depth: int) -> Iterator[tuple[str, str]]:
    """Question (linkId and text) and answer of every item, nested ones too."""
    if depth > _DEEPEST:
        resource.note("unreadable", "item")
        return
    for item in read_objects(items):
        question = " ".join(filter(None, (read_text(item.get("linkId")), read_text(item.get("text")))))
        for answer in read_objects(item.get("answer")):
            for shown in _read_answer(resource, answer):
                yield question, shown
            yield from _read_items(resource, answer.get("item"), depth + 1)
        yield from _read_items(resource, item.get("item"), depth + 1)


def _read_answer(resource: Resource, answer: Json) -> Iterator[str]:
    """An answer as words: code and display of a coding, else the value as written."""
    for member, value in sorted(answer.items()):
        if member == "valueCoding":
            coding = read_object(value)
            yield from _once((read_text(coding.get("display")), read_text(coding.get("code"))))
        elif member == "valueQuantity":
            quantity = read_object(value)
            yield f"{read_number(quantity.get('value'))} {read_text(quantity.get('unit'))}".strip()
        elif isinstance(value, bool):
            yield str(value).lower()
        elif member.startswith("value") and isinstance(value, str | int | float):
            yield str(value)


def _name_concepts(resource: Resource, values: Iterable[object]) -> Iterator[str]:
    systems = resource.desk.systems
    for value in values:
        for concept in read_concepts(value, systems):
            yield from list_names(concept)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
