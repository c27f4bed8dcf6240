"""Kidney function from creatinine: clearance by Cockcroft-Gault, filtration by CKD-EPI, and de-indexing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cds_hooks.clinical.guards import require_positive

UMOL_L_PER_MG_DL = Decimal("88.4")
REFERENCE_SURFACE_M2 = Decimal("1.73")

#: Cockcroft-Gault reaches nought here; above it the formula has no meaning.
COCKCROFT_GAULT_AGE_LIMIT = 140


def compute_cockcroft_gault(*, age_years: Decimal | int, weight_kg: Decimal, creatinine_umol_l: Decimal, female: bool) -> Decimal:
    """Creatinine clearance in mL/min: (140 - age) x kg / (72 x mg/dL), times 0.85 in women (Nephron 1976;16:31).

    One division, at the end, so that a clearance of exactly 30, 50 or 60 compares as equal. Raises ValueError unless age,
    weight and creatinine are positive and the age is under 140.
    """
    age = require_positive("age", age_years)
    weight = require_positive("weight", weight_kg)
    creatinine = require_positive("creatinine", creatinine_umol_l)
    if age >= COCKCROFT_GAULT_AGE_LIMIT:
        raise ValueError("age must be under 140 years")
    dividend = (COCKCROFT_GAULT_AGE_LIMIT - age) * weight * UMOL_L_PER_MG_DL
    if female:
        dividend *= Decimal("0.85")
    return dividend / (72 * creatinine)


@dataclass(frozen=True, slots=True)
class _CkdEpi:
    """Coefficients of one CKD-EPI creatinine equation for one sex; `knot` is in mg/dL."""

    scale: float
    knot: float
    below: float
    above: float
    per_year: float


_OF_2021 = {
    True: _CkdEpi(scale=142 * 1.012, knot=0.7, below=-0.241, above=-1.200, per_year=0.9938),
    False: _CkdEpi(scale=142, knot=0.9, below=-0.302, above=-1.200, per_year=0.9938),
}
_OF_2009 = {
    True: _CkdEpi(scale=141 * 1.018, knot=0.7, below=-0.329, above=-1.209, per_year=0.993),
    False: _CkdEpi(scale=141, knot=0.9, below=-0.411, above=-1.209, per_year=0.993),
}


def compute_ckd_epi_2021(*, age_years: Decimal | int, creatinine_umol_l: Decimal, female: bool) -> Decimal:
    """Filtration in mL/min/1.73 m2, without race (Inker and others, N Engl J Med 2021;385:1737). Adults.

    Raises ValueError unless age and creatinine are positive.
    """
    return _apply(_OF_2021[female], age_years, creatinine_umol_l)


def compute_ckd_epi_2009(*, age_years: Decimal | int, creatinine_umol_l: Decimal, female: bool) -> Decimal:
    """Filtration in mL/min/1.73 m2, its race term left out (Levey and others, Ann Intern Med 2009;150:604). Adults.

    Raises ValueError unless age and creatinine are positive.
    """
    return _apply(_OF_2009[female], age_years, creatinine_umol_l)


def deindex(*, rate_per_173: Decimal, body_surface_m2: Decimal) -> Decimal:
    """mL/min from mL/min/1.73 m2, for a body of this surface. Raises ValueError unless both are positive."""
    rate = require_positive("filtration rate", rate_per_173)
    surface = require_positive("body surface", body_surface_m2)
    return rate * surface / REFERENCE_SURFACE_M2


def _apply(equation: _CkdEpi, age_years: Decimal | int, creatinine_umol_l: Decimal) -> Decimal:
    age = float(require_positive("age", age_years))
    creatinine = float(require_positive("creatinine", creatinine_umol_l) / UMOL_L_PER_MG_DL)
    ratio = creatinine / equation.knot
    bend: float = ratio ** (equation.below if ratio < 1 else equation.above)
    return Decimal(str(equation.scale * bend * equation.per_year**age))
