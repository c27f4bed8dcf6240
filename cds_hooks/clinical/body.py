"""Body surface area from height and weight."""

from __future__ import annotations

from decimal import Decimal

from cds_hooks.clinical.guards import require_positive


def compute_mosteller(*, height_cm: Decimal, weight_kg: Decimal) -> Decimal:
    """Body surface in m2: the square root of cm times kg over 3600 (Mosteller, N Engl J Med 1987;317:1098).

    Raises ValueError unless both are positive.
    """
    height = require_positive("height", height_cm)
    weight = require_positive("weight", weight_kg)
    return (height * weight / 3600).sqrt()


def compute_du_bois(*, height_cm: Decimal, weight_kg: Decimal) -> Decimal:
    """Body surface in m2: 0.007184 x cm^0.725 x kg^0.425 (Du Bois and Du Bois, Arch Intern Med 1916;17:863).

    Raises ValueError unless both are positive.
    """
    height = float(require_positive("height", height_cm))
    weight = float(require_positive("weight", weight_kg))
    return Decimal(str(0.007184 * height**0.725 * weight**0.425))
