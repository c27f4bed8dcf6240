"""Total calcium corrected for albumin."""

from __future__ import annotations

from decimal import Decimal

from cds_hooks.clinical.guards import require_positive

PER_GRAM_OF_ALBUMIN = Decimal("0.02")
USUAL_ALBUMIN_G_L = Decimal(40)


def compute_corrected_calcium(*, total_mmol_l: Decimal, albumin_g_l: Decimal) -> Decimal:
    """Calcium in mmol/L as it would be at 40 g/L of albumin: total + 0.02 x (40 - albumin).

    Exact. Payne and others, Br Med J 1973;4:643, in SI units. Raises ValueError unless both are positive.
    """
    total = require_positive("calcium", total_mmol_l)
    albumin = require_positive("albumin", albumin_g_l)
    return total + PER_GRAM_OF_ALBUMIN * (USUAL_ALBUMIN_G_L - albumin)
