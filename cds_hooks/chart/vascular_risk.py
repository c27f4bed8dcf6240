"""The risk factors of the vessels that the source names: smoking, hypertension, hyperlipidaemia (lenalidomide 4.4)."""

from __future__ import annotations

from itertools import chain

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.evidence import show_condition, show_observation
from cds_hooks.chart.finding import NO, Evidence, Finding

SMOKING = "smoking"
BY_PROBLEM = ("hypertension", "hyperlipidaemia")
SMOKING_STATUS = "smoking-status"
ENOUGH = "vascular-risk-factors"


def find_vascular_risk(bedside: Bedside, *, at_least: int) -> Finding:
    """Whether at least so many of the three are present; unknown where an input that could hold more could not be had."""
    present = 0
    evidence: tuple[Evidence, ...] = ()
    missing: list[tuple[str, ...]] = []
    for factor in (find_smoking(bedside), *[_find_problem(bedside, set_id) for set_id in BY_PROBLEM]):
        if factor.truth:
            present += 1
            evidence += factor.evidence
        elif factor.truth is None:
            missing.append(factor.missing)
    if present >= at_least:
        return Finding(True, evidence)
    if present + len(missing) < at_least:
        return Finding(False, evidence) if evidence else NO
    return Finding(None, evidence, tuple(dict.fromkeys(chain.from_iterable(missing))))


def find_smoking(bedside: Bedside) -> Finding:
    """Whether the patient smokes, by an active problem or the newest status that says yes or no."""
    problem = _find_problem(bedside, SMOKING)
    if problem.truth:
        return problem
    shown = _find_smoker_status(bedside)
    if shown is not None:
        return Finding(True, (shown,))
    lacking = bedside.chart.find_lacking("conditions", "observations")
    return Finding(None, (), lacking) if lacking else NO


def _find_smoker_status(bedside: Bedside) -> Evidence | None:
    for observed in bedside.observed(SMOKING_STATUS):
        if bedside.sets["answer-smoker"].find(observed.value):
            return show_observation(observed)
        if bedside.sets["answer-not-smoker"].find(observed.value) and not observed.preliminary:
            return None
    return None


def _find_problem(bedside: Bedside, set_id: str) -> Finding:
    found = bedside.find_active_conditions(set_id)
    if found:
        return Finding(True, tuple([show_condition(one) for one in found]))
    lacking = bedside.chart.find_lacking("conditions")
    return Finding(None, (), lacking) if lacking else NO
