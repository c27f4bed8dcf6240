"""Strengths in the names of products. Names as RxNorm, Dutch product names and the G-Standaard write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cds_hooks.fhir.reading.strengths import read_strength


@pytest.mark.parametrize(
    ("name", "per_piece"),
    [
        ("lenalidomide 25 MG Oral Capsule", "25"),
        ("lenalidomide 2.5 MG Oral Capsule [Revlimid]", "2.5"),
        ("Revlimid 10 mg harde capsules", "10"),
        ("Revlimid 2,5 mg harde capsules", "2.5"),
        ("LENALIDOMIDE ACCORD CAPSULE 7,5MG", "7.5"),
        ("REVLIMID CAPSULE 5MG", "5"),
        ("lenalidomide (REVLIMID) 25-mg capsule", "25"),
        ("lenalidomide 10 mg per capsule, 21 capsules", "10"),
        ("levothyroxine 25 mcg tablet", "0.025"),
        ("levothyroxine 0,125 mg tablet", "0.125"),
        ("paracetamol 1 g tablet", "1000"),
        ("1 ML denosumab 60 MG/ML Prefilled Syringe [Prolia]", "60"),
        ("PROLIA INJVLST 60MG/ML WWSP 1ML", "60"),
        ("XGEVA INJVLST 70MG/ML FLACON 1,7ML", "119"),
        ("denosumab 120 mg/1,7 ml injectieflacon", "120"),
        ("Prolia 60 mg oplossing voor injectie in een voorgevulde spuit", "60"),
    ],
)
def test_one_strength_is_read(name: str, per_piece: str) -> None:
    strength = read_strength(name)
    assert (strength.per_piece, strength.is_doubtful) == ((Decimal(per_piece),), False)


@pytest.mark.parametrize(
    "name",
    [
        "lenalidomide",
        "",
        "Revlimid",
        "vitamin B12",
        "insulin 100 IU/ml",
        "lenalidomide 25",
        "21 mgs of x",
        "mg 25",
        "Z" * 9999 + "25 mg",
    ],
)
def test_no_strength_is_none(name: str) -> None:
    assert (read_strength(name).per_piece, read_strength(name).per_ml) == ((), ())


@pytest.mark.parametrize(
    "name",
    [
        "amlodipine/valsartan 5/160 mg",
        "lenalidomide 10-25 mg",
        "lenalidomide 2 x 5 mg",
        "lenalidomide 1.000 mg",
        "fentanyl 12 mcg/uur",
        "bortezomib 1.3 mg/m2",
        "dalteparine 200 mg/kg",
        "lenalidomide 25 mg/dag",
        "lenalidomide 25 mg per dag",
        "denosumab 60 mg/0 ml",
    ],
)
def test_what_may_mean_something_else_is_doubtful(name: str) -> None:
    assert read_strength(name).is_doubtful


def test_two_strengths_are_both_there() -> None:
    assert read_strength("lenalidomide 10 mg and 15 mg capsule").per_piece == (Decimal(10), Decimal(15))


def test_a_concentration_alone_is_no_piece() -> None:
    strength = read_strength("denosumab 60 MG/ML Injectable Solution")
    assert (strength.per_piece, strength.per_ml) == ((), (Decimal(60),))


def test_a_bottle_is_no_piece() -> None:
    assert read_strength("paracetamol drank 120 mg/5 ml").per_piece == ()
