"""The server's own words in Dutch; English stands where it is used. A test finds every refusal that is not here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: By the English template that a RequestError is raised with.
DUTCH: Mapping[str, str] = MappingProxyType(
    {
        "is required": "is verplicht",
        "is required where fhirAuthorization is sent": "is verplicht waar fhirAuthorization wordt gestuurd",
        "is not the patient of context.patientId": "is niet de patiënt van context.patientId",
        "is not the hook of this service, which answers {hook}": "is niet de hook van deze service ({hook})",
        "is not a FHIR Bundle": "is geen FHIR-Bundle",
        "is too long": "is te lang",
        "must not be empty": "mag niet leeg zijn",
        "must be a string": "moet een tekst zijn",
        "must be an object": "moet een object zijn",
        "must be an array": "moet een lijst zijn",
        "must be Bearer": "moet Bearer zijn",
        "holds characters that are not allowed here": "bevat tekens die hier niet mogen",
        "is neither accepted nor overridden": "is accepted noch overridden",
        "is no date-time such as 2026-03-02T09:00:00Z": "is geen datum met tijd zoals 2026-03-02T09:00:00Z",
        "more than {items} entries": "meer dan {items} elementen",
        "more than {drafts} entries": "meer dan {drafts} elementen",
        "more than {entries} entries": "meer dan {entries} elementen",
        "is larger than {bytes} bytes": "is groter dan {bytes} bytes",
        "is not JSON in UTF-8 (at character {position})": "is geen JSON in UTF-8 (bij teken {position})",
        "is not a JSON object": "is geen JSON-object",
        "holds a number that is too large to be read": "bevat een getal dat te groot is om te lezen",
        "is nested deeper than {levels} levels": "is dieper genest dan {levels} niveaus",
        "is not application/json": "is niet application/json",
        "is not read; send the body uncompressed": "wordt niet gelezen; stuur de inhoud ongecomprimeerd",
        "broke off before its end": "brak af voor het einde",
        "could not be read": "kon niet worden gelezen",
        "leads to nothing": "leidt nergens heen",
        "is no service; GET /cds-services lists them": "is geen service; GET /cds-services noemt ze",
        "is not offered here; offered: {methods}": "kan hier niet; wel: {methods}",
        "is none of {hooks}": "is geen van {hooks}",
        "could be had neither from prefetch nor from the FHIR server": "was uit prefetch noch van de FHIR-server te krijgen",
        "could not be checked now; try again later": "kon nu niet worden gecontroleerd; probeer het later opnieuw",
        "more than are answered in this time; Retry-After says when to come back": (
            "meer dan in deze tijd worden beantwoord; Retry-After zegt wanneer het weer kan"
        ),
        "something broke here": "hier ging iets stuk",
        "something broke here; nothing was checked": "hier ging iets stuk; er is niets gecontroleerd",
    }
)

_PAGE_EN = {
    "rules": "Rules",
    "all_rules": "All rules",
    "rules_intro": "What this service checks. Each card it gives links to the page of its rule.",
    "rule": "Rule",
    "medicine": "Medicine",
    "about": "What it is about",
    "level": "Level",
    "fires_when": "Fires when",
    "applies": "Asked only when",
    "on_the_card": "On the card",
    "do": "What to do",
    "why": "Why",
    "levels": {"critical": "critical", "warning": "warning", "info": "information"},
    "unknown": "When facts are missing",
    "source": "Source",
    "section": "Section",
    "version": "Version",
    "derived": "Beyond the letter of the source",
    "group": "Group",
    "reviewer": "Reviewer",
    "review_by": "Review by",
    "none": "none",
    "not_reviewed": "Nobody has reviewed this rule yet.",
    "site_numbers": "Numbers that a site may change",
    "number": "Number",
    "value": "Value in force",
    "site_value": "set by this site",
    "default_value": "default",
    "placeholders": "Words in braces are filled in from the patient's record.",
    "no_rule": "There is no rule of this name",
    "other_language": "Nederlands",
    "knowledge": "Knowledge",
    "disclaimer": "Decision support. It does not replace the judgement of the physician or the source itself.",
}

_PAGE_NL = {
    "rules": "Regels",
    "all_rules": "Alle regels",
    "rules_intro": "Wat deze service controleert. Elke kaart verwijst naar de pagina van haar regel.",
    "rule": "Regel",
    "medicine": "Geneesmiddel",
    "about": "Waar het over gaat",
    "level": "Niveau",
    "fires_when": "Gaat af wanneer",
    "applies": "Alleen gevraagd wanneer",
    "on_the_card": "Op de kaart",
    "do": "Wat te doen",
    "why": "Waarom",
    "levels": {"critical": "kritiek", "warning": "waarschuwing", "info": "informatie"},
    "unknown": "Als gegevens ontbreken",
    "source": "Bron",
    "section": "Rubriek",
    "version": "Versie",
    "derived": "Verder dan de letter van de bron",
    "group": "Groep",
    "reviewer": "Beoordelaar",
    "review_by": "Te beoordelen vóór",
    "none": "geen",
    "not_reviewed": "Nog niemand heeft deze regel beoordeeld.",
    "site_numbers": "Getallen die een instelling kan wijzigen",
    "number": "Getal",
    "value": "Geldende waarde",
    "site_value": "door deze instelling bepaald",
    "default_value": "standaard",
    "placeholders": "Woorden tussen accolades worden uit het dossier van de patiënt ingevuld.",
    "no_rule": "Er is geen regel met deze naam",
    "other_language": "English",
    "knowledge": "Kennis",
    "disclaimer": "Beslisondersteuning. Vervangt niet het oordeel van de arts en niet de bron zelf.",
}

#: Words of the pages, by language.
PAGE: Mapping[str, Mapping[str, object]] = MappingProxyType({"en": _PAGE_EN, "nl": _PAGE_NL})


def translate(template: str, language: str, values: Mapping[str, object]) -> str:
    """A refusal in `language`. One that has no translation is said in English rather than not at all."""
    text = DUTCH.get(template, template) if language == "nl" else template
    return text.format(**values) if values else text
