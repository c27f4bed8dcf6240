"""Where references lead: the draft Bundle, `contained`, what was delivered, and at last the FHIR server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cds_hooks.errors import CdsHooksError
from cds_hooks.fhir.deliveries import Delivery
from cds_hooks.fhir.reading.shapes import Json, read_object, read_objects, read_text
from cds_hooks.fhir.reading.versions import bring_to_r4
from cds_hooks.fhir.references import compose_reference, split_reference

#: How many different references one call asks the FHIR server for; those beyond stay unresolved and are noted.
MOST_FETCHES = 20

Fetch = Callable[[str], dict[str, Any] | None]


def read_reference(value: object) -> str:
    """The reference of a Reference as `Type/id`; a `urn:` or `#` reference, or a text of another form, as it is."""
    return shorten(_read_literal(value))


def read_references(value: object) -> tuple[str, ...]:
    """Several References, or a single one; those without a reference are left out."""
    return tuple(text for reference in read_objects(value) if (text := read_reference(reference)))


def shorten(reference: str) -> str:
    """`https://server/fhir/Patient/1/_history/2` as `Patient/1`; other forms as they are."""
    parts = split_reference(reference)
    return "/".join(parts) if parts else reference


class Shelf:
    """All resources of this call by reference, in the shape of R4; the index is made when the first reference is looked up."""

    def __init__(self, bundle: Mapping[str, Any], deliveries: Iterable[Delivery], fetch: Fetch | None) -> None:
        self._bundle = bundle
        self._deliveries = tuple(deliveries)
        self._fetch = fetch
        self._index: dict[str, Json] | None = None
        self._fetched: dict[str, Json | None] = {}
        self._brought: dict[int, tuple[Json, Json]] = {}

    def add(self, deliveries: Iterable[Delivery], fetch: Fetch | None) -> None:
        """What was delivered after the drafts had been looked at."""
        self._deliveries = tuple(deliveries)
        self._fetch = fetch
        self._index = None

    def find(self, reference: object, holder: Mapping[str, Any]) -> Json | None:
        """The resource that a Reference in `holder` leads to, without asking the FHIR server."""
        text = _read_literal(reference) or _read_identifier(read_object(reference).get("identifier"))
        if text.startswith("#"):
            return self._bring(_find_contained(text, holder))
        if not text:
            return None
        if self._index is None:
            self._index = _index_resources(self._bundle, self._deliveries)
        return self._bring(self._index.get(text) or self._index.get(shorten(text)))

    def fetch(self, reference: object, holder: Mapping[str, Any]) -> Json | None:
        """As `find`, then from the FHIR server. An answer of another type than asked for is none."""
        if found := self.find(reference, holder):
            return found
        text = _read_literal(reference)
        parts = split_reference(text)
        if self._fetch is None or parts is None:
            return None
        if text not in self._fetched:
            self._fetched[text] = self._ask(self._fetch, text, parts[0])
        return self._bring(self._fetched[text])

    def _bring(self, raw: Json | None) -> Json | None:
        """The same object each time, so that a circle of references is known by where it closes."""
        if raw is None:
            return None
        if (known := self._brought.get(id(raw))) is not None:
            return known[1]
        brought = bring_to_r4(raw)
        if brought is not raw:
            self._brought[id(raw)] = (raw, brought)
        return brought

    def _ask(self, fetch: Fetch, text: str, kind: str) -> Json | None:
        if len(self._fetched) >= MOST_FETCHES:
            return None
        try:
            answer = fetch(text)
        except CdsHooksError:
            return None
        return answer if isinstance(answer, dict) and answer.get("resourceType") == kind else None


def _read_literal(reference: object) -> str:
    value = read_object(reference).get("reference")
    return value.strip() if isinstance(value, str) else ""


def _read_identifier(value: object) -> str:
    """`system|value` of a business identifier, as nl-core refers by; empty without both."""
    raw = read_object(value)
    system, identifier = read_text(raw.get("system")), read_text(raw.get("value"))
    return f"{system}|{identifier}" if system and identifier else ""


def _find_contained(text: str, holder: Mapping[str, Any]) -> Json | None:
    for resource in read_objects(holder.get("contained")):
        if read_text(resource.get("id")).lstrip("#") == text[1:]:
            return resource
    return None


def _index_resources(bundle: Mapping[str, Any], deliveries: Iterable[Delivery]) -> dict[str, Json]:
    """The draft Bundle goes before what was delivered: it is the newer state."""
    index: dict[str, Json] = {}
    for resource in (r for delivery in deliveries if delivery.key != "observations" for r in delivery.resources):
        index[compose_reference(resource)] = resource
        if "identifier" in resource:
            index.update((_read_identifier(identifier), resource) for identifier in read_objects(resource["identifier"]))
    for entry in read_objects(bundle.get("entry")):
        if resource := read_object(entry.get("resource")):
            index[compose_reference(resource)] = resource
            index[read_text(entry.get("fullUrl"))] = resource
    index.pop("", None)
    return index
