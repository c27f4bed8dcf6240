"""Recognises members of a plain shape: those that can be read without a note, so that reading them can wait or be left out.

Every check says yes only where the full reading would write nothing down; whatever is unusual is not plain, and is read in
full at once. A check may stumble over odd JSON (`STUMBLES`): that is not plain either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from cds_hooks.fhir.reading.dates import FIRST_YEAR
from cds_hooks.fhir.reading.quantities import read_days, read_time_unit
from cds_hooks.fhir.reading.shapes import Json, read_objects

#: What a check raises where the JSON is of another shape than it looks for.
STUMBLES = (AttributeError, IndexError, KeyError, TypeError, ValueError)

_EARLIEST = str(FIRST_YEAR)
#: In whatever unit and for whatever count: amounts up to here are never noted.
_HIGHEST = 100_000_000
#: No zone is more than two days from another: so many days back, a day is over everywhere.
_DAYS_TO_BE_PAST = timedelta(days=3)


def compute_long_past(today: date) -> str:
    """The ISO date before which a fact is past in every time zone."""
    return (today - _DAYS_TO_BE_PAST).isoformat()


def is_past(value: object, long_past: str) -> bool:
    """Whether a date or date-time is absent, or whole and certainly over. ISO dates sort as texts."""
    if value is None:
        return True
    if not isinstance(value, str) or not _EARLIEST <= value < long_past:
        return False
    date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    return True


def is_past_period(value: object, long_past: str) -> bool:
    """Whether a Period is absent, or from and to days that are over."""
    if value is None:
        return True
    return isinstance(value, dict) and is_past(value.get("start"), long_past) and is_past(value.get("end"), long_past)


#: The members whose date, where it lies ahead, makes that a Condition, a Procedure or a medicine entry is not used.
_DATES = frozenset((
    "onsetDateTime", "recordedDate", "performedDateTime",
    "authoredOn", "dateAsserted", "effectiveDateTime", "whenHandedOver", "whenPrepared",
))  # fmt: skip
_PERIODS = frozenset(("onsetPeriod", "performedPeriod", "effectivePeriod"))


_MOMENTS = _DATES | _PERIODS


def is_past_record(raw: Json, long_past: str) -> bool:
    """Whether every date that a Condition, Procedure or medicine entry happened at is over."""
    for member in _MOMENTS & raw.keys():
        is_over = is_past_period if member in _PERIODS else is_past
        if not is_over(raw[member], long_past):
            return False
    return True


def is_of_no_set(
    concept: object, systems: Mapping[str, str], knows_code: Callable[[str, str], bool], knows_text: Callable[[str], bool]
) -> bool:
    """Whether a CodeableConcept that says something is in no value set, whichever: by none of its codes, by none of its names."""
    if not isinstance(concept, dict):
        return False
    text, codings = concept.get("text", ""), concept.get("coding", ())
    for coding in codings:
        system, code, display = coding.get("system", ""), coding.get("code", ""), coding.get("display", "")
        if type(code) is not str or knows_code(systems.get(system, system), code):
            return False
        if display != text and display != "" and knows_text(display):
            return False
    name = text.strip()
    return not knows_text(name) if name else bool(codings)


def is_plain_dosage(lines: object) -> bool:
    """Whether every Dosage has a number for each dose, and a timing that says how often in known units."""
    if lines is None:
        return True
    return isinstance(lines, list) and all(map(_is_plain_line, lines))


def has_bounds(dosages: object) -> bool:
    """Whether any timing of plain dosages says for how long, which in those only a Duration does."""
    return any("boundsDuration" in (line.get("timing") or {}).get("repeat", {}) for line in read_objects(dosages))


def is_plain_amount(value: object) -> bool:
    """Whether a Quantity is absent, or a plain number above 0."""
    return value is None or (_is_plain_quantity(value) and value["value"] > 0)  # type: ignore[index]


def is_plain_duration(value: object) -> bool:
    """Whether a Duration is absent, or can be read in days."""
    return value is None or read_days(value) is not None


def is_count(value: object) -> bool:
    """Whether it is absent, or a whole number of ordinary size that is not below 0."""
    return value is None or (type(value) is int and 0 <= value <= _HIGHEST)


_ODD_ON_LINE = frozenset(("modifierExtension", "doseQuantity", "dose", "doseRange"))


def _is_plain_line(line: Json) -> bool:
    if not _ODD_ON_LINE.isdisjoint(line) or not is_count(line.get("sequence")):
        return False
    for dose in line.get("doseAndRate", ()):
        if "doseRange" in dose or "dose" in dose or not _is_plain_quantity(dose.get("doseQuantity")):
            return False
    timing = line.get("timing")
    return timing is None or ("event" not in timing and _is_plain_repeat(timing.get("repeat", {})))


def _is_plain_quantity(value: object) -> bool:
    if not isinstance(value, dict) or "comparator" in value:
        return False
    number = value["value"]
    return (type(number) is int or type(number) is float) and 0 <= number <= _HIGHEST


def _is_plain_repeat(repeat: Json) -> bool:
    """Whether every member is one that can be read. Bounds by dates are read at once: they say when the entry ends."""
    for member, value in repeat.items():
        if not _CHECK_OF[member](value):
            return False
    has_units = ("period" not in repeat or "periodUnit" in repeat) and ("duration" not in repeat or "durationUnit" in repeat)
    return has_units and ("periodMax" not in repeat or "periodUnit" in repeat)


def _is_span(value: object) -> bool:
    return (type(value) is int or type(value) is float) and 0 <= value <= _HIGHEST


def _is_time_unit(value: object) -> bool:
    return read_time_unit(value) is not None


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


#: The members of `Timing.repeat` that are plain where their check says so; every other member is odd.
_CHECK_OF: Mapping[str, Callable[[object], bool]] = {
    **dict.fromkeys(("frequency", "frequencyMax", "count"), is_count),
    **dict.fromkeys(("period", "periodMax", "duration"), _is_span),
    **dict.fromkeys(("periodUnit", "durationUnit"), _is_time_unit),
    **dict.fromkeys(("dayOfWeek", "timeOfDay", "when"), _are_words),
    "boundsDuration": is_plain_duration,
}
