"""Queries that we send, and whether the answer's `self` link says that the server searched by them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from cds_hooks.fhir.bundle import find_link
from cds_hooks.fhir.references import is_usable_id
from cds_hooks.hooks.prefetch import PATIENT_TOKEN

_PATIENT = "patient"
_PATIENT_NAMES = frozenset({"patient", "patient:Patient", "subject", "subject:Patient"})


def fill_template(template: str, patient_id: str) -> str | None:
    """The query of a template; None where the id may not stand in a URL or the template holds another token."""
    if not is_usable_id(patient_id):
        return None
    query = template.replace(PATIENT_TOKEN, quote(patient_id, safe=""))
    return None if "{{" in query else query


def has_searched_by(bundle: dict[str, Any], query: str) -> bool:
    """Whether the `self` link of a searchset names every parameter that filters; without such a link it is believed.

    A server may add parameters, order and encode them as it likes, leave out those that do not filter (`_count`,
    `_sort`), write the patient as `subject` or as a reference, and codes without their system.
    """
    link = find_link(bundle, "self")
    if link is None:
        return True
    try:
        searched = _read_filters(link)
    except ValueError:
        return False
    return all(
        any(name == other and values <= other_values for other, other_values in searched) for name, values in _read_filters(query)
    )


def _read_filters(url: str) -> list[tuple[str, frozenset[str]]]:
    """Name and values of each parameter that filters, in one spelling."""
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return [_normalise(name, value) for name, value in pairs if not name.startswith("_")]


def _normalise(name: str, value: str) -> tuple[str, frozenset[str]]:
    if name in _PATIENT_NAMES:
        return _PATIENT, frozenset(part.rpartition("/")[2] for part in value.split(","))
    return name, frozenset(part.rpartition("|")[2] for part in value.split(","))
