"""What few rules ask of a measurement, read of its Observation when it is asked for: reference range, flag, specimen."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from cds_hooks.chart.details import Details, KnownDetails, ReferenceRange
from cds_hooks.chart.remembered import remembered
from cds_hooks.fhir.reading.codes import read_concepts
from cds_hooks.fhir.reading.quantities import Unit, read_unit
from cds_hooks.fhir.reading.references import read_reference
from cds_hooks.fhir.reading.shapes import Json, read_number, read_object, read_objects
from cds_hooks.hooks.unread import read_all
from cds_hooks.knowledge.vocabulary import Analyte

_FLAGS: Mapping[str, str] = {
    **dict.fromkeys(("L", "LL", "LU"), "low"),
    **dict.fromkeys(("H", "HH", "HU"), "high"),
    "N": "normal",
}


def _tell(details: Details) -> tuple[ReferenceRange, str, str]:
    """By this they are the same or not, wherever it was read."""
    return details.reference_range, details.flag, details.sample


class WrittenDetails:
    """Those of an Observation whose `part` (itself or a component) holds the value. None of them is ever noted."""

    def __init__(self, analyte: Analyte, systems: Mapping[str, str], raw: Json, part: Json) -> None:
        self._analyte = analyte
        self._systems = systems
        self._raw = raw
        self._part = part

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WrittenDetails | KnownDetails) and _tell(self) == _tell(other)

    def __hash__(self) -> int:
        return hash(_tell(self))

    @remembered
    def reference_range(self) -> ReferenceRange:
        """The one reference range; none where several are given that differ (by age, by phase)."""
        unit = read_unit(read_object(self._part.get("valueQuantity")), self._systems)
        ranges = {
            (self._convert_limit(raw.get("low"), unit), self._convert_limit(raw.get("high"), unit))
            for raw in read_objects(self._part.get("referenceRange"))
        } - {(None, None)}
        return next(iter(ranges)) if len(ranges) == 1 else (None, None)

    @remembered
    def flag(self) -> str:
        """The one flag among the interpretations."""
        concepts = read_concepts(self._part.get("interpretation"), self._systems)
        flags = {_FLAGS[c.code] for concept in concepts for c in concept.codings if c.code in _FLAGS}
        return flags.pop() if len(flags) == 1 else ""

    @remembered
    def sample(self) -> str:
        """The reference of the specimen."""
        return read_reference(self._raw.get("specimen"))

    def _convert_limit(self, value: object, unit: Unit) -> Decimal | None:
        raw = read_object(value)
        number = read_number(raw.get("value"))
        if number is None:
            return None
        own = read_unit(raw, self._systems)
        used = own if own.shown() else unit
        return self._analyte.convert(number, used.code, used.text)


class UnreadDetails(WrittenDetails):
    """Those of an Observation that is still unread."""

    def __init__(self, analyte: Analyte, systems: Mapping[str, str], entry: bytes) -> None:
        self._analyte = analyte
        self._systems = systems
        self._entry = entry

    @remembered
    def _raw(self) -> Json:
        resource: Json = read_all([self._entry])[0]["resource"]
        return resource

    @remembered
    def _part(self) -> Json:
        return self._raw
