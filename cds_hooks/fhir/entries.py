"""Sorts the entries of one prefetch key: what is used, what is left out and named, what shows that something lacks.

Works on the raw JSON and touches each ordinary entry only once, since a record may hold thousands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cds_hooks.chart.records import ReadingNote
from cds_hooks.fhir.bundle import is_failure
from cds_hooks.fhir.copies import choose_copies, compose_content
from cds_hooks.fhir.references import compose_known_subjects, compose_reference, find_subject, is_of_patient
from cds_hooks.hooks.prefetch import RESOURCE_TYPES

#: Types that servers add beside what was asked, and that help to read it: kept, whatever key they came in.
COMPANIONS = frozenset({"Medication", "Practitioner", "PractitionerRole", "Organization", "Substance"})
#: Further types that servers add; neither used nor worth a word.
_BYSTANDERS = frozenset({"Patient", "Encounter", "Location", "RelatedPerson", "Device", "Specimen", "Provenance"})


@dataclass(slots=True)
class SortedEntries:
    """What the entries of one key come to. `own` is of the key's type and of the patient; like `companions` in an order
    that does not depend on the order of entries."""

    own: list[dict[str, Any]] = field(default_factory=list)
    companions: list[dict[str, Any]] = field(default_factory=list)
    notes: set[ReadingNote] = field(default_factory=set)
    others: bool = False
    """Something of another patient was left out."""
    lost: bool = False
    """Something was left out that may have been the patient's: unreadable, nested, or of nobody that can be told."""
    unexpected: bool = False
    """Something of a type that nobody asked for was left out."""
    failed: bool = False
    """An OperationOutcome of severity error or fatal stood among the entries."""
    unread: int = 0
    """How many there are beside these, of the key's type and of the patient, that were not read."""


def sort_entries(key: str, entries: Sequence[Any], *, patient_id: str) -> SortedEntries:
    """Sorts the entries (`{"resource": …}`) of a prefetch key for the patient of the call."""
    found = SortedEntries()
    if not entries:
        return found
    held, others = _take_ordinary_entries(RESOURCE_TYPES[key], entries, compose_known_subjects(patient_id))
    if others:
        _Sorting(key, patient_id, entries=entries, found=found, held=held).run(others)
    found.own = [*map(held.__getitem__, sorted(held)), *found.own]
    return found


def _take_ordinary_entries(
    kind: str, entries: Iterable[Any], known_as_own: frozenset[str]
) -> tuple[dict[str, dict[str, Any]], list[Any]]:
    """The hot loop: an ordinary entry costs a few dictionary look-ups. The resources of those by id, and everything else."""
    held: dict[str, dict[str, Any]] = {}
    others: list[Any] = []
    subject = "patient" if kind in ("AllergyIntolerance", "Consent") else "subject"
    for entry in entries:
        try:
            resource = entry["resource"]
            identity = resource["id"]
            if (
                resource["resourceType"] == kind
                and resource[subject]["reference"] in known_as_own
                and identity not in held
                and type(identity) is str
            ):
                held[identity] = resource
            else:
                others.append(entry)
        except (KeyError, TypeError, IndexError):
            others.append(entry)
    return held, others


class _Sorting:
    """One run over what is not ordinary; `held` and `_copies` hold what is kept, by what tells it from others."""

    def __init__(
        self, key: str, patient_id: str, *, entries: Sequence[Any], found: SortedEntries, held: dict[str, dict[str, Any]]
    ) -> None:
        self._key = key
        self._kind = RESOURCE_TYPES[key]
        self._patient_id = patient_id
        self._entries = entries
        self._result = found
        self._held = held
        self._copies: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._companions: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._known_as_own: set[str] = set()

    def run(self, entries: Iterable[Any]) -> None:
        """Sorts these of the entries into what was held and what was found."""
        for entry in entries:
            self._take(entry)
        for identity in sorted(self._copies):
            self._choose(identity, self._copies[identity])
        for identity in sorted(self._companions):
            self._result.companions += self._choose_readable(self._companions[identity])

    def _take(self, entry: Any) -> None:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        kind = resource.get("resourceType") if isinstance(resource, dict) else None
        if not isinstance(resource, dict) or not isinstance(kind, str):
            self._lose("no-resource-type" if isinstance(entry, dict) else "unreadable")
        elif kind == "OperationOutcome":
            self._result.failed |= is_failure(resource)
        elif kind == "Bundle":
            self._lose("nested-bundle", resource)
        elif kind == self._kind:
            self._take_expected(resource)
        elif kind in COMPANIONS:
            self._companions[f"{kind}/{self._identify(resource)}"].append(resource)
        elif kind not in _BYSTANDERS and not _is_included(entry):
            self._result.unexpected = True
            self._note("unexpected-type", resource)

    def _take_expected(self, resource: dict[str, Any]) -> None:
        whose = self._is_own(resource)
        if whose is None:
            self._lose("unresolved", resource)
        elif not whose:
            self._result.others = True
            self._note("other-patient", resource)
        else:
            self._copies[self._identify(resource)].append(resource)

    def _is_own(self, resource: dict[str, Any]) -> bool | None:
        if self._key == "patient":
            return resource.get("id") in (None, self._patient_id)
        subject = find_subject(resource)
        if not isinstance(subject, str):
            return is_of_patient(subject, self._patient_id, self._patients_by_url)
        if subject in self._known_as_own:
            return True
        whose = is_of_patient(subject, self._patient_id, self._patients_by_url)
        if whose:
            self._known_as_own.add(subject)
        return whose

    @cached_property
    def _patients_by_url(self) -> dict[str, str]:
        """Ids of the Patient entries by their fullUrl; looked up only if an ordinary reference does not tell."""
        found = {}
        for entry in self._entries:
            resource = entry.get("resource") if isinstance(entry, dict) else None
            url = entry.get("fullUrl") if isinstance(entry, dict) else None
            if isinstance(resource, dict) and resource.get("resourceType") == "Patient" and isinstance(url, str):
                found[url] = str(resource.get("id"))
        return found

    def _identify(self, resource: dict[str, Any]) -> str:
        """The id; without one, the content, so that equal entries still count once."""
        identity = resource.get("id")
        if isinstance(identity, str) and identity:
            return identity
        try:
            return " " + compose_content(resource).decode()
        except ValueError:
            return " "

    def _choose(self, identity: str, copies: list[dict[str, Any]]) -> None:
        if identity in self._held:
            copies = [*copies, self._held.pop(identity)]
        chosen = self._choose_readable(copies)
        if len(chosen) == 1:
            self._held[identity] = chosen[0]
        elif chosen:
            self._result.own += chosen
            self._note("duplicate-id", chosen[0])

    def _choose_readable(self, copies: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(copies) == 1:
            return copies
        try:
            return choose_copies(copies)
        except ValueError:
            self._lose("unreadable", copies[0])
            return []

    def _lose(self, reason: str, resource: Any = None) -> None:
        self._result.lost = True
        self._note(reason, resource)

    def _note(self, reason: str, resource: Any) -> None:
        reference = compose_reference(resource) if isinstance(resource, dict) else ""
        self._result.notes.add(ReadingNote(self._key, reason, reference))


def _is_included(entry: dict[str, Any]) -> bool:
    search = entry.get("search")
    return isinstance(search, dict) and search.get("mode") == "include"
