"""Dosages that go the same for every patient, read once: those that name no date and belong to no cycle of their order."""

from __future__ import annotations

from dataclasses import replace

from cds_hooks.chart.concept import NO_CONCEPT, Concept
from cds_hooks.clinical.dosage import DosageLine
from cds_hooks.fhir.reading.dosages import read_dosages, read_route
from cds_hooks.fhir.reading.plain import STUMBLES, has_bounds, is_plain_dosage
from cds_hooks.fhir.reading.recall import compose_blank, recall
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json
from cds_hooks.fhir.reading.timings import read_bounds
from cds_hooks.knowledge.vocabulary import Vocabulary
from cds_hooks.record import Record, change


class KnownDosages(Record):
    """`dosageInstruction` or `dosage` as it reads; `is_bounded` where a line says for how long, `has_dates` where by dates."""

    lines: tuple[DosageLine, ...]
    route: Concept
    is_bounded: bool
    has_dates: bool = False


_NO_DOSAGES = KnownDosages((), NO_CONCEPT, is_bounded=False)


def recall_dosages(resource: Resource, written: object) -> KnownDosages | None:
    """Dosages as `read_dosages` reads them where no cycle of the order tells more; None for those that are not plain, or not kept
    in mind."""
    return recall(_read_known, resource.desk.context.vocabulary, written)


def read_known_dosages(resource: Resource, written: object) -> KnownDosages | None:
    """The dosages of an entry by what is kept in mind, None where they have to be read anew. Bounds by dates are read, and what
    cannot be read of those is noted."""
    if written is None:
        return _NO_DOSAGES
    if "modifierExtension" in resource.raw:
        return None
    known = recall(_read_known, resource.desk.context.vocabulary, written)
    return known if known is not None or not isinstance(written, list) else _read_lines(resource, written)


def _read_lines(resource: Resource, written: list[object]) -> KnownDosages | None:
    lines: list[DosageLine] = []
    route = NO_CONCEPT
    for raw in written:
        found = _read_line(resource, raw) if isinstance(raw, dict) else None
        if found is None:
            return None
        lines += found.lines
        route = route if route != NO_CONCEPT else found.route
    return KnownDosages(tuple(sorted(lines, key=lambda line: line.sequence or 0)), route, is_bounded=True, has_dates=True)


def _read_line(resource: Resource, raw: Json) -> KnownDosages | None:
    timing = raw.get("timing")
    if not (isinstance(timing, dict) and isinstance(repeat := timing.get("repeat"), dict) and "boundsPeriod" in repeat):
        return recall_dosages(resource, [raw])
    others = {member: value for member, value in repeat.items() if member != "boundsPeriod"}
    known = recall_dosages(resource, [{**raw, "timing": {**timing, "repeat": others}}])
    if known is None:
        return None
    (line,) = known.lines
    assert line.timing is not None  # It is read of a plain one.
    start, end = read_bounds(resource, repeat)
    return change(known, lines=(replace(line, timing=replace(line.timing, bounds_start=start, bounds_end=end)),))


def _read_known(vocabulary: Vocabulary, written: object) -> KnownDosages | None:
    try:
        if not is_plain_dosage(written):
            return None
    except STUMBLES:
        return None
    resource = compose_blank(vocabulary)
    known = KnownDosages(read_dosages(resource, written), read_route(resource, written), has_bounds(written))
    return None if resource.desk.notebook.list_notes() else known
