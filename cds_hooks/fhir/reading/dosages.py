"""FHIR `Dosage` as `clinical.dosage.DosageLine`; what cannot be read leaves the line without a dose, never with another one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from cds_hooks.chart.concept import Concept
from cds_hooks.clinical.dosage import DosageLine, DoseAmount, Pattern, Timing
from cds_hooks.fhir.reading.codes import list_names, read_code, read_concept, read_concepts
from cds_hooks.fhir.reading.context import NotUsed
from cds_hooks.fhir.reading.netherlands import find_cycle_days
from cds_hooks.fhir.reading.quantities import read_days, read_mg, read_unit
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json, read_count, read_number, read_object, read_objects, read_text
from cds_hooks.fhir.reading.timings import read_timing

#: In whatever unit: more than any dose is. `clinical.dose_amount` refuses it; here it is noted, so that a card can say it.
_HIGHEST = 100_000_000


def read_dosages(resource: Resource, value: object) -> tuple[DosageLine, ...]:
    """All lines of `dosageInstruction` or `dosage`, by `sequence`, else as recorded; none where one of them is no object."""
    if value is not None and not _is_objects(value):
        resource.note("unreadable", "dosage")
        return ()
    lines = (_read_line(resource, raw) for raw in read_objects(value))
    return tuple(sorted(lines, key=lambda line: line.sequence or 0))


def read_route(resource: Resource, value: object) -> Concept:
    """The first route that the dosages name."""
    for raw in read_objects(value):
        route = read_concept(raw.get("route"), resource.desk.systems)
        if route.codings or route.text:
            return route
    return Concept()


def _read_line(resource: Resource, raw: Json) -> DosageLine:
    timing, doses = _read_timed_doses(resource, raw)
    return DosageLine(
        sequence=read_count(raw.get("sequence")),
        text=read_text(raw.get("text")),
        patient_instruction=read_text(raw.get("patientInstruction")),
        as_needed=_is_as_needed(raw),
        timing=timing,
        doses=doses,
        max_dose_per_day_mg=_read_most_per_day(raw.get("maxDosePerPeriod")),
        route=list_names(read_concept(raw.get("route"), resource.desk.systems)),
        additional=_read_additional(resource, raw),
    )


def _read_additional(resource: Resource, raw: Json) -> tuple[str, ...]:
    if "additionalInstruction" not in raw:
        return ()
    concepts = read_concepts(raw["additionalInstruction"], resource.desk.context.systems)
    return tuple(text for concept in concepts for text in (concept.text, *(c.display for c in concept.codings)) if text)


def _read_timed_doses(resource: Resource, raw: Json) -> tuple[Timing | None, tuple[DoseAmount, ...]]:
    """Timing and doses; if either cannot be read there are no doses, so that nothing is computed from half of it."""
    value = raw.get("timing")
    try:
        _check_meaning(raw)
        timing = read_timing(resource, value) if value is not None else None
        return _lay_in_cycle(resource, timing), _read_doses(resource, raw)
    except NotUsed as problem:
        resource.note(problem.reason, problem.fact)
        return None, ()


def _read_doses(resource: Resource, raw: Json) -> tuple[DoseAmount, ...]:
    """Every `doseAndRate`; a dose that stands on the dosage itself (MedicationAdministration, STU3) is read likewise."""
    value = raw.get("doseAndRate")
    if value is not None and not _is_objects(value):
        raise NotUsed("unreadable", "dose")
    found = [_read_dose(resource, entry) for entry in (*read_objects(value), raw)]
    return tuple(dose for dose in found if dose is not None)


def _read_dose(resource: Resource, raw: Json) -> DoseAmount | None:
    quantity = raw.get("doseQuantity", raw.get("dose"))
    dose_range = raw.get("doseRange")
    if quantity is None and dose_range is None:
        return None
    ends = [quantity, quantity] if quantity is not None else [read_object(dose_range).get(end) for end in ("low", "high")]
    (low, low_unit), (high, high_unit) = (_read_amount(resource, end) for end in ends)
    if low_unit and high_unit and low_unit != high_unit:
        raise NotUsed("unreadable", "dose")
    return DoseAmount(low, high, low_unit or high_unit, read_code(raw.get("type")))


def _read_amount(resource: Resource, value: object) -> tuple[Decimal, str]:
    raw = read_object(value)
    number = read_number(raw.get("value"))
    if number is None or raw.get("comparator") is not None:
        raise NotUsed("out-of-range" if "value" in raw else "unreadable", "dose")
    if not 0 <= number <= _HIGHEST:
        resource.note("out-of-range", "dose")
    unit = read_unit(raw, resource.desk.systems)
    return number, unit.code or unit.text


def _check_meaning(raw: Json) -> None:
    """Without its sequence a line may follow on the others or run beside them; an unknown modifier may say anything."""
    if raw.get("sequence") is not None and read_count(raw["sequence"]) is None:
        raise NotUsed("unreadable", "dosage sequence")
    if raw.get("modifierExtension"):
        raise NotUsed("unreadable", "dosage modifierExtension")


def _lay_in_cycle(resource: Resource, timing: Timing | None) -> Timing | None:
    """In a cyclic schedule of nl-core the bounds are days of one cycle, not the end of the treatment."""
    if not resource.raw.get("modifierExtension") or timing is None:
        return timing
    cycle_days = find_cycle_days(resource.raw)
    if cycle_days is None or timing.bounds_days is None:
        return timing
    return replace(timing, bounds_days=None, cycle=Pattern(timing.bounds_days, cycle_days))


def _is_as_needed(raw: Json) -> bool:
    """R5 says it in `asNeeded` and `asNeededFor`."""
    return any(bool(raw.get(member)) for member in ("asNeededBoolean", "asNeededCodeableConcept", "asNeeded", "asNeededFor"))


def _read_most_per_day(value: object) -> Decimal | None:
    ratio = read_object(value)
    mg, days = read_mg(ratio.get("numerator")), read_days(ratio.get("denominator"))
    return mg if days == 1 else None


def _is_objects(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and all(isinstance(item, dict) for item in value))
