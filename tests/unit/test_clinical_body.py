"""Body surface against values that others published; each case names where the value stands."""

from decimal import Decimal

import pytest

from cds_hooks.clinical.body import compute_du_bois, compute_mosteller

D = Decimal

# cm, kg, m2.
MOSTELLER = [
    # pharmaverse/admiral, tests/testthat/test-derive_advs_params.R, compute_bsa tests 4 and 5.
    ("170", "75", "1.882"),
    ("185", "90", "2.151"),
    # R clinPK, tests/testthat/test_calc_bsa.R.
    ("180", "80", "2.000"),
    # Buto-Plugin-CalcBodysurfacearea_v1 (GitHub, sitdeveloper), worked example in its documentation.
    ("178", "69", "1.84706975144"),
]
DU_BOIS = [
    # pharmaverse/admiral, same file, tests 7 and 8.
    ("170", "75", "1.864"),
    ("185", "90", "2.141"),
    # R clinPK, tests/testthat/test_calc_bsa.R.
    ("180", "80", "1.996"),
]


@pytest.mark.parametrize(("cm", "kg", "published"), MOSTELLER)
def test_mosteller_gives_the_published_surface(cm, kg, published):
    assert compute_mosteller(height_cm=D(cm), weight_kg=D(kg)).quantize(D(published)) == D(published)


@pytest.mark.parametrize(("cm", "kg", "published"), DU_BOIS)
def test_du_bois_gives_the_published_surface(cm, kg, published):
    assert compute_du_bois(height_cm=D(cm), weight_kg=D(kg)).quantize(D(published)) == D(published)


def test_mosteller_is_exact_where_the_root_is():
    assert compute_mosteller(height_cm=D(180), weight_kg=D(80)) == 2


@pytest.mark.parametrize("formula", [compute_mosteller, compute_du_bois])
@pytest.mark.parametrize("wrong", [D(0), D(-170), D("NaN"), D("1e300")])
def test_an_impossible_height_or_weight_is_refused(formula, wrong):
    with pytest.raises(ValueError, match="height"):
        formula(height_cm=wrong, weight_kg=D(70))
    with pytest.raises(ValueError, match="weight"):
        formula(height_cm=D(170), weight_kg=wrong)
