"""A small vocabulary and a patient of paper, for the tests of reading."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from cds_hooks.chart.chart import Chart
from cds_hooks.chart.inputs import PREFETCH_KEYS
from cds_hooks.chart.records import MedicineEntry
from cds_hooks.chart.when import Now
from cds_hooks.fhir.deliveries import read_prefetch
from cds_hooks.fhir.reading import ReadingContext, read_chart
from cds_hooks.knowledge.vocabulary import Analyte, Topic, Vocabulary

UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
AMSTERDAM = timezone(timedelta(hours=2))

CREATININE = Analyte(
    "creatinine",
    {"en": "creatinine", "nl": "creatinine"},
    "umol/L",
    {"umol/L": Decimal(1), "umol/l": Decimal(1), "mg/dL": Decimal("88.4")},
    Decimal(20),
    Decimal(2000),
)
HCG = Analyte("hcg", {"en": "hCG", "nl": "hCG"}, "[IU]/L", {"[IU]/L": Decimal(1)}, Decimal(0), None)

PREGNANCY_TEST = Topic("pregnancy-test", {"en": "pregnancy test", "nl": "zwangerschapstest"}, "coded", {})
LAST_PERIOD = Topic("last-menstrual-period", {"en": "last menstrual period", "nl": "laatste menstruatie"}, "date", {})

VOCABULARY = Vocabulary(
    analytes={"creatinine": CREATININE, "hcg": HCG},
    analyte_by_code={(LOINC, "2160-0"): "creatinine", (LOINC, "14682-9"): "creatinine", (LOINC, "21198-7"): "hcg"},
    topic_by_code={(LOINC, "2106-3"): "pregnancy-test", (LOINC, "8665-2"): "last-menstrual-period"},
    sets={},
    systems={LOINC: LOINC, "https://loinc.org/": LOINC, "urn:oid:2.16.840.1.113883.6.1": LOINC, UCUM: UCUM},
    asked_codes=("2160-0", "14682-9", "21198-7", "2106-3", "8665-2"),
    topics={topic.id: topic for topic in (PREGNANCY_TEST, LAST_PERIOD)},
)

#: Noon of 1 June 2025, in UTC.
NOW = Now(datetime(2025, 6, 1, 12, tzinfo=UTC), date(2025, 6, 1))


def make_context(**changes: Any) -> ReadingContext:
    """A context for patient p1, days in UTC."""
    given: dict[str, Any] = {"patient_id": "p1", "vocabulary": VOCABULARY, "now": NOW, "zone": UTC, **changes}
    return ReadingContext(**given)


def make_bundle(*resources: Any) -> dict[str, Any]:
    """A Bundle as the public sandbox sends it: without a type."""
    return {"resourceType": "Bundle", "entry": [{"resource": resource} for resource in resources]}


def make_resource(kind: str, **members: Any) -> dict[str, Any]:
    """A resource of patient p1."""
    return {"resourceType": kind, "id": "1", "subject": {"reference": "Patient/p1"}, **members}


def make_observation(**members: Any) -> dict[str, Any]:
    """Creatinine of 80 umol/L, final, of 1 May 2025."""
    quantity = {"value": 80, "unit": "µmol/l", "system": UCUM, "code": "umol/L"}
    given = {
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "14682-9"}]},
        "effectiveDateTime": "2025-05-01",
        "valueQuantity": quantity,
        **members,
    }
    return make_resource("Observation", **{name: value for name, value in given.items() if value is not None})


def make_order(**members: Any) -> dict[str, Any]:
    """An active order of lenalidomide by name."""
    given = {
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "lenalidomide"},
        "authoredOn": "2025-05-01T09:00:00+02:00",
        **members,
    }
    return make_resource("MedicationRequest", **{name: value for name, value in given.items() if value is not None})


def read(drafts: Any = None, *, context: ReadingContext | None = None, **keys: Any) -> Chart:
    """The chart of these prefetch values; a list becomes a Bundle."""
    prefetch = {key: make_bundle(*value) if isinstance(value, list) else value for key, value in keys.items()}
    prefetch.setdefault("patient", {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1980-02-03"})
    bundle = make_bundle(*drafts) if isinstance(drafts, list) else drafts or {}
    return read_chart(read_prefetch(prefetch, PREFETCH_KEYS, patient_id="p1"), bundle, context or make_context())


def read_draft_order(*others: Any, context: ReadingContext | None = None, **members: Any) -> MedicineEntry:
    """A draft order with these members, read in a Bundle with `others`."""
    return read([make_order(**members), *others], context=context).drafts[0]


def list_notes(chart: Chart) -> set[tuple[str, str, str]]:
    """Input, reason and fact of every note."""
    return {(note.input, note.reason, note.fact) for note in chart.all_notes()}
