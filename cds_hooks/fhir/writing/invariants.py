"""Invariants of R4 on the elements that an order or a test order holds; fhir.resources checks none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
#: Every invariant of an element is about one that has one of these.
_CONCERNED = frozenset({"url", "value", "start", "repeat"})
_MEAL_CENTRED = frozenset({"C", "CM", "CD", "CV"})


def find_invariant_faults(resource: Json) -> list[str]:
    """Faults as `path: invariant`, by their names in the R4 specification."""
    elements = _list_elements(resource)
    faults = []
    if any(map(_check, elements)):
        faults = [f"{path}: {name}" for path, element in _walk(resource, "") for name in _check(element)]
    return faults + _check_contained(resource, elements)


def _list_elements(resource: Json) -> list[Json]:
    """Every object in it; their paths are told only where one of them is at fault."""
    elements: list[Json] = []
    held: list[Any] = [resource]
    for value in held:
        if isinstance(value, dict):
            elements.append(value)
            held += value.values()
        elif isinstance(value, list):
            held += value
    return elements


def _walk(value: Any, path: str) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict):
        yield path or "resource", value
        for key, inner in value.items():
            yield from _walk(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _walk(inner, f"{path}.{place}")


def _check(element: Json) -> list[str]:
    if _CONCERNED.isdisjoint(element):
        return []
    faults = []
    if "url" in element and "resourceType" not in element:
        faults += _check_extension(element)
    if "value" in element and "code" in element and "system" not in element:
        faults.append("qty-3: a unit code needs its system")
    if "start" in element and "end" in element and str(element["start"])[:10] > str(element["end"])[:10]:
        faults.append("per-1: the start is after the end")
    if "repeat" in element:
        faults += _check_repeat(element["repeat"])
    return faults


def _check_extension(element: Json) -> list[str]:
    values = [key for key in element if key.startswith("value")]
    if bool(values) == ("extension" in element) and ("extension" in element or set(element) <= {"url", "id"}):
        return ["ext-1: a value or extensions, not both, not neither"]
    return []


_REPEAT: tuple[tuple[str, Callable[[Json], bool]], ...] = (
    ("tim-1: a duration needs its unit", lambda r: "duration" in r and "durationUnit" not in r),
    ("tim-2: a period needs its unit", lambda r: "period" in r and "periodUnit" not in r),
    ("tim-4: a duration is not negative", lambda r: r.get("duration", 0) < 0),
    ("tim-5: a period is not negative", lambda r: r.get("period", 0) < 0),
    ("tim-6: periodMax needs a period", lambda r: "periodMax" in r and "period" not in r),
    ("tim-7: durationMax needs a duration", lambda r: "durationMax" in r and "duration" not in r),
    ("tim-8: countMax needs a count", lambda r: "countMax" in r and "count" not in r),
    ("tim-9: an offset needs an event", lambda r: "offset" in r and not set(r.get("when", ())) - _MEAL_CENTRED),
    ("tim-10: times of the day or events, not both", lambda r: "timeOfDay" in r and "when" in r),
)


def _check_repeat(repeat: Any) -> list[str]:
    return [name for name, is_broken in _REPEAT if is_broken(repeat)] if isinstance(repeat, dict) else []


def _check_contained(resource: Json, elements: list[Json]) -> list[str]:
    """dom-2 to dom-5 and ref-1: contained resources are flat, bare and referred to; local references lead somewhere."""
    contained = resource.get("contained", ())
    ids = [one.get("id") for one in contained]
    referred = [str(element["reference"]) for element in elements if "reference" in element]
    references = {reference[1:] for reference in referred if reference.startswith("#")}
    faults = []
    if any("contained" in one for one in contained):
        faults.append("contained: dom-2: holds resources itself")
    if any("versionId" in one.get("meta", {}) or "lastUpdated" in one.get("meta", {}) for one in contained):
        faults.append("contained: dom-4: has a version")
    if any("security" in one.get("meta", {}) for one in contained):
        faults.append("contained: dom-5: has a security label")
    if None in ids or not set(ids) <= references:
        faults.append("contained: dom-3: is not referred to")
    if references - set(ids):
        faults.append("reference: ref-1: leads to nothing")
    return faults
