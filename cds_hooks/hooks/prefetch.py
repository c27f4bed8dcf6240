"""The prefetch templates of discovery: one plain R4 query per key, that every client can fill (S190 to S198)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

#: The only token that we use: first-level, primitive, sent by every client (S192).
PATIENT_TOKEN = "{{context.patientId}}"

#: The R4 type that each key asks for, in the order of discovery (`chart.inputs.PREFETCH_KEYS`).
RESOURCE_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "patient": "Patient",
        "conditions": "Condition",
        "allergies": "AllergyIntolerance",
        "medications": "MedicationRequest",
        "statements": "MedicationStatement",
        "dispenses": "MedicationDispense",
        "administrations": "MedicationAdministration",
        "procedures": "Procedure",
        "observations": "Observation",
        "questionnaires": "QuestionnaireResponse",
        "consents": "Consent",
    }
)

#: Asked per page, so that few servers have to page: many give only 10 or 20 where nothing is asked.
PAGE_SIZE = 500

_LOINC = "http://loinc.org"


def compose_prefetch_templates(codes: Sequence[str]) -> dict[str, str]:
    """The query of each key, relative to the FHIR base.

    `codes` are bare LOINC codes; one with a bar (`system|code`) is of another system, taken as it is. Each is
    asked once. Without any code there is no observation to ask for: ValueError.
    """
    if not codes:
        raise ValueError("the observations query needs at least one code")
    return {key: _compose_query(key, codes) for key in RESOURCE_TYPES}


def _compose_query(key: str, codes: Sequence[str]) -> str:
    kind = RESOURCE_TYPES[key]
    if key == "patient":
        return f"{kind}/{PATIENT_TOKEN}"
    query = f"{kind}?patient={PATIENT_TOKEN}"
    if key == "observations":
        query += f"&code={_compose_tokens(codes)}&_sort=-date"
    return f"{query}&_count={PAGE_SIZE}"


def _compose_tokens(codes: Sequence[str]) -> str:
    tokens = (code if "|" in code else f"{_LOINC}|{code}" for code in codes)
    return ",".join(dict.fromkeys(tokens))
