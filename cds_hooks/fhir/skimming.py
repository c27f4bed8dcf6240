"""Looks through unread Observations for those that somebody may ask for: of thousands in a long record, few need be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Literal

from msgspec import UNSET, Raw, Struct, UnsetType, ValidationError
from msgspec.json import Decoder

from cds_hooks.fhir.references import compose_known_subjects, is_of_patient
from cds_hooks.hooks.unread import read_all
from cds_hooks.record import Record

#: System and code of each coding of an Observation.
Codings = tuple[tuple[str, str], ...]
#: Entries of ordinary Observations, in JSON, by their codings.
UnreadEntries = Mapping[Codings, Sequence[bytes]]
NONE_UNREAD: UnreadEntries = MappingProxyType({})


class Skimmed(Record):
    """`entries` are read. The others are ordinary Observations of the patient, each with an id that no other entry has: `asked`
    those with a code that may be asked for, `unread` how many there are in all."""

    entries: list[Any]
    asked: UnreadEntries = NONE_UNREAD
    unread: int = 0


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
_resource_of = attrgetter("resource")


def skim_observations(entries: Sequence[bytes], *, patient_id: str, asked_codes: frozenset[str]) -> Skimmed:
    """Tells by `asked_codes` what may be asked for, and reads whatever is not ordinary. The entries are JSON."""
    own = _OwnSubjects(patient_id)
    odd: list[bytes] = []
    identities: list[str] = []
    asked: defaultdict[Codings, list[bytes]] = defaultdict(list)
    for one, entry in zip(_look_at_all(entries), entries, strict=True):
        if one is None or one.component is not UNSET or not own[one.subject.reference]:
            odd.append(entry)
            continue
        identities.append(one.id)
        codings = one.code.coding
        if len(codings) == 1:
            coding = codings[0]
            if coding.code in asked_codes:
                asked[((coding.system, coding.code),)].append(entry)
        elif not asked_codes.isdisjoint([coding.code for coding in codings]):
            asked[tuple([(coding.system, coding.code) for coding in codings])].append(entry)
    read = read_all(odd)
    if _is_told_apart(read, identities, own):
        return Skimmed(read, asked, len(identities))
    return Skimmed(read_all(entries))


def _look_at_all(entries: Sequence[bytes]) -> list[_Observation | None]:
    """What is ordinary of each; all at once, where all are."""
    try:
        return list(map(_resource_of, map(_look_at, entries)))
    except ValidationError:
        return list(map(_find_ordinary, entries))


def _find_ordinary(entry: bytes) -> _Observation | None:
    try:
        return _look_at(entry).resource
    except ValidationError:
        return None


class _OwnSubjects(dict[str, bool]):
    """Whether a reference is to the patient of the call: each is looked at once."""

    def __init__(self, patient_id: str) -> None:
        super().__init__(dict.fromkeys(compose_known_subjects(patient_id), True))
        self._patient_id = patient_id
        self.by_url: set[str] = set()
        """Those that are URLs."""

    def __missing__(self, reference: str) -> bool:
        """Of a reference that was not met before."""
        is_own = not reference.startswith("urn:") and is_of_patient(reference, self._patient_id, {}) is True
        if is_own:
            self.by_url.add(reference)
        self[reference] = is_own
        return is_own


def _is_told_apart(read: Iterable[Any], unread: Sequence[str], own: _OwnSubjects) -> bool:
    """Whether no two entries are copies of one, and none is the resource behind the URL of a subject."""
    identities = set(unread)
    return len(identities) == len(unread) and not any(_bears_on(entry, identities, own.by_url) for entry in read)


def _bears_on(entry: Any, identities: set[str], by_url: set[str]) -> bool:
    if not isinstance(entry, dict):
        return False
    resource, url = entry.get("resource"), entry.get("fullUrl")
    identity = resource.get("id") if isinstance(resource, dict) else None
    return (isinstance(identity, str) and identity in identities) or (isinstance(url, str) and url in by_url)
