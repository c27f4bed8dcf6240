"""An ordinary Observation is read straight from its JSON, and as it would be read in full; any other only in full."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_hooks.chart.records import Measurement
from cds_hooks.fhir.reading.context import Notebook, NotUsed
from cds_hooks.fhir.reading.measurements import bring_together, read_measurement
from cds_hooks.fhir.reading.plain_measurements import read_plain
from cds_hooks.fhir.reading.references import Shelf
from cds_hooks.fhir.reading.resource import Desk, Resource
from cds_hooks.hooks.unread import read_all
from cds_hooks.record import list_members
from tests.unit.reading_desk import CREATININE, UCUM, make_context, make_observation

CODE = "14682-9"
CONTEXT = make_context()
Json = dict[str, Any]


def write(**members: Any) -> bytes:
    """The entry of an Observation; of these members those that are None stand there as null."""
    return json.dumps({"resource": {**make_observation(), **members}}).encode()


def quantity(value: Any = 80, **members: Any) -> Json:
    return {"value": value, "system": UCUM, "code": "umol/L", "unit": "µmol/l", **members}


def read_straight(entry: bytes) -> Measurement | None:
    read = read_plain([entry], CODE, analyte=CREATININE, context=CONTEXT)
    assert read.others == ([] if read.measured else [entry])
    assert not read.older
    return read.measured[0] if read.measured else None


def read_in_full(entry: bytes) -> Measurement | None:
    raw = read_all([entry])[0]["resource"]
    resource = Resource(raw, "observations", None, Desk(CONTEXT, Shelf({}, (), None), Notebook()))
    try:
        return read_measurement(resource, CREATININE, raw, CODE)
    except NotUsed:
        return None


def list_all(measured: Measurement) -> tuple[Any, ...]:
    """Every member, and the amount and the limits digit by digit: 1.0 and 1.00 are equal."""
    limits = (measured.reference_low, measured.reference_high)
    return (*list_members(measured)[:-1], *limits, measured.flag, measured.sample, repr(measured.amount), repr(limits))


def is_read_straight(entry: bytes) -> bool:
    """Whether it is, and then as in full."""
    straight, in_full = read_straight(entry), read_in_full(entry)
    if straight is None:
        return False
    assert in_full is not None
    assert list_all(straight) == list_all(in_full)
    return True


ORDINARY: dict[str, Json] = {
    "as it is": {},
    "a broken number": {"valueQuantity": quantity(80.5)},
    "digits that a float does not keep": {"valueQuantity": quantity(80.10)},
    "a number in another unit": {"valueQuantity": quantity(1.5, code="mg/dL", unit="mg/dL")},
    "without the unit's text": {"valueQuantity": {"value": 80, "system": UCUM, "code": "umol/L"}},
    "an empty text": {"valueQuantity": quantity(unit=" ")},
    "spaces about code and text": {"valueQuantity": quantity(code=" umol/L ", unit=" umol / L ")},
    "no comparator": {"valueQuantity": quantity(comparator=None)},
    "the least that is usable": {"valueQuantity": quantity(20)},
    "preliminary": {"status": "preliminary"},
    "a date and time": {"effectiveDateTime": "2025-05-01T10:00:00+02:00"},
    "a time without an offset": {"effectiveDateTime": "2025-05-01T10:00:00"},
    "a month": {"effectiveDateTime": "2025-05"},
    "this year, which is not over": {"effectiveDateTime": "2025"},
    "an extension": {"_effectiveDateTime": {"extension": []}, "valueQuantity": quantity(extension=[{"url": "x"}])},
    "a range of the laboratory": {"referenceRange": [{"low": quantity(60), "high": {"value": 100}}]},
    "a range, a flag, a specimen": {
        "referenceRange": [{"high": quantity(1, code="mg/dL")}],
        "interpretation": [{"coding": [{"code": "H"}]}],
        "specimen": {"reference": "Specimen/1"},
    },
    "odd details": {"referenceRange": 5, "interpretation": "H", "specimen": None},
}

OTHERS: dict[str, Json] = {
    "without a status": {"status": None},
    "a status in capitals": {"status": "Final"},
    "a status that does not count": {"status": "cancelled"},
    "a coded status": {"status": {"coding": [{"code": "final"}]}},
    "without a date": {"effectiveDateTime": None},
    "a period": {"effectiveDateTime": None, "effectivePeriod": {"end": "2025-05-01"}},
    "a date that is a number": {"effectiveDateTime": 2025},
    "no date": {"effectiveDateTime": "x"},
    "a date that cannot be": {"effectiveDateTime": "2025-02-30"},
    "tomorrow": {"effectiveDateTime": "2025-06-02"},
    "in an hour": {"effectiveDateTime": "2025-06-01T13:00:00Z"},
    "long ago": {"effectiveDateTime": "1700-01-01"},
    "without a value": {"valueQuantity": None},
    "a list of values": {"valueQuantity": [quantity()]},
    "a number as text": {"valueQuantity": quantity("80")},
    "true": {"valueQuantity": quantity(True)},
    "no number": {"valueQuantity": quantity(None)},
    "less than nothing": {"valueQuantity": quantity(-80)},
    "more than can be": {"valueQuantity": quantity(2001)},
    "more than can be counted": {"valueQuantity": quantity(10**30)},
    "a comparator": {"valueQuantity": quantity(comparator="<")},
    "an empty comparator": {"valueQuantity": quantity(comparator="")},
    "an unknown comparator": {"valueQuantity": quantity(comparator="ad")},
    "no system": {"valueQuantity": {"value": 80, "code": "umol/L"}},
    "another system": {"valueQuantity": quantity(system="urn:local")},
    "no code": {"valueQuantity": {"value": 80, "system": UCUM, "unit": "umol/L"}},
    "an empty code": {"valueQuantity": quantity(code="")},
    "a code in capitals": {"valueQuantity": quantity(code="UMOL/L")},
    "a unit that is not allowed": {"valueQuantity": quantity(code="mmol/min")},
    "a unit's text that is none": {"valueQuantity": quantity(unit=None)},
    "an id that is not trusted": {"id": "../1"},
    "an id that is a number": {"id": 1},
}


@pytest.mark.parametrize("members", ORDINARY.values(), ids=ORDINARY.keys())
def test_what_is_ordinary_is_read_straight_and_as_in_full(members: Json) -> None:
    assert is_read_straight(write(**members))


@pytest.mark.parametrize("members", OTHERS.values(), ids=OTHERS.keys())
def test_what_is_not_ordinary_is_left_to_be_read_in_full(members: Json) -> None:
    assert not is_read_straight(write(**members))


@pytest.mark.parametrize(
    ("written", "instead", "is_straight"),
    [
        (b'"value": 80', rb'"value": 80, "comparato\u0072": "<"', False),
        (b'"value": 80', rb'"value": 80, "\u0075nit": "mg"', True),
        (b'"value": 80', b'"value": 90, "value": 80', True),
        (b'"value": 80', b'"comparator": "<", "value": 80, "comparator": null', False),
        (b'"value": 80', b'"value": 8.0E1', True),
        (b'"value": 80', b'"value": 80.000000000000000000001', True),
        (b'"status": "final"', rb'"status": "fin\u0061l"', True),
        (b'"status": "final"', b'"status": "final", "status": "cancelled"', False),
        (b'"id": "1"', rb'"id": "\u0031-\u00e9"', False),
    ],
)
def test_names_and_texts_mean_the_same_however_they_are_spelt(written: bytes, instead: bytes, is_straight: bool) -> None:
    entry = write()
    assert written in entry
    assert is_read_straight(entry.replace(written, instead, 1)) is is_straight


NUMBERS = st.one_of(
    st.integers(15, 2100),
    st.floats(15, 2100),
    st.decimals(15, 2100, places=3).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(),
)
ODD = st.one_of(st.none(), st.booleans(), st.text(max_size=3), st.integers(), st.just([]), st.just({}))
QUANTITIES = st.fixed_dictionaries(
    {
        "value": NUMBERS | ODD,
        "system": st.just(UCUM) | ODD,
        "code": st.sampled_from(["umol/L", "mg/dL", " mg/dL", "MG/DL"]) | ODD,
    },
    optional={"unit": st.sampled_from(["umol/L", "", "mg/dL "]) | ODD, "comparator": st.sampled_from(["<", ">="]) | ODD},
)
OBSERVATIONS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.text(max_size=3) | ODD,
        "status": st.sampled_from(["final", "preliminary", "amended", "cancelled"]) | ODD,
        "effectiveDateTime": st.datetimes().map(str) | st.sampled_from(["2025-05", "2025-06-01T12:00:00Z"]) | ODD,
        "effectivePeriod": st.just({"end": "2025-05-01"}) | ODD,
        "referenceRange": st.lists(st.fixed_dictionaries({"low": QUANTITIES, "high": QUANTITIES}), max_size=2) | ODD,
        "interpretation": st.sampled_from([[{"coding": [{"code": "L"}]}], {"text": "low"}]) | ODD,
        "specimen": st.just({"reference": "https://ehr.example.org/fhir/Specimen/1"}) | ODD,
        "valueQuantity": QUANTITIES | ODD,
        "valueString": st.just("80"),
    },
)


@given(OBSERVATIONS)
def test_whatever_is_read_straight_is_read_as_in_full(members: Json) -> None:
    is_read_straight(write(**members))


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["", "T08:00:00Z", "T09:00:00Z"]), st.sampled_from("ab"))))
def test_newest_first_whether_or_not_days_come_again(drawn: list[tuple[int, str, str]]) -> None:
    entries = [write(id=name, effectiveDateTime=f"2025-05-0{day}{time}") for day, time, name in drawn]
    measured = [read for entry in entries if (read := read_straight(entry))]
    ordered = bring_together(measured)
    by_name = sorted({(m.reference, m.when.recorded): m for m in measured}.values(), key=lambda m: (m.reference, m.when.recorded))
    assert ordered == tuple(sorted(by_name, key=lambda m: m.when.newest_key(), reverse=True))
