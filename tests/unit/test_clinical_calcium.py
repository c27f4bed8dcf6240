"""Corrected calcium against a published worked example, and by hand."""

from decimal import Decimal

import pytest

from cds_hooks.clinical.calcium import compute_corrected_calcium

D = Decimal


def test_corrected_calcium_gives_the_published_worked_example():
    # theguidewire.net/cases_questions/how-can-the-affect-of-albumin-levels-be-accounted-for: 1.83 + 0.02 x (40 - 26) = 2.11.
    # (Its sentence says 1.876 measured; its calculation uses 1.83.)
    assert compute_corrected_calcium(total_mmol_l=D("1.83"), albumin_g_l=D(26)) == D("2.11")


def test_corrected_calcium_agrees_with_a_worked_example_in_milligrams():
    # theprimecalculator.com/health/corrected-calcium/formula: 8.5 mg/dL at 3.0 g/dL is 9.3 mg/dL; x 0.2495 mmol/L per mg/dL.
    # The two forms of the formula differ by their rounding: 0.8 mg/dL is 0.1996 mmol/L, not 0.20.
    corrected = compute_corrected_calcium(total_mmol_l=D("8.5") * D("0.2495"), albumin_g_l=D(30))
    assert abs(corrected - D("9.3") * D("0.2495")) < D("0.0005")


@pytest.mark.parametrize(
    ("total", "albumin", "by_hand"),
    [("2.25", "40", "2.25"), ("2.00", "35", "2.10"), ("1.90", "30", "2.10"), ("2.20", "45", "2.10"), ("2.099", "40", "2.099")],
)
def test_corrected_calcium_is_exact_at_the_limit(total, albumin, by_hand):
    assert compute_corrected_calcium(total_mmol_l=D(total), albumin_g_l=D(albumin)) == D(by_hand)


@pytest.mark.parametrize("wrong", [D(0), D(-2), D("NaN"), D("1e300")])
def test_an_impossible_calcium_or_albumin_is_refused(wrong):
    with pytest.raises(ValueError, match="calcium"):
        compute_corrected_calcium(total_mmol_l=wrong, albumin_g_l=D(40))
    with pytest.raises(ValueError, match="albumin"):
        compute_corrected_calcium(total_mmol_l=D(2), albumin_g_l=wrong)
