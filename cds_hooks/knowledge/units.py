"""Units of measurement of `cards/analytes.yaml`: an allow-list whose factors a UCUM library computes once, at load."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from ucumvert import PintUcumRegistry

_ANNOTATION_ALONE = re.compile(r"\{[^{}]*\}\Z")
_SPACES = re.compile(r"\s+")
_LONGEST_FACTOR = 10


class UnitError(ValueError):
    """A unit that is no UCUM, or that cannot be brought to the other one. The message is `what; what would be right`."""


def fold_unit(text: str) -> str:
    """How spellings of a unit are compared: without case and spaces, both micro signs as `u`."""
    return _SPACES.sub("", text.casefold()).replace("μ", "u").replace("×", "x")


def compute_factors(unit: str, codes: Mapping[str, tuple[str, ...]], molar: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Factor to `unit` for every allowed UCUM code and each of its other spellings.

    Units of one dimension: computed by ucumvert and pint, which read nothing but this list (they take `K/uL` for kelvin).
    Mass to amount of substance: by the explicit factors of `molar`, per unit that they name. Raises UnitError.
    """
    factors: dict[str, Decimal] = {}
    for code, spellings in codes.items():
        factor = _compute_factor(code, unit, molar)
        for spelling in (code, *spellings):
            _add(factors, spelling, factor)
    for spelling in tuple(factors):
        factors.setdefault(fold_unit(spelling), factors[spelling])
    return factors


def convert_same_dimension(code: str, unit: str) -> Decimal | None:
    """Exact factor from one UCUM code to another of its dimension; None where the dimensions differ. Raises UnitError."""
    if code == unit:
        return Decimal(1)
    source, target = _read_ucum(code), _read_ucum(unit)
    if source.dimensionality != target.dimensionality:
        return None
    return _read_exact(float(source.to(target.units).magnitude) / float(target.magnitude), code, unit)


def _compute_factor(code: str, unit: str, molar: Mapping[str, Decimal]) -> Decimal:
    if code in molar:
        return molar[code]
    if (factor := convert_same_dimension(code, unit)) is not None:
        return factor
    for bridge, per_bridge in molar.items():
        if (factor := convert_same_dimension(code, bridge)) is not None:
            return factor * per_bridge
    raise UnitError(f"unit '{code}' cannot be brought to '{unit}'; give its factor under 'molar'")


def _add(factors: dict[str, Decimal], spelling: str, factor: Decimal) -> None:
    """A spelling may stand for one factor only, also when case and spaces are ignored."""
    for known, other in factors.items():
        if fold_unit(known) == fold_unit(spelling) and other != factor:
            raise UnitError(f"'{spelling}' and '{known}' look alike and differ in size; keep one of them")
    factors[spelling] = factor


@cache
def _get_registry() -> Any:
    return PintUcumRegistry()


@cache
def _read_ucum(code: str) -> Any:
    if code == "1" or _ANNOTATION_ALONE.match(code):
        return _get_registry().Quantity(1)
    try:
        return 1 * _get_registry().from_ucum(code)
    except Exception:
        # ucumvert lets errors of its parser and of pint through, of many kinds; all mean the same here.
        raise UnitError(f"'{code}' is not UCUM; write the UCUM code here and other spellings behind it") from None


def _read_exact(value: float, code: str, unit: str) -> Decimal:
    """Binary noise off; a factor without a short decimal form would make limits inexact, so it has to be written out."""
    factor = Decimal(f"{value:.13g}").normalize()
    if len(factor.as_tuple().digits) > _LONGEST_FACTOR:
        raise UnitError(f"the factor from '{code}' to '{unit}' is not a short decimal; give it under 'molar'")
    return Decimal(f"{factor:f}")
