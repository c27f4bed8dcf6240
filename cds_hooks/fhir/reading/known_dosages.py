"""Dosages that go the same for every patient, read once: those that name no date and belong to no cycle of their order."""

from __future__ import annotations

from typing import NamedTuple

from cds_hooks.chart.concept import NO_CONCEPT, Concept
from cds_hooks.clinical.dosage import DosageLine
from cds_hooks.fhir.reading.dosages import read_dosages, read_route
from cds_hooks.fhir.reading.plain import STUMBLES, has_bounds, is_plain_dosage
from cds_hooks.fhir.reading.recall import compose_blank, recall
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.knowledge.vocabulary import Vocabulary


class KnownDosages(NamedTuple):
    """`dosageInstruction` or `dosage` as it reads without a note; `is_bounded` where a line says for how long."""

    lines: tuple[DosageLine, ...]
    route: Concept
    is_bounded: bool


_NO_DOSAGES = KnownDosages((), NO_CONCEPT, is_bounded=False)


def recall_dosages(resource: Resource, written: object) -> KnownDosages | None:
    """The dosages of an entry as `read_dosages` reads them; None for those that are not plain, or not kept in mind."""
    if written is None:
        return _NO_DOSAGES
    if "modifierExtension" in resource.raw:
        return None
    return recall(_read_known, resource.desk.context.vocabulary, written)


def _read_known(vocabulary: Vocabulary, written: object) -> KnownDosages | None:
    try:
        if not is_plain_dosage(written):
            return None
    except STUMBLES:
        return None
    resource = compose_blank(vocabulary)
    known = KnownDosages(read_dosages(resource, written), read_route(resource, written), has_bounds(written))
    return None if resource.desk.notebook.list_notes() else known
