"""Finds the wanted ones among thousands of Observations on the raw JSON, and reads an analyte's only when it is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from cds_hooks.chart.records import CodedObservation, Measurement, ReadingNote
from cds_hooks.fhir.reading.coded import bring_coded_together, read_coded
from cds_hooks.fhir.reading.context import Notebook, NotUsed
from cds_hooks.fhir.reading.measurements import bring_together, read_measurement
from cds_hooks.fhir.reading.plain_measurements import read_plain
from cds_hooks.fhir.reading.resource import Desk, Resource
from cds_hooks.fhir.reading.shapes import Json, read_object, read_objects, read_text
from cds_hooks.fhir.skimming import Codings, UnreadEntries
from cds_hooks.hooks.unread import read_all
from cds_hooks.knowledge.vocabulary import Vocabulary

INPUT = "observations"

R = TypeVar("R")


class Wanted(NamedTuple):
    """An Observation, the part of it (itself or a component) that holds a wanted code, and that code."""

    raw: Json
    part: Json
    code: str


class StillUnread(NamedTuple):
    """The entry of an Observation that is not read yet, and the wanted code that it holds."""

    entry: bytes
    code: str


#: Where Observations of one analyte or topic are put, and the code that says so.
Place = tuple[list[Wanted | StillUnread], str]


class WantedObservations(NamedTuple):
    """Observations by analyte and by topic."""

    measured: Mapping[str, list[Wanted | StillUnread]]
    coded: Mapping[str, list[Wanted | StillUnread]]


class ReadWhenAsked(Mapping[str, tuple[R, ...]], Generic[R]):
    """Records by name, each name's read when it is first asked for: most analytes are not, in most calls."""

    def __init__(
        self,
        wanted: Mapping[str, list[Wanted | StillUnread]],
        read: Callable[[str, list[Wanted | StillUnread]], tuple[R, ...]],
    ) -> None:
        self._wanted = wanted
        self._read = read
        self._known: dict[str, tuple[R, ...]] = {}

    def __getitem__(self, name: str) -> tuple[R, ...]:
        if name not in self._known:
            self._known[name] = self._read(name, self._wanted[name])
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._wanted

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._wanted))

    def __len__(self) -> int:
        return len(self._wanted)


def find_wanted(resources: Iterable[Json], vocabulary: Vocabulary, unread: UnreadEntries) -> WantedObservations:
    """Sorts raw Observations by the analytes and topics of their codes; all others cost one look at the code."""
    found = WantedObservations(defaultdict(list), defaultdict(list))
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
            place += [StillUnread(entry, code) for entry in entries]
    return WantedObservations(dict(found.measured), dict(found.coded))


def read_now(found: Sequence[Wanted | StillUnread]) -> list[Wanted]:
    """All of them read, the unread ones in one go."""
    read = [one for one in found if isinstance(one, Wanted)]
    unread = [one for one in found if isinstance(one, StillUnread)]
    for one, entry in zip(unread, read_all([one.entry for one in unread]), strict=True):
        raw = entry["resource"]
        read.append(Wanted(raw, raw, one.code))
    return read


def read_measured(desk: Desk, wanted: WantedObservations) -> tuple[Mapping[str, tuple[Measurement, ...]], Notebook]:
    """Measurements by analyte, newest first, read when asked for, and the notebook that their notes go to."""
    later = Desk(desk.context, desk.shelf, Notebook())

    def read(name: str, found: list[Wanted | StillUnread]) -> tuple[Measurement, ...]:
        return bring_together(_read_analyte(later, name, found))

    return ReadWhenAsked(wanted.measured, read), later.notebook


def _read_analyte(desk: Desk, name: str, found: list[Wanted | StillUnread]) -> list[Measurement]:
    """The ordinary ones straight from their JSON, the others in full."""
    context = desk.context
    analyte = context.vocabulary.analytes[name]
    measured: list[Measurement] = []
    others: list[Wanted | StillUnread] = []
    for one in found:
        plain = read_plain(one.entry, one.code, analyte, context) if isinstance(one, StillUnread) else None
        if plain is None:
            others.append(one)
        else:
            measured.append(plain)
    if others:
        measured += _read_all(desk, name, read_now(others), lambda r, w: read_measurement(r, analyte, w.part, w.code))
    return measured


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
        place.append(Wanted(raw, part, code))


def _find_places(found: WantedObservations, codings: Codings, vocabulary: Vocabulary) -> list[Place]:
    """Under the first of the codes that is an analyte's, and under the first that is a topic's."""
    analyte = topic = None
    places: list[Place] = []
    for written, code in codings:
        system = vocabulary.systems.get(written, written)
        if analyte is None and (analyte := vocabulary.analyte_by_code.get((system, code))):
            places.append((found.measured[analyte], code))
        if topic is None and (topic := vocabulary.topic_by_code.get((system, code))):
            places.append((found.coded[topic], code))
    return places
