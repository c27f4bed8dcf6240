"""Kidney formulas against values that others published; each case names where the value stands."""

from decimal import Decimal

import pytest

from cds_hooks.clinical.kidney import compute_ckd_epi_2009, compute_ckd_epi_2021, compute_cockcroft_gault, deindex

D = Decimal
PER_MG_DL = D("88.4")

# Age, kg, umol/L, female, mL/min as published, places it is given in.
COCKCROFT_GAULT = [
    # pharmaverse/admiral, tests/testthat/test-compute_kidney.R, 01.03 and 01.04: from the calculator of the National Kidney
    # Foundation, kidney.org/professionals/kdoqi/gfr_calculator (1.09 mg/dL; 85 umol/L).
    (55, "90", D("1.09") * PER_MG_DL, False, "97"),
    (65, "60", D(85), True, "55"),
    # R transplantr, tests/testthat/test_egfr.R.
    (25, "60", D("88.4"), True, "81.46"),
    # R clinPK, tests/testthat/test_calc_egfr.R: 1, 0.2 and 3 mg/dL.
    (40, "80", PER_MG_DL, False, "111"),
    (40, "80", D("0.2") * PER_MG_DL, False, "556"),
    (40, "80", 3 * PER_MG_DL, False, "37"),
    # superglobalcalculator.com/formulas/health/creatinine-clearance, examples 1 and 2: 1.2 and 0.9 mg/dL. The page gives 80.9
    # for the second; its own last line, 6175 / 64.8 x 0.85, is 81.0 (80.9992).
    (60, "80", D("1.2") * PER_MG_DL, False, "74.1"),
    (45, "65", D("0.9") * PER_MG_DL, True, "81.0"),
    # droracle.ai/articles/797449: 70 years, 75 kg, 1.0 mg/dL.
    (70, "75", PER_MG_DL, False, "72.9"),
]


@pytest.mark.parametrize(("age", "kg", "creatinine", "female", "published"), COCKCROFT_GAULT)
def test_cockcroft_gault_gives_the_published_clearance(age, kg, creatinine, female, published):
    clearance = compute_cockcroft_gault(age_years=age, weight_kg=D(kg), creatinine_umol_l=creatinine, female=female)
    assert clearance.quantize(D(published)) == D(published)


def test_cockcroft_gault_agrees_with_its_rounded_si_form():
    # preregexamprep.com/pharmacy-calculators/creatinine-clearance: 70 years, 75 kg, 110 umol/L, factor 1.23: 58.7 mL/min.
    # 88.4 / 72 is 1.2278, so that the exact form lies 0.2 % below it.
    clearance = compute_cockcroft_gault(age_years=70, weight_kg=D(75), creatinine_umol_l=D(110), female=False)
    assert abs(clearance - D("58.7")) < D("0.15")


# Years, kg, umol/L, female, mL/min; by hand: (140 - age) x kg x 88.4 [x 0.85] / (72 x creatinine).
EXACT = [
    (80, 72, D("176.8"), False, 30),  # 60 x 72 x 88.4 / (72 x 176.8) = 60 / 2
    (40, 36, D("88.4"), False, 50),  # 100 x 36 / 72
    (80, 72, D("88.4"), False, 60),
    (40, 72, D("150.28"), True, 50),  # 100 x 0.85 x 88.4 / 150.28 = 85 / 1.7
]


@pytest.mark.parametrize(("age", "kg", "creatinine", "female", "by_hand"), EXACT)
def test_a_clearance_on_a_limit_is_exactly_that_limit(age, kg, creatinine, female, by_hand):
    clearance = compute_cockcroft_gault(age_years=age, weight_kg=D(kg), creatinine_umol_l=creatinine, female=female)
    assert clearance == by_hand


CKD_EPI_2021 = [
    # pharmaverse/admiral, same file, 01.01 and 01.02: from the National Kidney Foundation's 2021 calculator.
    (55, D("1.09") * PER_MG_DL, False, 80),
    (65, D(85), True, 66),
]


@pytest.mark.parametrize(("age", "creatinine", "female", "published"), CKD_EPI_2021)
def test_ckd_epi_2021_gives_the_filtration_of_the_national_kidney_foundation(age, creatinine, female, published):
    rate = compute_ckd_epi_2021(age_years=age, creatinine_umol_l=creatinine, female=female)
    assert round(rate) == published


