"""Milligrams of one dose, from the ways in which a dosage line states it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cds_hooks.clinical import names
from cds_hooks.clinical.dosage import DoseAmount, NotComputable
from cds_hooks.record import Record

#: A nanogram and 100 g: beyond any dose of any medicine that a rule here concerns.
LOWEST_DOSE_MG = Decimal("0.000001")
HIGHEST_DOSE_MG = Decimal(100_000)

#: Case counts: UCUM's `Mg` is a megagram.
_MG_PER_UNIT = {
    "mg": Decimal(1),
    "MG": Decimal(1),
    "milligram": Decimal(1),
    "milligrams": Decimal(1),
    "g": Decimal(1000),
    "gram": Decimal(1000),
    "grams": Decimal(1000),
    "ug": Decimal("0.001"),
    "µg": Decimal("0.001"),
    "μg": Decimal("0.001"),
    "mcg": Decimal("0.001"),
    "microgram": Decimal("0.001"),
    "micrograms": Decimal("0.001"),
    "258684004": Decimal(1),  # SNOMED CT: mg
    "258682000": Decimal(1000),  # SNOMED CT: g
    "258685003": Decimal("0.001"),  # SNOMED CT: microgram
}
_MILLILITRES = frozenset({"ml", "milliliter", "milliliters", "millilitre", "millilitres", "258773002"})
_PIECES = frozenset(
    {
        *("1", "piece", "pieces", "{piece}", "stuk", "stuks", "{stuk}"),
        *("capsule", "capsules", "capsule(s)", "cap", "caps", "caps.", "{capsule}", "{capsules}", "{cap}", "{caps}"),
        *("tablet", "tablets", "tablet(s)", "tabletten", "tab", "tabs", "tabl", "tabl.", "tbl", "{tbl}", "{tablet}"),
        *("{tab}", "{tabs}", "{tablets}", "pill", "pills", "{pill}", "{pills}", "harde capsule", "hard capsule"),
        *("syringe", "syringes", "{syringe}", "{syringes}", "prefilled syringe", "pre-filled syringe"),
        *("spuit", "spuiten", "wegwerpspuit", "voorgevulde spuit", "{spuit}"),
        *("732937005", "732936001"),  # SNOMED CT, unit of presentation: capsule, tablet
        *("420692007", "385055001"),  # SNOMED CT, as dose units: capsule, tablet
    }
)


class Content(Record):
    """What a product holds: mg per piece (capsule, tablet, syringe), and mg per mL of a liquid. None: not known."""

    strength_mg: Decimal | None = None
    mg_per_ml: Decimal | None = None


def is_count(unit: str) -> bool:
    """Whether a unit counts pieces of the product (`{capsule}`, `1`, `tablet`, SNOMED CT's unit of presentation)."""
    return unit.strip().casefold() in _PIECES


def find_mg_per_unit(unit: str, content: Content) -> Decimal | NotComputable:
    """Milligrams in one `unit`; a mass, mL of a liquid of known concentration, or a piece of known strength."""
    plain = unit.strip()
    if (factor := _MG_PER_UNIT.get(plain)) is not None:
        return factor
    folded = plain.casefold()
    if folded in _MILLILITRES:
        return _usable(content.mg_per_ml)
    return _usable(content.strength_mg) if folded in _PIECES else names.DOSE_UNIT


def compute_dose_mg(doses: Sequence[DoseAmount], content: Content) -> Decimal | NotComputable:
    """Milligrams of the one dose that all `doseAndRate` entries of a line describe; 0 for a line that says "nothing".

    Entries whose unit cannot be converted are passed over if another can; those that can have to agree. The order of the
    entries makes no difference, to the reason neither.
    """
    amounts = {_convert(dose, content) for dose in doses}
    for obstacle in (names.DOSE_OUT_OF_RANGE, names.DOSE_IS_RANGE):
        if obstacle in amounts:
            return obstacle
    usable = [amount for amount in amounts if isinstance(amount, Decimal)]
    if len(usable) > 1:
        return names.DOSES_DISAGREE
    if usable:
        return usable[0]
    return next((reason for reason in (names.STRENGTH_UNKNOWN, names.DOSE_UNIT) if reason in amounts), names.NO_DOSE)


def _usable(amount: Decimal | None) -> Decimal | NotComputable:
    if amount is None or not amount.is_finite() or not 0 < amount <= HIGHEST_DOSE_MG:
        return names.STRENGTH_UNKNOWN
    return amount


def _convert(dose: DoseAmount, content: Content) -> Decimal | NotComputable:
    if not (dose.low.is_finite() and dose.high.is_finite()) or dose.low < 0 or dose.high > HIGHEST_DOSE_MG * 1000:
        return names.DOSE_OUT_OF_RANGE
    if dose.low != dose.high:
        return names.DOSE_IS_RANGE
    factor = find_mg_per_unit(dose.unit, content)
    if isinstance(factor, NotComputable):
        return factor
    amount = dose.low * factor
    return amount if amount == 0 or LOWEST_DOSE_MG <= amount <= HIGHEST_DOSE_MG else names.DOSE_OUT_OF_RANGE
