"""Tolerant access to JSON of any shape: whatever is there, an object, a list of objects or a text comes back, never an error."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite
from typing import Any

Json = dict[str, Any]

#: Longer numbers than this are refused: nothing clinical has so many digits, and Python is slow at printing them.
_MOST_DIGITS = 400
_MOST_BITS = 3 * _MOST_DIGITS


def read_object(value: object) -> Json:
    """An object as it is, the first object of a list, else an empty one."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return next((item for item in value if isinstance(item, dict)), {})
    return {}


def read_objects(value: object) -> list[Json]:
    """The objects of a list; a single object given where a list belongs is read as a list of one."""
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    return [value] if isinstance(value, dict) else []


def read_text(value: object) -> str:
    """A text; a whole number given where a text belongs is read as its digits; anything else is empty."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < _MOST_DIGITS:
        return str(value)
    return ""


def read_texts(value: object) -> tuple[str, ...]:
    """The texts of a list, or of a single text given where a list belongs."""
    items = value if isinstance(value, list) else [value]
    return tuple(text for text in map(read_text, items) if text)


def read_number(value: object) -> Decimal | None:
    """A finite JSON number, exactly as written; None for anything else (text, true, NaN, 1e400)."""
    if type(value) is int:
        return Decimal(value) if value.bit_length() < _MOST_BITS else None
    if type(value) is float:
        return Decimal(str(value)) if isfinite(value) else None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return None


def read_count(value: object) -> int | None:
    """A whole JSON number of ordinary size (1 or 1.0); None for anything else."""
    number = read_number(value)
    if number is None or abs(number) > 1_000_000_000 or number != int(number):
        return None
    return int(number)