@pytest.mark.parametrize(
    ("age", "creatinine", "female", "published"),
    [
        # pharmaverse/admiral, same file, 01.07, which divides by 88.42: hence the tolerance of 0.03 % on 88.4.
        (55, "96.3", False, "80.2293"),
        (52, "70", True, "89.7175"),
        (67, "77", False, "94.5453"),
        (76, "65", True, "84.4646"),
    ],
)
def test_ckd_epi_2021_agrees_to_the_conversion_with_admirals_table(age, creatinine, female, published):
    rate = compute_ckd_epi_2021(age_years=age, creatinine_umol_l=D(creatinine), female=female)
    assert abs(rate - D(published)) < D("0.0003") * D(published)


CKD_EPI_2009 = [
    # ellessenne/SCREAM, tests/testthat/test-ckd_epi.R: compared there with kidney.org/professionals/kdoqi/gfr_calculator.
    (40, "50", False, 129),
    (40, "50", True, 116),
    (50, "30", False, 148),
    (50, "30", True, 128),
    (60, "60", False, 104),
    (60, "60", True, 95),
    (70, "100", False, 65),
    (70, "100", True, 49),
]


@pytest.mark.parametrize(("age", "creatinine", "female", "published"), CKD_EPI_2009)
def test_ckd_epi_2009_gives_the_filtration_of_the_scream_table(age, creatinine, female, published):
    rate = compute_ckd_epi_2009(age_years=age, creatinine_umol_l=D(creatinine), female=female)
    assert round(rate) == published


@pytest.mark.parametrize(
    ("age", "creatinine", "published"),
    [
        # R kidney.epi, vignette "gfr": 1.4 mg/dL and 103 umol/L, 60 years, male, white.
        ("60", D("1.4") * PER_MG_DL, "54.22"),
        ("60", D(103), "67.7"),
        # R transplantr, tests/testthat/test_egfr.R: 120 umol/L, 45.2 years, male, non-black.
        ("45.2", D(120), "62.5"),
    ],
)
def test_ckd_epi_2009_gives_the_values_of_two_r_packages(age, creatinine, published):
    rate = compute_ckd_epi_2009(age_years=D(age), creatinine_umol_l=creatinine, female=False)
    assert rate.quantize(D(published)) == D(published)


@pytest.mark.parametrize(
    ("rate", "surface", "published"),
    [
        # creatinineclearancecalculator.net/convert/gfr: a worked example and its table.
        ("72", "2.10", "87"),
        ("72", "1.40", "58"),
        # R clinPK, tests/testthat/test_relative2absolute.R.
        ("59.8", "1.62", "56.00"),
    ],
)
def test_deindexing_gives_the_published_millilitres_per_minute(rate, surface, published):
    absolute = deindex(rate_per_173=D(rate), body_surface_m2=D(surface))
    assert absolute.quantize(D(published)) == D(published)


def test_a_body_of_the_reference_surface_keeps_its_filtration():
    assert deindex(rate_per_173=D(30), body_surface_m2=D("1.73")) == 30


@pytest.mark.parametrize("wrong", [D(0), D(-1), D("NaN"), D("sNaN"), D("Infinity"), D("1e300"), D("1e-300")])
@pytest.mark.parametrize("name", ["age_years", "weight_kg", "creatinine_umol_l"])
def test_an_impossible_input_is_refused_by_its_name(name, wrong):
    inputs = {"age_years": D(70), "weight_kg": D(70), "creatinine_umol_l": D(90), name: wrong}
    with pytest.raises(ValueError, match=name.split("_")[0]):
        compute_cockcroft_gault(**inputs, female=False)


def test_the_refusal_does_not_repeat_the_value():
    with pytest.raises(ValueError, match="creatinine") as refused:
        compute_ckd_epi_2021(age_years=70, creatinine_umol_l=D("-123.45"), female=True)
    assert "123" not in str(refused.value)


def test_cockcroft_gault_has_no_meaning_at_140_years():
    with pytest.raises(ValueError, match="under 140"):
        compute_cockcroft_gault(age_years=140, weight_kg=D(70), creatinine_umol_l=D(90), female=False)
