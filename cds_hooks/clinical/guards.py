"""Refuses numbers that no patient can have, before a formula is applied to them."""

from __future__ import annotations

from decimal import Decimal

#: Outside these a number is a mistake of the record, whatever it measures, and arithmetic on it could overflow.
SMALLEST = Decimal("0.000001")
LARGEST = Decimal(1_000_000)


def require_positive(name: str, value: Decimal | int) -> Decimal:
    """`value` as a Decimal, if it is finite and between 0.000001 and 1,000,000.

    Raises ValueError, which names the quantity and not the value.
    """
    number = Decimal(value)
    if number.is_finite() and SMALLEST <= number <= LARGEST:
        return number
    if not number.is_finite() or number <= 0:
        raise ValueError(f"{name} must be a positive number")
    raise ValueError(f"{name} is out of range")
