"""Grades and causes in the words of the record: "diarrhoea grade 3 due to lenalidomide"."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.chart import Chart
from cds_hooks.chart.concept import Concept
from cds_hooks.chart.finding import Name
from cds_hooks.chart.phrases import names_as_cause, strip_grade_and_cause
from cds_hooks.chart.records import Condition, Patient
from cds_hooks.chart.toxicity import Toxicity, find_named_grade, find_toxicities
from cds_hooks.chart.when import Now, When
from cds_hooks.service import load_knowledge

KNOWLEDGE = load_knowledge().knowledge
SETS = KNOWLEDGE.vocabulary.sets


def sit_down(*conditions: Condition) -> Bedside:
    chart = Chart(Patient("Patient/1"), (), conditions=conditions)
    now = Now(datetime(2026, 3, 2, 10, tzinfo=UTC), date(2026, 3, 2))
    return Bedside(chart, sets=SETS, now=now, numbers=KNOWLEDGE.parameters)


def write_problem(text: str, severity: str = "", stage: str = "", onset: When | None = None) -> Condition:
    stages = (Concept(text=stage),) if stage else ()
    return Condition(
        Concept(text=text), "active", "confirmed", "Condition/1", onset=onset, severity=Concept(text=severity), stage=stages
    )


def find_rash(condition: Condition) -> Toxicity:
    (found,) = find_toxicities(sit_down(condition), ("rash",), medicine="lenalidomide")
    return found


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("Diarrhoea grade 3", 3),
        ("Diarree, graad IV (CTCAE)", 4),
        ("CTCAE 2 neuropathy", 2),
        ("Rash grade 1-2", 2),
        ("Huiduitslag graad 2 tot 3", 3),
        ("Tumour lysis of grade 0", 0),
        ("Diarrhoea", None),
        ("Follicular lymphoma grade 3a", None),
        ("Upgrade 3 times", None),
    ],
)
def test_a_grade_is_read_from_words(text: str, grade: int | None) -> None:
    assert find_named_grade(sit_down(), [Concept(text=text)]) == grade


@pytest.mark.parametrize(
    "text",
    ["Diarrhoea due to lenalidomide", "Lenalidomide-induced rash", "Diarree door Revlimid", "Rash on lenalidomide"],
)
def test_a_medicine_is_named_as_the_cause(text: str) -> None:
    assert names_as_cause(Concept(text=text), "lenalidomide", SETS)


@pytest.mark.parametrize(
    "text",
    [
        "Diarrhoea, not due to lenalidomide",
        "Diarree, niet gerelateerd aan lenalidomide",
        "Diarrhoea due to pomalidomide",
        "Diarrhoea before lenalidomide",
    ],
)
def test_what_denies_a_cause_or_names_none_is_none(text: str) -> None:
    assert not names_as_cause(Concept(text=text), "lenalidomide", SETS)


def test_words_of_grade_and_cause_leave_the_name_of_the_problem() -> None:
    bare = strip_grade_and_cause(Concept(text="Huiduitslag (graad 3) door lenalidomide"), "lenalidomide", SETS)
    assert bare is not None
    assert bare.text == "huiduitslag"


def test_a_text_without_such_words_is_left_alone() -> None:
    assert strip_grade_and_cause(Concept(text="Huiduitslag"), "lenalidomide", SETS) is None


def test_a_named_grade_counts_before_the_severity() -> None:
    assert find_rash(write_problem("Rash grade 1", severity="severe")).grade == 1


def test_the_stage_counts_before_the_severity() -> None:
    assert find_rash(write_problem("Rash", severity="mild", stage="grade 3")).grade == 3


@pytest.mark.parametrize(("severity", "grade"), [("mild", 1), ("matig", 2), ("Ernstig", 3)])
def test_a_severity_stands_for_its_grade(severity: str, grade: int) -> None:
    found = find_rash(write_problem("Rash", severity=severity))
    assert found.grade == grade
    assert found.evidence[1].value == severity


def test_without_grade_and_severity_the_grade_is_not_known() -> None:
    found = find_rash(write_problem("Rash"))
    assert (found.grade, found.shown) == (None, Name("grade.unknown"))


@pytest.mark.parametrize(
    ("onset", "begun"),
    [
        (When(date(2026, 1, 5), date(2026, 1, 5), "2026-01-05"), True),
        (When(date(2026, 1, 4), date(2026, 1, 4), "2026-01-04"), False),
        (When(date(2026, 1, 1), date(2026, 1, 31), "2026-01"), None),
        (None, None),
    ],
)
def test_a_partial_date_leaves_open_whether_it_began_since_the_start(onset: When | None, begun: bool | None) -> None:
    assert find_rash(write_problem("Rash", onset=onset)).has_begun_since(date(2026, 1, 5)) is begun


@pytest.mark.parametrize("medicine", ["lenalidomide", "thalidomide"])
def test_a_problem_without_a_word_of_grade_or_cause_is_not_taken_apart(medicine: str) -> None:
    names = sorted({name for one in SETS.values() for name in one.names})
    problems = [
        write_problem(text) for name in names for text in (name, f"rash {name}", f"{name} {medicine}", f"{medicine} {name}")
    ]
    worded = {id(one) for one in sit_down(*problems).worded_conditions}
    others = [one for one in problems if id(one) not in worded]
    assert worded
    assert others
    assert not [one for one in others if strip_grade_and_cause(one.concept, medicine, SETS)]
