"""Finds the wanted ones among thousands of Observations on the raw JSON, and reads those of an analyte or a topic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from cds_hooks.chart.records import CodedObservation, Measurement, ReadingNote
from cds_hooks.fhir.reading.coded import bring_coded_together, read_coded
from cds_hooks.fhir.reading.context import NotUsed
from cds_hooks.fhir.reading.measurements import read_measurement
from cds_hooks.fhir.reading.plain_measurements import read_plain
from cds_hooks.fhir.reading.resource import Desk, Resource
from cds_hooks.fhir.reading.shapes import Json, read_object, read_objects, read_text
from cds_hooks.fhir.skimming import Codings, UnreadEntries
from cds_hooks.hooks.unread import read_all
from cds_hooks.knowledge.vocabulary import Vocabulary
from cds_hooks.record import Record

INPUT = "observations"

R = TypeVar("R")


class Wanted(Record):
    """An Observation, the part of it (itself or a component) that holds a wanted code, and that code."""

    raw: Json
    part: Json
    code: str


class StillUnread(Record):
    """The entries of Observations that are not read yet, and the wanted code that all of them hold."""

    entries: Sequence[bytes]
    code: str


class Found:
    """The Observations of one analyte or topic."""

    __slots__ = ("read", "unread")

    def __init__(self, unread: Iterable[StillUnread] = ()) -> None:
        self.read: list[Wanted] = []
        self.unread = list(unread)


#: Where Observations of one analyte or topic are put, and the code that says so.
Place = tuple[Found, str]


class WantedObservations(Record):
    """Observations by analyte and by topic."""

    measured: Mapping[str, Found]
    coded: Mapping[str, Found]


def find_wanted(resources: Iterable[Json], vocabulary: Vocabulary, unread: UnreadEntries) -> WantedObservations:
    """Sorts raw Observations by the analytes and topics of their codes; all others cost one look at the code."""
    found = WantedObservations(defaultdict(Found), defaultdict(Found))
    codes = vocabulary.observed_codes
    for raw in resources:
        try:
            for coding in raw["code"]["coding"]:
                if coding["code"] in codes:
                    _sort_part(found, raw, raw, vocabulary)
                    break
        except (KeyError, TypeError):
            _sort_part(found, raw, raw, vocabulary)
        if "component" in raw:
            for part in read_objects(raw["component"]):
                _sort_part(found, raw, part, vocabulary)
    for codings, entries in unread.items():
        for place, code in _find_places(found, codings, vocabulary):
            place.unread.append(StillUnread(entries, code))
    return WantedObservations(dict(found.measured), dict(found.coded))


def read_now(found: Found) -> list[Wanted]:
    """All of them, read."""
    return [*found.read, *[wanted for unread in found.unread for wanted in _read_entries(unread.entries, unread.code)]]


def _read_entries(entries: Sequence[bytes], code: str) -> list[Wanted]:
    return [Wanted(entry["resource"], entry["resource"], code) for entry in read_all(entries)]


def read_analyte(desk: Desk, name: str, found: Found, from_day: str = "") -> tuple[list[Measurement], list[StillUnread]]:
    """The ordinary ones straight from their JSON, the others in full; ordinary ones of before `from_day` are left unread."""
    analyte = desk.context.vocabulary.analytes[name]
    measured: list[Measurement] = []
    left: list[StillUnread] = []
    others = found.read
    for unread in found.unread:
        plainly = read_plain(unread.entries, unread.code, analyte=analyte, context=desk.context, from_day=from_day)
        measured += plainly.measured
        if plainly.others:
            others = others + _read_entries(plainly.others, unread.code)
        if plainly.older:
            left.append(StillUnread(plainly.older, unread.code))
    if others:
        measured += _read_all(desk, name, others, lambda r, w: read_measurement(r, analyte, w.part, w.code))
    return measured, left


def read_answered(desk: Desk, wanted: WantedObservations) -> Mapping[str, tuple[CodedObservation, ...]]:
    """Coded observations by topic, newest first."""
    return {
        topic: bring_coded_together(_read_all(desk, topic, read_now(found), lambda r, w: read_coded(r, topic, w.part, w.code)))  # noqa: B023
        for topic, found in sorted(wanted.coded.items())
    }


def _read_all(desk: Desk, name: str, found: list[Wanted], read: Callable[[Resource, Wanted], R | None]) -> list[R]:
    """The records of an analyte or topic; what cannot be used of it, whichever member is at fault, is noted under its name."""
    records: list[R] = []
    for wanted in found:
        resource = Resource(wanted.raw, INPUT, None, desk)
        try:
            record = read(resource, wanted)
        except NotUsed as problem:
            date = read_text(resource.first("effectiveDateTime", "effectiveInstant"))
            desk.notebook.add(ReadingNote(INPUT, problem.reason, resource.reference, name, date))
            continue
        if record is not None:
            records.append(record)
    return records


def _sort_part(found: WantedObservations, raw: Json, part: Json, vocabulary: Vocabulary) -> None:
    codings = read_objects(read_object(part.get("code")).get("coding"))
    written = tuple([(read_text(coding.get("system")), read_text(coding.get("code"))) for coding in codings])
    for place, code in _find_places(found, written, vocabulary):
        place.read.append(Wanted(raw, part, code))


def _find_places(found: WantedObservations, codings: Codings, vocabulary: Vocabulary) -> list[Place]:
    """Under the first of the codes that is an analyte's, and under the first that is a topic's."""
    analyte = topic = None
    places: list[Place] = []
    for written, code in codings:
        whole = (vocabulary.systems.get(written, written), code)
        if analyte is None and (analyte := vocabulary.analyte_by_code.get(whole)):
            places.append((found.measured[analyte], code))
        if topic is None and (topic := vocabulary.topic_by_code.get(whole)):
            places.append((found.coded[topic], code))
    return places
