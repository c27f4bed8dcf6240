"""What whole capsules make: section 2, capsules of 2.5, 5, 7.5, 10, 15, 20 and 25 mg."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cds_hooks.chart.intake import is_made_of

CAPSULES = tuple(Decimal(mg) for mg in ("2.5", "5", "7.5", "10", "15", "20", "25"))


@pytest.mark.parametrize("mg", ["2.5", "12.5", "17.5", "22.5", "25", "50"])
def test_a_sum_of_capsules_is_made(mg: str) -> None:
    assert is_made_of(Decimal(mg), CAPSULES)


@pytest.mark.parametrize("mg", ["1", "2.4", "12", "24.9"])
def test_what_lies_between_is_not(mg: str) -> None:
    assert not is_made_of(Decimal(mg), CAPSULES)


def test_a_strength_alone_makes_its_multiples() -> None:
    assert is_made_of(Decimal(15), [Decimal(5)])
    assert not is_made_of(Decimal(10), [Decimal(25)])


def test_a_dose_beyond_reason_is_settled_all_the_same() -> None:
    assert not is_made_of(Decimal("100000.1"), CAPSULES)
