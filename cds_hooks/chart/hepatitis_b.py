"""Hepatitis B: what serology says (HBsAg, anti-HBc), and any infection on record, now or before (lenalidomide 4.4)."""

from __future__ import annotations

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.evidence import show_condition, show_observation
from cds_hooks.chart.finding import Evidence, Finding
from cds_hooks.chart.records import CodedObservation

HBSAG = "hbsag"
ANTI_HBC = "anti-hbc"
INFECTION = "hepatitis-b"


def find_hepatitis_b(bedside: Bedside) -> Finding:
    """Whether HBsAg or anti-HBc was ever positive, or an infection is on record in any status: it can come back."""
    positive = tuple(
        show_observation(observed)
        for topic in (HBSAG, ANTI_HBC)
        for observed in bedside.observed(topic)
        if _read_answer(bedside, observed) == "positive"
    )
    recorded = _show_recorded(bedside)
    if positive or recorded:
        return Finding(True, (*positive, *recorded))
    lacking = bedside.chart.find_lacking("observations", "conditions")
    return Finding(None if lacking else False, missing=lacking)


def find_no_serology(bedside: Bedside) -> Finding:
    """Whether neither HBsAg nor anti-HBc has an answer, and no infection is on record (that settles the status)."""
    if _show_recorded(bedside) or _find_answer(bedside, HBSAG) or _find_answer(bedside, ANTI_HBC):
        return Finding(False)
    return _true_if_whole(bedside, ())


def find_only_negative_hbsag(bedside: Bedside) -> Finding:
    """Whether HBsAg is negative and anti-HBc was not done: an earlier infection is not excluded."""
    hbsag = _find_answer(bedside, HBSAG)
    if hbsag is None or _read_answer(bedside, hbsag) != "negative" or _show_recorded(bedside):
        return Finding(False)
    if _find_answer(bedside, ANTI_HBC):
        return Finding(False)
    return _true_if_whole(bedside, (show_observation(hbsag),))


def _true_if_whole(bedside: Bedside, evidence: tuple[Evidence, ...]) -> Finding:
    lacking = bedside.chart.find_lacking("observations")
    return Finding(None if lacking else True, evidence, lacking)


def _show_recorded(bedside: Bedside) -> tuple[Evidence, ...]:
    return tuple(show_condition(found) for found in bedside.find_conditions(INFECTION))


def _find_answer(bedside: Bedside, topic: str) -> CodedObservation | None:
    """The newest that says positive or negative; a preliminary negative clears nothing."""
    return next((observed for observed in bedside.observed(topic) if _read_answer(bedside, observed)), None)


def _read_answer(bedside: Bedside, observed: CodedObservation) -> str:
    if bedside.sets["answer-positive"].find(observed.value):
        return "positive"
    if bedside.sets["answer-negative"].find(observed.value) and not observed.preliminary:
        return "negative"
    return ""
