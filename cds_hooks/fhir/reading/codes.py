"""CodeableConcept, Coding and code as a `Concept`, with every alias of a code system brought to its canonical URI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cds_hooks.chart.concept import Coding, Concept
from cds_hooks.fhir.reading.shapes import Json, read_object, read_objects, read_text

NO_CONCEPT = Concept()
_HL7 = ("http://terminology.hl7.org/", "http://hl7.org/fhir/")


def read_concept(value: object, systems: Mapping[str, str]) -> Concept:
    """A CodeableConcept (or a list of one); a plain text given in its place becomes its text."""
    if isinstance(value, str):
        return Concept(text=value.strip())
    raw = read_object(value)
    if not raw:
        return NO_CONCEPT
    codings = [read_coding(coding, systems) for coding in read_objects(raw.get("coding"))]
    return Concept(tuple(codings), read_text(raw.get("text")).strip())


def read_concepts(value: object, systems: Mapping[str, str]) -> tuple[Concept, ...]:
    """A list of CodeableConcepts, or a single one; empty ones are left out."""
    items = value if isinstance(value, list) else [value]
    found = (read_concept(item, systems) for item in items if item is not None)
    return tuple(concept for concept in found if concept.codings or concept.text)


def read_coding(raw: Json, systems: Mapping[str, str]) -> Coding:
    """One Coding; a system that is no alias stays as it is."""
    system, code, display = raw.get("system", ""), raw.get("code", ""), raw.get("display", "")
    if not type(system) is type(code) is type(display) is str:
        system, code, display = read_text(system), read_text(code), read_text(display)
    return Coding(systems.get(system, system), code, display)


def read_code(value: object) -> str:
    """The code of a status-like element: a code, or the first code (else the text) of a CodeableConcept, in lower case; where
    there are several (nl-core adds one of SNOMED CT), the first of HL7's own code systems."""
    if isinstance(value, str):
        return value.strip().lower()
    if not value:
        return ""
    return _read_first_of_hl7(value) or _read_any_code(read_object(value))


def _read_first_of_hl7(value: Any) -> str:
    """The first coding's code where that is HL7's, as it is in most; empty for anything else, whatever it is."""
    try:
        coding = value["coding"][0]
        return coding["code"].strip().lower() if coding["system"].startswith(_HL7) else ""
    except (AttributeError, IndexError, KeyError, TypeError):
        return ""


def _read_any_code(raw: Json) -> str:
    found = ""
    for coding in read_objects(raw.get("coding")):
        if code := read_text(coding.get("code")):
            if read_text(coding.get("system")).startswith(_HL7):
                return code.strip().lower()
            found = found or code
    return (found or read_text(raw.get("text"))).strip().lower()


def list_names(concept: Concept) -> tuple[str, ...]:
    """Every word that a concept carries: text, codes, displays."""
    words = [concept.text]
    for coding in concept.codings:
        words += [coding.code, coding.display]
    return tuple(dict.fromkeys(word for word in words if word))
