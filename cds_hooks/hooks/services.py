"""The CDS services this program offers, and the discovery answer that announces them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: The published specification we implement (S19). hookVersion is left out on purpose: its sources disagree (1.3).
SPECIFICATION_VERSION = "2.0.1"


@dataclass(frozen=True, slots=True)
class Service:
    """One entry of `GET /cds-services`, texts by language. `has_orders`: the call brings draft orders; `needs_selections`: it
    says which of them are judged."""

    id: str
    hook: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    needs_selections: bool = False
    has_orders: bool = True


_USAGE = {
    "en": "Send the prefetch as asked, or fhirServer with fhirAuthorization. The patient is necessary (else 412); "
    "whatever else is missing is named on a card as not checked.",
    "nl": "Stuur de gevraagde prefetch mee, of fhirServer met fhirAuthorization. De patiënt is noodzakelijk "
    "(anders 412); wat verder ontbreekt, staat op een kaart als niet gecontroleerd.",
}

ORDER_SELECT = Service(
    id="medication-order-select",
    hook="order-select",
    title={
        "en": "Medication safety while ordering: lenalidomide and denosumab",
        "nl": "Medicatieveiligheid bij het kiezen: lenalidomide en denosumab",
    },
    description={
        "en": "Checks the selected orders of lenalidomide or denosumab: contraindications, pregnancy prevention, "
        "dose by kidney function and due tests, each card with its source.",
        "nl": "Controleert de gekozen orders van lenalidomide of denosumab: contra-indicaties, zwangerschapspreventie, "
        "dosis naar nierfunctie en benodigd onderzoek, elke kaart met haar bron.",
    },
    needs_selections=True,
)

ORDER_SIGN = Service(
    id="medication-order-sign",
    hook="order-sign",
    title={
        "en": "Medication safety at signing: lenalidomide and denosumab",
        "nl": "Medicatieveiligheid bij het tekenen: lenalidomide en denosumab",
    },
    description={
        "en": "Checks every order to be signed, together with what the patient takes: contraindications, pregnancy "
        "prevention, dose by kidney function, supply and due tests, each card with its source.",
        "nl": "Controleert alle te tekenen orders, samen met wat de patiënt gebruikt: contra-indicaties, "
        "zwangerschapspreventie, dosis naar nierfunctie, voorraad en benodigd onderzoek, elke kaart met haar bron.",
    },
)

PATIENT_VIEW = Service(
    id="medication-patient-view",
    hook="patient-view",
    title={
        "en": "Medication safety at a glance: lenalidomide and denosumab",
        "nl": "Medicatieveiligheid in één oogopslag: lenalidomide en denosumab",
    },
    description={
        "en": "For a patient on lenalidomide or denosumab 60 mg, without any order: tests and doses that are due within days or "
        "overdue, contraception that lapses, and what makes going on unsafe now, each card with its source.",
        "nl": "Voor een patiënt die lenalidomide of denosumab 60 mg gebruikt, zonder order: onderzoek en doses die binnen enkele "
        "dagen nodig of te laat zijn, anticonceptie die afloopt, en wat doorgaan nu onveilig maakt, elke kaart met haar bron.",
    },
    has_orders=False,
)

SERVICES = (ORDER_SELECT, ORDER_SIGN, PATIENT_VIEW)


def find_service(service_id: str) -> Service | None:
    """The service of this id."""
    return next((service for service in SERVICES if service.id == service_id), None)


def find_service_for(hook: str) -> Service | None:
    """The service that answers this hook."""
    return next((service for service in SERVICES if service.hook == hook), None)


def compose_discovery(templates: Mapping[str, str], language: str) -> dict[str, Any]:
    """The body of `GET /cds-services` (S10 to S21): every service asks for the same prefetch."""
    return {"services": [_announce(service, templates, language) for service in SERVICES]}


def _announce(service: Service, templates: Mapping[str, str], language: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "hook": service.hook,
        "id": service.id,
        "title": service.title[language],
        "description": service.description[language],
        "version": SPECIFICATION_VERSION,
        "usageRequirements": _USAGE[language],
    }
    return {**entry, "prefetch": dict(templates)} if templates else entry
