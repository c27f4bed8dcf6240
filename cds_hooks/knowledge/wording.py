"""Numbers, amounts, units and dates as a Dutch or an English sentence writes them."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_FLOOR, Decimal

_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    "nl": (
        *("januari", "februari", "maart", "april", "mei", "juni", "juli"),
        *("augustus", "september", "oktober", "november", "december"),
    ),
}
#: Words for UCUM units of time (and the parameters' own words): one and several.
_TIME = {
    "d": {"en": ("day", "days"), "nl": ("dag", "dagen")},
    "wk": {"en": ("week", "weeks"), "nl": ("week", "weken")},
    "mo": {"en": ("month", "months"), "nl": ("maand", "maanden")},
    "a": {"en": ("year", "years"), "nl": ("jaar", "jaar")},
    "h": {"en": ("hour", "hours"), "nl": ("uur", "uur")},
}
_TIME |= {"day": _TIME["d"], "days": _TIME["d"], "week": _TIME["wk"], "weeks": _TIME["wk"], "hours": _TIME["h"]}
_TIME |= {"month": _TIME["mo"], "months": _TIME["mo"], "year": _TIME["a"], "years": _TIME["a"], "hour": _TIME["h"]}
#: UCUM codes whose print differs from the code.
_PRINTED = {
    "umol/L": "µmol/L",
    "10*9/L": "×10⁹/L",
    "10*12/L": "×10¹²/L",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
    "mL/min/1.73m2": "mL/min/1.73 m²",
    "[IU]/L": "IU/L",
    "[iU]/L": "IU/L",
    "kg/m2": "kg/m²",
    "mg/m2": "mg/m²",
    "m2": "m²",
    "Cel": "°C",
    "1": "",
}
_ANNOTATION = re.compile(r"\{[^{}]*\}")
_PLAIN_NUMBER = re.compile(r"([<>]=?)?-?\d+(\.\d+)?\Z")
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*)?\Z", re.DOTALL)
_HUNDREDTH = Decimal("0.01")
_LARGEST_PLAIN = 12


def say_number(value: Decimal | int, language: str) -> str:
    """At most two decimals, rounded down so that a value below a limit never prints as the limit; no trailing zeros."""
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > _LARGEST_PLAIN:
        return localise(str(number) if not number.is_finite() else f"{number:.3E}", language)
    if number != number.to_integral_value():
        number = number.quantize(_HUNDREDTH, ROUND_FLOOR)
    text = f"{number:f}"
    return localise(text.rstrip("0").rstrip(".") if "." in text else text, language)


def say_unit(unit: str, language: str, *, several: bool = True) -> str:
    """A UCUM code as people write it; units of time become words."""
    if unit in _TIME:
        return _TIME[unit][language][1 if several else 0]
    return _PRINTED[unit] if unit in _PRINTED else _ANNOTATION.sub("", unit)


def say_amount(value: Decimal, unit: str, *, language: str) -> str:
    """`10 mg`, `7,5 mg`, `28 dagen`."""
    return f"{say_number(value, language)} {say_unit(unit, language, several=value != 1)}".rstrip()


def say_date(day: date, language: str) -> str:
    """`1 March 2026`, `1 maart 2026`."""
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def say_recorded_date(recorded: str, language: str) -> str | None:
    """A FHIR date, dateTime or instant as words, no more exact than recorded; None where it is none."""
    found = _ISO_DATE.match(recorded)
    if not found:
        return None
    year, month, day = found.groups()
    if month is None:
        return str(year)
    number = int(month)
    if not 1 <= number <= len(_MONTHS["en"]):
        return None
    words = f"{_MONTHS[language][number - 1]} {year}"
    return f"{int(day)} {words}" if day else words


def say_recorded_value(recorded: str, language: str) -> str:
    """A value exactly as recorded; a plain number, with or without a comparator, takes the decimal sign of the language."""
    return localise(recorded, language) if _PLAIN_NUMBER.match(recorded) else recorded


def localise(number: str, language: str) -> str:
    """The decimal sign of the language."""
    return number.replace(".", ",") if language == "nl" else number


def join_words(words: tuple[str, ...], last: str) -> str:
    """`a`, `a or b`, `a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
