"""The strength of a product as a name says it: "lenalidomide 25 MG Oral Capsule", "PROLIA INJVLST 60MG/ML WWSP 1ML"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from cds_hooks.fhir.reading.quantities import mg_of_unit

#: Longer names are not searched: no product is called so.
_LONGEST_NAME = 500

_NUMBER = r"\d{1,7}(?:[.,]\d{1,4})?"
_AMOUNT = re.compile(
    rf"(?<![\d.,])(?P<number>{_NUMBER})[\s-]?(?P<unit>mg|milligrams?|mcg|ug|[µμ]g|microgram|gram|g)\b"
    rf"(?:\s*(?:/|\bper\b)\s*(?P<per_number>{_NUMBER})?\s*(?P<per>[a-z²0-9]+)?)?",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_VOLUME = re.compile(rf"(?<![\d.,])(?P<number>{_NUMBER})\s*ml\b", re.IGNORECASE)
_JOINED = re.compile(r"\d\s*(?:[-–/+&x]|\ben\b|\band\b)\s*$", re.IGNORECASE)
_PER = re.compile(r"(?:/|\bper\b)\s*$", re.IGNORECASE)

# fmt: off
_PIECES = frozenset((
    "capsule", "capsules", "caps", "cap", "tablet", "tabletten", "tablets", "tabl", "tab", "stuk", "st",
    "piece", "pill", "syringe", "spuit", "wegwerpspuit", "vial", "flacon", "pen", "dose", "dosis", "each", "ea",
))
# fmt: on
_CONTAINER = re.compile(r"\b(?:\w*spuit|wwsp|\w*syringe|flacon|fl|vial|pen|\w*injector|ampul|ampoule|inj\w*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Strength:
    """What one name says. `per_piece` is mg in one capsule or syringe; several where the name holds several amounts.
    `is_doubtful` marks a name whose amounts cannot be read for sure ("5/20 mg", "1.000 mg")."""

    per_piece: tuple[Decimal, ...] = ()
    per_ml: tuple[Decimal, ...] = ()
    is_doubtful: bool = False


NO_STRENGTH = Strength()


@lru_cache(maxsize=4096)  # Names of products: few, and the same for every patient.
def read_strength(name: str) -> Strength:
    """The strength that a product's name or text holds."""
    if len(name) > _LONGEST_NAME or not _DIGIT.search(name):
        return NO_STRENGTH
    found = [_read_amount(name, match) for match in _AMOUNT.finditer(name)]
    per_ml = tuple(sorted({amount for strength in found for amount in strength.per_ml}))
    pieces = {amount for strength in found for amount in strength.per_piece}
    if len(per_ml) == 1 and not pieces:
        pieces = {per_ml[0] * volume for volume in _find_volumes(name)}
    return Strength(tuple(sorted(pieces)), per_ml, any(strength.is_doubtful for strength in found))


def join_strengths(strengths: Iterable[Strength]) -> Strength:
    """What several names of one product say together."""
    held = list(strengths)
    return Strength(
        tuple(sorted({amount for strength in held for amount in strength.per_piece})),
        tuple(sorted({amount for strength in held for amount in strength.per_ml})),
        any(strength.is_doubtful for strength in held),
    )


def _read_amount(name: str, match: re.Match[str]) -> Strength:
    number = _read_number(match["number"])
    if number is None or _JOINED.search(name[: match.start()]):
        return Strength(is_doubtful=True)
    mg = number * (mg_of_unit(match["unit"]) or 0)
    per = (match["per"] or "").lower()
    has_divisor = bool(match["per"] or match["per_number"]) or match[0].rstrip().endswith("/")
    if not has_divisor or per in _PIECES:
        return Strength(per_piece=(mg,))
    if per != "ml":
        return Strength(is_doubtful=True)
    volume = _read_number(match["per_number"]) if match["per_number"] else Decimal(1)
    if not volume:
        return Strength(is_doubtful=True)
    return Strength((mg,) if match["per_number"] and _CONTAINER.search(name) else (), (mg / volume,))


def _find_volumes(name: str) -> set[Decimal]:
    """The volumes that stand alone ("1.7 ML", not the one of "mg/1.7 ml")."""
    alone = (match for match in _VOLUME.finditer(name) if not _PER.search(name[: match.start()]))
    return {volume for match in alone if (volume := _read_number(match["number"]))}


def _read_number(text: str) -> Decimal | None:
    """A number with a decimal point or comma, above 0; None for "1.000", which may be a thousand."""
    whole, _, fraction = text.replace(",", ".").partition(".")
    if len(fraction) == 3 and whole.strip("0"):
        return None
    return Decimal(f"{whole}.{fraction}") or None
