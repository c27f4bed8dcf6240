"""Resources in the shape of FHIR R5 or STU3, told by their members and brought to that of R4; one of R4 comes back as it is.

No header says which version a record is of, and one record may hold several: each resource is told by members that R4 does not
have. Element names: hl7.org/fhir/R5, /R4, /STU3. What differs in type only (a code for a CodeableConcept, a dose that stands
on the dosage itself, `asNeeded`) is read where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cds_hooks.fhir.reading import r5, stu3
from cds_hooks.fhir.reading.shapes import Json, read_object, read_objects

R4 = "R4"
R5 = "R5"
STU3 = "STU3"

#: Members by which an order is told, whether or not reading asks for them: what is changed must not mix versions.
_R5_ORDER = r5.MEDICINE_SIGNS | {
    "informationSource",
    "device",
    "effectiveDosePeriod",
    "renderedDosageInstruction",
    "reported",
    "statusChanged",
}
_R5_DOSAGE = frozenset({"asNeeded", "asNeededFor"})
_STU3_ORDER = frozenset({"context", "definition"})
_STU3_DOSAGE = frozenset({"doseQuantity", "doseRange", "rateQuantity", "rateRange", "rateRatio"})

Bring = Callable[[Json], Json]

#: Each type with the members that tell a shape other than R4's, and what brings it to R4.
_WAYS: Mapping[str, tuple[tuple[frozenset[str], Bring], ...]] = {
    kind: tuple(ways[kind] for ways in (r5.WAYS, stu3.WAYS) if kind in ways) for kind in r5.WAYS.keys() | stu3.WAYS.keys()
}
#: Of each type the members that all its ways are told by: a resource without any has the shape of R4.
_SIGNS: Mapping[str, frozenset[str]] = {kind: frozenset().union(*(signs for signs, _ in ways)) for kind, ways in _WAYS.items()}
_NO_SIGNS: frozenset[str] = frozenset()


def list_signs(kind: str) -> frozenset[str]:
    """Members that a resource of this type has only in another shape than R4's: without any `bring_to_r4` has nothing to do."""
    return _SIGNS.get(kind, _NO_SIGNS)


def bring_to_r4(raw: Json) -> Json:
    """The resource itself where it has the shape of R4, else a copy that has; members that R4 has too are not overwritten.

    Costs one set comparison where there is nothing to do. Never raises, whatever JSON it is.
    """
    kind = raw.get("resourceType")
    if type(kind) is not str or _SIGNS.get(kind, _NO_SIGNS).isdisjoint(raw):
        return raw
    for signs, bring in _WAYS[kind]:
        if not signs.isdisjoint(raw):
            raw = bring(raw)
    return raw


def find_version(order: Mapping[str, Any]) -> str:
    """R4, R5 or STU3: the version whose shape an order has. R5's CodeableReference tells before anything of STU3's."""
    members = frozenset().union(*read_objects(order.get("dosageInstruction")))
    if not _R5_ORDER.isdisjoint(order) or not _R5_DOSAGE.isdisjoint(members):
        return R5
    if not _STU3_ORDER.isdisjoint(order) or not _STU3_DOSAGE.isdisjoint(members):
        return STU3
    if "agent" in read_object(order.get("requester")) or "allowed" in read_object(order.get("substitution")):
        return STU3
    return R4
