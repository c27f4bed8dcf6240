"""Conditions that count: not refuted, not made in error; with severity, stage, causes and who attested them."""

from __future__ import annotations

from typing import TypedDict

from cds_hooks.chart.concept import Concept
from cds_hooks.chart.records import Condition
from cds_hooks.chart.when import When
from cds_hooks.clinical.calendar import add_months
from cds_hooks.fhir.reading.codes import list_names, read_concepts
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json, read_count, read_object, read_objects, read_text

_DUE_TO = "http://hl7.org/fhir/StructureDefinition/condition-dueTo"
#: Where a stage or a cause stands (condition-dueTo is an extension), which rules ask for whatever the problem is.
_TELLING = frozenset({"stage", "evidence", "extension"})
#: Where what else is said of a problem stands; most say nothing else.
_MORE = _TELLING | {"severity", "note", "asserter", "recorder"}
_DROPPED = frozenset({"refuted", "entered-in-error"})


def read_condition(resource: Resource) -> Condition | None:
    """One Condition; None where it does not count, or no rule can ask for it. Raises NotUsed where its onset or record is dated
    after now."""
    raw = resource.raw
    if _TELLING.isdisjoint(raw) and resource.desk.leave_out(resource, raw.get("code"), is_problem=True):
        return None
    verification = resource.code("verificationStatus")
    if verification in _DROPPED:
        return None
    abatement = _read_abatement(resource)
    return Condition(
        concept=resource.subject_concept("code"),
        clinical_status=_read_clinical_status(resource, abatement),
        verification=verification,
        reference=resource.reference,
        onset=_read_onset(resource),
        recorded=resource.fact_when(raw.get("recordedDate"), "recordedDate"),
        abatement=abatement,
        **({} if _MORE.isdisjoint(raw) else _read_more(resource)),
    )


class _More(TypedDict, total=False):
    """What else may be said of a problem."""

    severity: Concept
    stage: tuple[Concept, ...]
    causes: tuple[Concept, ...]
    attested_by: tuple[str, ...]
    note: str


def _read_more(resource: Resource) -> _More:
    return {
        "severity": resource.concept("severity"),
        "stage": _read_stages(resource),
        "causes": _read_causes(resource),
        "attested_by": _read_attesters(resource),
        "note": resource.annotations(),
    }


def _read_clinical_status(resource: Resource, abatement: When | None) -> str:
    """A missing status is active, unless the record says that it has ended."""
    if status := resource.code("clinicalStatus"):
        return status
    is_over = resource.raw.get("abatementBoolean") is True
    if abatement is not None and abatement.last <= resource.desk.context.now.today:
        is_over = True
    return "resolved" if is_over else "active"


def _read_onset(resource: Resource) -> When | None:
    """The onset's date, the start of its period, or the birthday on which its age was reached and the year from it."""
    raw = resource.raw
    value = raw.get("onsetDateTime")
    if value is None:
        value = read_object(raw.get("onsetPeriod")).get("start")
    if value is not None:
        return resource.fact_when(value, "onset")
    return _read_onset_age(resource, read_object(raw.get("onsetAge")))


def _read_onset_age(resource: Resource, age: Json) -> When | None:
    """An age in whole years, with a known birth date: the year of life it names, up to today."""
    years = read_count(age.get("value"))
    unit = read_text(age.get("code")) or read_text(age.get("unit"))
    born = resource.desk.born
    if born is None or years is None or not 0 <= years <= 130 or unit.lower() not in ("a", "yr", "year", "years", "jaar"):
        return None
    today = resource.desk.context.now.today
    first, last = add_months(born.first, 12 * years), add_months(born.last, 12 * years + 12)
    if first > today:
        resource.note("out-of-range", "onset")
        return None
    return When(first, min(last, today), f"{years} a")


def _read_abatement(resource: Resource) -> When | None:
    raw = resource.raw
    value = raw.get("abatementDateTime")
    if value is None:
        if "abatementPeriod" not in raw:
            return None
        value = read_object(raw["abatementPeriod"]).get("end")
    return resource.planned_when(value, "abatement")


def _read_stages(resource: Resource) -> tuple[Concept, ...]:
    systems = resource.desk.systems
    stages = read_objects(resource.raw.get("stage"))
    return tuple(c for stage in stages for member in ("summary", "type") for c in read_concepts(stage.get(member), systems))


def _read_causes(resource: Resource) -> tuple[Concept, ...]:
    """What the Condition is due to (extension condition-dueTo), and its evidence by code or reference."""
    systems = resource.desk.systems
    found: list[Concept] = []
    for extension in read_objects(resource.raw.get("extension")):
        if extension.get("url") == _DUE_TO:
            found += read_concepts(extension.get("valueCodeableConcept"), systems)
            found += resource.describe_references(extension.get("valueReference"))
    for evidence in read_objects(resource.raw.get("evidence")):
        # R5 has a CodeableReference where R4 has codes and details.
        for member in ("code", "concept"):
            found += read_concepts(evidence.get(member), systems)
        for member in ("detail", "reference"):
            found += resource.describe_references(evidence.get(member))
    return tuple(found)


def _read_attesters(resource: Resource) -> tuple[str, ...]:
    """Displays of asserter and recorder, and specialties, roles and qualifications of the (Practitioner)Role they lead to."""
    words: list[str] = []
    for member in ("asserter", "recorder"):
        if member not in resource.raw:
            continue
        for reference in read_objects(resource.raw[member]):
            words += _list_attester_words(resource, reference)
    return tuple(dict.fromkeys(word for word in words if word))


def _list_attester_words(resource: Resource, reference: Json) -> list[str]:
    role = resource.desk.shelf.find(reference, resource.raw) or {}
    qualified = (qualification.get("code") for qualification in read_objects(role.get("qualification")))
    words = [read_text(reference.get("display")).strip()]
    for value in (role.get("specialty"), role.get("code"), *qualified):
        words += _list_words(resource, value)
    return words


def _list_words(resource: Resource, value: object) -> list[str]:
    return [name for concept in read_concepts(value, resource.desk.systems) for name in list_names(concept)]
