"""Looks through unread Observations for those that somebody may ask for: of thousands in a long record, few need be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from msgspec import UNSET, Raw, Struct, UnsetType, ValidationError
from msgspec.json import Decoder

from cds_hooks.fhir.references import compose_known_subjects, is_of_patient
from cds_hooks.hooks.unread import read_all


@dataclass(frozen=True, slots=True)
class Skimmed:
    """`entries` are read. The others are ordinary Observations of the patient, each with an id that no other entry has: `asked`
    those with a code that may be asked for, `unasked` how many have none."""

    entries: list[Any]
    asked: tuple[UnreadObservation, ...] = ()
    unasked: int = 0


#: System and code of each coding of an Observation.
Codings = tuple[tuple[str, str], ...]


class UnreadObservation(NamedTuple):
    """The entry of an ordinary Observation, in JSON."""

    entry: bytes
    codings: Codings


class _Coding(Struct, gc=False):
    code: str
    system: str = ""


class _Code(Struct, gc=False):
    coding: list[_Coding]


class _Subject(Struct, gc=False):
    reference: str


class _Observation(Struct, rename="camel", gc=False):
    resource_type: Literal["Observation"]
    id: str
    subject: _Subject
    code: _Code
    component: Raw | UnsetType = UNSET


class _Entry(Struct, gc=False):
    resource: _Observation


_look_at = Decoder(_Entry).decode


def skim_observations(entries: Sequence[bytes], *, patient_id: str, asked_codes: frozenset[str]) -> Skimmed:
    """Tells by `asked_codes` what may be asked for, and reads whatever is not ordinary. The entries are JSON."""
    seen = _look_at_all(entries)
    own, by_url = _find_own_subjects(seen, patient_id)
    odd: list[bytes] = []
    asked: list[UnreadObservation] = []
    identities: list[str] = []
    for one, entry in zip(seen, entries, strict=True):
        if one is None or one.component is not UNSET or one.subject.reference not in own:
            odd.append(entry)
            continue
        identities.append(one.id)
        codings = one.code.coding
        if not (codings[0].code in asked_codes if len(codings) == 1 else _is_any_asked(codings, asked_codes)):
            continue
        asked.append(UnreadObservation(entry, tuple([(coding.system, coding.code) for coding in codings])))
    read = read_all(odd)
    if _is_told_apart(read, identities, by_url):
        return Skimmed(read, tuple(asked), len(identities) - len(asked))
    return Skimmed(read_all(entries))


def _look_at_all(entries: Sequence[bytes]) -> list[_Observation | None]:
    """What is ordinary of each; all at once, where all are."""
    try:
        return [entry.resource for entry in map(_look_at, entries)]
    except ValidationError:
        return list(map(_find_ordinary, entries))


def _find_ordinary(entry: bytes) -> _Observation | None:
    try:
        return _look_at(entry).resource
    except ValidationError:
        return None


def _is_any_asked(codings: Sequence[_Coding], asked_codes: frozenset[str]) -> bool:
    return not asked_codes.isdisjoint([coding.code for coding in codings])


def _find_own_subjects(seen: Iterable[_Observation | None], patient_id: str) -> tuple[frozenset[str], frozenset[str]]:
    """The references to the patient of the call, and those of them that are URLs."""
    known = compose_known_subjects(patient_id)
    met = {one.subject.reference for one in seen if one is not None} - known
    by_url = frozenset(each for each in met if not each.startswith("urn:") and is_of_patient(each, patient_id, {}))
    return known | by_url, by_url


def _is_told_apart(read: Iterable[Any], unread: Sequence[str], by_url: frozenset[str]) -> bool:
    """Whether no two entries are copies of one, and none is the resource behind the URL of a subject."""
    identities = set(unread)
    return len(identities) == len(unread) and not any(_bears_on(entry, identities, by_url) for entry in read)


def _bears_on(entry: Any, identities: set[str], by_url: frozenset[str]) -> bool:
    if not isinstance(entry, dict):
        return False
    resource, url = entry.get("resource"), entry.get("fullUrl")
    identity = resource.get("id") if isinstance(resource, dict) else None
    return (isinstance(identity, str) and identity in identities) or (isinstance(url, str) and url in by_url)
