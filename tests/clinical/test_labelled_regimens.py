"""No labelled regimen of either medicine gives a dose card: each start dose, each lower level, each dose of the kidney table."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.clinical.build import build_request, read_now
from tests.clinical.format import Case
from tests.clinical.run import run_case

ADVICE = "dev.cds-hooks-server.advice"


class Labelled(NamedTuple):
    """A regimen of 4.2 with the record that tells it; `doses` are (mg, days), start and levels, then those of the kidney."""

    name: str
    record: dict[str, Any]
    reason: str
    doses: tuple[tuple[float, str], ...]
    moderate: tuple[tuple[float, str], ...] = ()
    severe: tuple[tuple[float, str], ...] = ()
    dialysis: tuple[tuple[float, str], ...] = ()


WEEKLY = {"is": "dexamethasone", "mg": 20, "dose": 40, "schedule": "weekly", "start": "2 days ago"}
FIRST_DAYS = {"schedule": "4/28", "start": "2 days ago"}
BORTEZOMIB = {"is": "bortezomib", "dose": 2.4, "schedule": "twice a week", "route": "subcutaneous", "start": "2 days ago"}
RITUXIMAB = {"is": "rituximab", "dose": 700, "schedule": "weekly", "start": "2 days ago"}
TRANSPLANT = [{"is": "autologous-transplant", "date": "2025-09-01"}]
MAINTAINED = [
    {"is": "lenalidomide", "kind": "dispense", "mg": 10, "quantity": 84, "supply_days": 84, "date": "85 days ago"},
]

MYELOMA_FLOOR = ((25, "21/28"), (20, "21/28"), (15, "21/28"), (10, "21/28"), (5, "21/28"), (2.5, "21/28"))
KIDNEY = ((10, "21/28"),), ((7.5, "21/28"), (15, "every other day")), ((5, "21/28"),)

REGIMENS = (
    Labelled(
        "Rd, untreated",
        {"medicines": [WEEKLY], "conditions": ["newly-diagnosed-myeloma"]},
        "multiple-myeloma",
        MYELOMA_FLOOR,
        *KIDNEY,
    ),
    Labelled(
        "RVd",
        {"medicines": [WEEKLY, BORTEZOMIB]},
        "multiple-myeloma",
        tuple((mg, "14/21") for mg, _ in MYELOMA_FLOOR),
        ((10, "14/21"),),
        ((7.5, "14/21"), (15, "every other day")),
        ((5, "14/21"),),
    ),
    Labelled(
        "MPR",
        {
            "medicines": [
                {"is": "melphalan", "mg": 2, "dose": 14, **FIRST_DAYS},
                {"is": "prednisone", "mg": 20, "dose": 160, **FIRST_DAYS},
            ]
        },
        "multiple-myeloma",
        ((10, "21/28"), (7.5, "21/28"), (5, "21/28"), (2.5, "21/28")),
        *KIDNEY,
    ),
    Labelled(
        "maintenance",
        {"procedures": TRANSPLANT},
        "multiple-myeloma",
        ((10, "28/28"), (5, "28/28"), (5, "21/28")),
        ((10, "28/28"),),
        ((7.5, "28/28"),),
        ((5, "28/28"),),
    ),
    Labelled("maintenance, raised", {"procedures": TRANSPLANT, "medicines": MAINTAINED}, "multiple-myeloma", ((15, "28/28"),)),
    Labelled(
        "previously treated",
        {"medicines": [WEEKLY], "conditions": ["multiple-myeloma-in-relapse"]},
        "multiple-myeloma",
        ((25, "21/28"), (15, "21/28"), (10, "21/28"), (5, "21/28")),
        *KIDNEY,
    ),
    Labelled(
        "MDS",
        {},
        "mds-del5q",
        ((10, "21/28"), (5, "28/28"), (2.5, "28/28"), (2.5, "every other day")),
        ((5, "21/28"), (2.5, "28/28"), (2.5, "every other day")),
        ((2.5, "21/28"), (2.5, "every other day"), (2.5, "twice a week")),
        ((2.5, "21/28"), (2.5, "every other day"), (2.5, "twice a week")),
    ),
    Labelled(
        "follicular lymphoma",
        {
            "medicines": [
                RITUXIMAB,
                {"is": "lenalidomide", "kind": "dispense", "mg": 20, "quantity": 21, "supply_days": 28, "date": "28 days ago"},
            ]
        },
        "follicular-lymphoma",
        ((20, "21/28"), (15, "21/28"), (10, "21/28"), (5, "21/28")),
        ((10, "21/28"), (5, "every other day"), (2.5, "21/28")),
    ),
)

CAPSULES = {7.5: 7.5, 2.5: 2.5, 5: 5, 10: 10, 15: 15, 20: 20, 25: 25}
#: mL/min, inside each band of the kidney table; None on dialysis.
CLEARANCES = {"doses": 90, "moderate": 40, "severe": 20, "dialysis": None}


def _count_capsules(days: str) -> int:
    named = {"every other day": 14, "twice a week": 8}
    return named[days] if days in named else int(days.split("/")[0])


def _compose(regimen: Labelled, mg: float, days: str, clearance: int | None) -> Case:
    """A man of 65 with everything documented: kidney, counts, body, serology, thyroid, liver, prophylaxis."""
    labs: list[dict[str, Any]] = [
        {"is": "neutrophils", "value": 4.0},
        {"is": "platelets", "value": 220},
        {"is": "haemoglobin", "value": 13.0},
    ]
    record = dict(regimen.record)
    if clearance is None:
        record["conditions"] = [*record.get("conditions", []), "dialysis-dependence"]
    else:
        labs.append({"is": "creatinine-clearance-measured", "value": clearance})
    order = {
        "medicine": "lenalidomide",
        "mg": CAPSULES[mg],
        "dose": mg,
        "schedule": days,
        "quantity": _count_capsules(days),
        "duration": 21 if days == "14/21" else 28,
        "reason": regimen.reason,
        "route": "oral",
    }
    facts = {"patient": {"sex": "male", "born": "1960-06-30"}, "vitals": {"weight": 82, "height": 180}, "labs": labs}
    return _as_case({**facts, "order": order, **record})


def _as_case(facts: dict[str, Any]) -> Case:
    return Case.model_validate({"name": "a labelled regimen", "expect": {"outcome": "no"}, **facts})


def _list_lenalidomide() -> list[Any]:
    return [
        pytest.param(regimen, mg, days, clearance, id=f"{regimen.name}, {mg} mg {days}, clearance {clearance}")
        for regimen in REGIMENS
        for kidney, clearance in CLEARANCES.items()
        for mg, days in getattr(regimen, kidney)
    ]


def _find_dose_cards(case: Case) -> list[str]:
    response, _ = run_case(build_request(case, name="labelled"), now=read_now(case))
    dose = [card for card in response["cards"] if card["extension"][ADVICE]["group"] == "dose"]
    return [card["summary"] for card in dose if card["indicator"] != "info"]


@pytest.mark.parametrize(("regimen", "mg", "days", "clearance"), _list_lenalidomide())
def test_a_labelled_dose_of_lenalidomide_gives_no_dose_card(
    regimen: Labelled, mg: float, days: str, clearance: int | None
) -> None:
    assert _find_dose_cards(_compose(regimen, mg, days, clearance)) == []


def test_a_dose_over_the_label_gives_one_so_that_the_test_can_fail() -> None:
    assert _find_dose_cards(_compose(REGIMENS[0], 25, "28/28", 90)) != []


@pytest.mark.parametrize("earlier", [(), ("2025-09-02",)], ids=["first dose", "six months after the last"])
@pytest.mark.parametrize("reason", ["postmenopausal-osteoporosis", "osteoporosis"])
def test_a_labelled_dose_of_denosumab_gives_no_dose_card(reason: str, earlier: tuple[str, ...]) -> None:
    given = [{"is": "denosumab-60", "kind": "administration", "mg": 60, "dose": 60, "date": day} for day in earlier]
    order = {"medicine": "denosumab-60", "mg": 60, "dose": 60, "schedule": "every 6 months", "quantity": 1, "reason": reason}
    facts = {"patient": {"sex": "female", "born": "1950-05-17"}, "order": {**order, "route": "subcutaneous"}, "medicines": given}
    labs = [{"is": "calcium", "value": 2.4}, {"is": "albumin", "value": 40}, {"is": "creatinine", "value": 70}]
    assert _find_dose_cards(_as_case({**facts, "labs": labs, "vitals": {"weight": 70, "height": 165}})) == []
