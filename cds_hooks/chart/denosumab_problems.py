"""Problems that bear on denosumab: symptoms of low calcium, new pain in the thigh, dental procedures, risks of the jaw (4.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.calcium import KINDS
from cds_hooks.chart.denosumab_course import DenosumabCourse
from cds_hooks.chart.evidence import show_condition, show_observation, show_procedure
from cds_hooks.chart.finding import NO, Evidence, Finding
from cds_hooks.chart.medicines import ALL_MEDICINE_KEYS, find_active, is_or_was_taken, show_medicine
from cds_hooks.chart.phase import Phase
from cds_hooks.chart.records import Condition, Procedure
from cds_hooks.chart.when import When

DATE_OF_PROBLEM = "date of the problem"
DATE_OF_PROCEDURE = "date of the procedure"


@dataclass(frozen=True, slots=True)
class Risks:
    """Where a risk may stand: value sets of active problems, procedures, medicines now, medicines at any time, and topics with
    the set of answers that count."""

    problems: Sequence[str] = ()
    procedures: Sequence[str] = ()
    taking: Sequence[str] = ()
    ever_taken: Sequence[str] = ()
    answers: Sequence[tuple[str, str]] = ()


def find_symptom_without_calcium(bedside: Bedside, course: DenosumabCourse, *set_ids: str) -> Finding:
    """An active symptom that began on or after the day of the last dose, and no calcium on or after the day of the symptom."""
    last = course.last.day if course.last else None
    found = _find_begun(bedside, course, last, set_ids)
    if not found.truth:
        return found
    uncovered: list[Finding] = []
    for one in bedside.find_active_conditions(*set_ids):
        since = one.record.since
        if since is None or last is None or _began_after(since, last) is not True:
            continue
        measured = _was_calcium_measured(bedside, since)
        if measured is False and not bedside.chart.find_lacking("observations"):
            return Finding(True, (show_condition(one), *course.evidence), course.missing)
        if measured is not True:
            lacking = bedside.chart.find_lacking("observations") or (DATE_OF_PROBLEM,)
            uncovered.append(Finding(None, (show_condition(one),), lacking))
    return uncovered[0] if uncovered else NO


def find_new_problem(bedside: Bedside, course: DenosumabCourse, *set_ids: str) -> Finding:
    """An active problem that began during the treatment: on or after the day of the first dose on record."""
    dated = [dose.day for dose in course.doses if dose.day]
    return _find_begun(bedside, course, min(dated, key=lambda day: day.first) if dated else None, set_ids)


def find_procedure_near(bedside: Bedside, planned: date, *set_ids: str, days: int) -> Finding:
    """A procedure planned or done within so many days of the planned dose, before or after."""
    unclear: list[Matched[Procedure]] = []
    for found in (*bedside.find_procedures(*set_ids), *bedside.find_planned_procedures(*set_ids)):
        near = _is_near(found.record, planned, days)
        if near:
            return Finding(True, (show_procedure(found),))
        if near is None:
            unclear.append(found)
    lacking = bedside.chart.find_lacking("procedures")
    if unclear:
        return Finding(None, tuple(show_procedure(found) for found in unclear), (*lacking, DATE_OF_PROCEDURE))
    return Finding(None if lacking else False, missing=lacking)


def find_risks(bedside: Bedside, risks: Risks) -> Finding:
    """Every risk on record, as evidence; unknown where there is none and something could not be had."""
    evidence = dict.fromkeys(
        (
            *(show_condition(found) for found in bedside.find_active_conditions(*risks.problems)),
            *(show_procedure(found) for found in bedside.find_procedures(*risks.procedures)),
            *(show_medicine(found) for found in find_active(bedside, *risks.taking)),
            *(show_medicine(f) for f in bedside.find_medicines(*risks.ever_taken) if is_or_was_taken(f.record)),
            *_find_answers(bedside, risks.answers),
        )
    )
    lacking = bedside.chart.find_lacking("conditions", *ALL_MEDICINE_KEYS, "procedures", "observations")
    if evidence:
        return Finding(True, tuple(evidence), lacking)
    return Finding(None if lacking else False, missing=lacking)


def find_on_record(bedside: Bedside, *set_ids: str) -> Finding:
    """A problem of any clinical status."""
    found = bedside.find_conditions(*set_ids)
    if found:
        return Finding(True, tuple(show_condition(one) for one in found))
    lacking = bedside.chart.find_lacking("conditions")
    return Finding(None if lacking else False, missing=lacking)


def _find_begun(bedside: Bedside, course: DenosumabCourse, since: When | None, set_ids: tuple[str, ...]) -> Finding:
    """An active problem that began on or after `since`; unknown where its date or that of the dose leaves it open."""
    problems = bedside.find_active_conditions(*set_ids)
    lacking = bedside.chart.find_lacking("conditions")
    if not problems:
        return Finding(None if lacking else False, missing=lacking)
    if course.phase is not Phase.CONTINUING:
        return Finding(None if course.missing else False, missing=course.missing)
    begun = [(found, _began_after(found.record.since, since)) for found in problems]
    if new := [found for found, after in begun if after]:
        return Finding(True, (*_show_all(new), *course.evidence), course.missing)
    if unclear := [found for found, after in begun if after is None]:
        return Finding(None, _show_all(unclear), (*lacking, DATE_OF_PROBLEM))
    return Finding(None if lacking else False, missing=lacking)


def _show_all(found: Iterable[Matched[Condition]]) -> tuple[Evidence, ...]:
    return tuple(show_condition(one) for one in found)


def _began_after(began: When | None, since: When | None) -> bool | None:
    if began is None or since is None:
        return None
    if began.first >= since.last:
        return True
    return False if began.last < since.first else None


def _was_calcium_measured(bedside: Bedside, since: When) -> bool | None:
    """On or after that day; a preliminary value does not count, and within a partial date it stays open."""
    days = [m.when for kind in KINDS for m in bedside.measured(kind) if not m.preliminary and m.when.last >= since.first]
    if any(day.first >= since.last for day in days):
        return True
    return None if days else False


def _is_near(procedure: Procedure, planned: date, days: int) -> bool | None:
    when = procedure.start or procedure.end
    if when is None:
        return None
    ends = {abs((planned - day).days) <= days for day in (when.first, when.last)}
    if len(ends) == 1:
        return ends.pop()
    return None


def _find_answers(bedside: Bedside, answers: Sequence[tuple[str, str]]) -> tuple[Evidence, ...]:
    """The newest answer to each question, where it counts."""
    newest = [(observed[0], set_id) for topic, set_id in answers if (observed := bedside.observed(topic))]
    return tuple(show_observation(one) for one, set_id in newest if bedside.sets[set_id].find(one.value))
