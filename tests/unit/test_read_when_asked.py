"""Of the measurements of an analyte those that are recent enough can be read alone: who looks at no others finds the same."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from cds_hooks.chart.newest import find_newest
from cds_hooks.chart.records import Measurement
from cds_hooks.fhir.reading.context import Notebook
from cds_hooks.fhir.reading.observations import Found, StillUnread, WantedObservations
from cds_hooks.fhir.reading.read_when_asked import MeasuredWhenAsked, read_measured
from cds_hooks.fhir.reading.references import Shelf
from cds_hooks.fhir.reading.resource import Desk
from cds_hooks.record import list_members
from tests.unit.reading_desk import UCUM, make_context, make_observation

CODE, NAME = "14682-9", "creatinine"
SINCE = date(2025, 5, 1)


def write(day: str, value: Any = 80, code: str = "umol/L", **members: Any) -> bytes:
    quantity = {"value": value, "system": UCUM, "code": code}
    return json.dumps(
        {"resource": {**make_observation(), "effectiveDateTime": day, "valueQuantity": quantity, **members}}
    ).encode()


def ask(entries: list[bytes]) -> tuple[MeasuredWhenAsked, Notebook]:
    desk = Desk(make_context(), Shelf({}, (), None), Notebook())
    return read_measured(desk, WantedObservations({NAME: Found([StillUnread(entries, CODE)])}, {}))


def list_recent(measured: tuple[Measurement, ...], since: date) -> list[tuple[Any, ...]]:
    """Those that may be of `since` or later, but for what they were read from."""
    return [list_members(one)[:-1] for one in measured if one.when.last >= since]


def test_old_ones_are_left_unread_until_all_are_asked_for() -> None:
    days = ["2025-05-20", "2024-01-01", "2025-05-04", "2023-01-01T10:00:00+02:00", "2025-04-30T23:30:00-11:00"]
    measured, _ = ask([write(day, id=f"o{n}") for n, day in enumerate(days)])
    assert [one.when.recorded for one in measured.find_since(NAME, SINCE)] == [days[0], days[2], days[4]]
    assert len(measured.find_since(NAME, SINCE + timedelta(days=3))) == 3
    assert len(measured.find_since(NAME, SINCE - timedelta(days=1))) == 3
    assert len(measured.find_since(NAME, SINCE - timedelta(days=500))) == 4
    assert [one.when.recorded for one in measured[NAME]] == [days[0], days[2], days[4], days[1], days[3]]
    assert len(measured.find_since(NAME, SINCE)) == 5


def test_without_a_recent_one_all_are_read_and_noted() -> None:
    entries = [write(f"2023-01-0{n}", id=f"o{n}") for n in range(1, 4)]
    measured, notebook = ask([*entries, write("2023-02-01", code="mmol/min", id="odd")])
    assert len(measured.find_since(NAME, SINCE)) == 3
    assert [note.reference for note in notebook.list_notes()] == ["Observation/odd"]
    assert measured.find_since("hcg", SINCE) == ()
    assert measured.find_since(NAME, date.min) == measured[NAME]


def test_a_day_by_the_week_of_the_year_before_is_recent_too() -> None:
    days = ["2021-01-20", "2020-W53-7", "2020-W53-6", "2020-W51-1", "2020-01-01"]
    measured, _ = ask([write(day, id=f"o{n}") for n, day in enumerate(days)])
    assert [one.when.recorded for one in measured.find_since(NAME, date(2021, 1, 3))][:2] == days[:2]
    assert measured.find_since(NAME, date(2021, 1, 3))[-1].when.recorded != "2020-01-01"


DAYS = st.sampled_from(
    (
        *(
            "2025-05-01",
            "2025-05-20T10:00:00Z",
            "2025-04-30T23:30:00-11:00",
            "2025-04-29",
            "2025-04-28",
            "2024",
            "2025-04",
            "2025-05",
        ),
        *(
            "2024-12-31",
            "2024-02-30",
            "2023-01-01T10:00:00",
            "1700-01-01",
            "x",
            "",
            "2",
            "2025-04-2",
            "2025-06-02",
            "20250420T10",
        ),
        *(" 2024-01-01", " 2025-05-20", "2025-04   ", "2025      ", "2024-01-01 ", "2025-W18-1", "2024-W52-7", "20240101T100000"),
    )
)
ODD = st.sampled_from([{}, {}, {}, {"status": "preliminary"}, {"status": "cancelled"}, {"id": "../1"}])
ENTRIES = st.lists(
    st.tuples(DAYS, st.sampled_from([80, 90, 5000, -1]), st.sampled_from(["umol/L", "mg/dL", "g"]), ODD), max_size=8
)


#: Notes that differ by their date alone.
NAMELESS = [
    ("2024-12-31", 80, "g", {}),
    ("2025-05-01", 80, "g", {"id": "../1"}),
    ("2025-05-20T10:00:00Z", 80, "g", {"id": "../1"}),
]


@given(ENTRIES, st.sampled_from([-400, -2, -1, 0, 1, 2, 30]))
@example(NAMELESS, -400)
def test_read_in_part_or_in_full_recent_ones_and_what_is_said_are_the_same(drawn: list[Any], later: int) -> None:
    entries = [write(day, value, code, **{"id": f"o{n}", **odd}) for n, (day, value, code, odd) in enumerate(drawn)]
    in_part, some = ask(entries)
    in_full, every = ask(entries)
    since = SINCE + timedelta(days=later)
    _ = in_part.find_since(NAME, SINCE)
    found, everything = in_part.find_since(NAME, since), in_full[NAME]
    assert list_recent(found, since) == list_recent(everything, since)
    for high_is_danger in (True, False):
        newest = [find_newest(one, since=since, high_is_danger=high_is_danger) for one in (found, everything)]
        told = [one and list_members(one)[:-1] for one in newest]
        assert told[0] == told[1]
    # As `rules.unusable` leaves out what is of before the day of a newer usable value.
    for note in set(every.list_notes()) - set(some.list_notes()):
        assert everything
        assert note.date[:10] < everything[0].when.last.isoformat()[: len(note.date[:10])]
    assert [list_members(one)[:-1] for one in in_part[NAME]] == [list_members(one)[:-1] for one in everything]
    assert some.list_notes() == every.list_notes()
