"""The two extension members of the contract: what a card rests on, and the count of outcomes of the response."""

from __future__ import annotations

from collections.abc import Iterable

from cds_hooks.advice.voice import Voice
from cds_hooks.chart.finding import Evidence
from cds_hooks.hooks.response import Json, leave_out_empty
from cds_hooks.rules.outcome import Assessment, OutcomeState

ADVICE = "dev.cds-hooks-server.advice"
EVALUATION = "dev.cds-hooks-server.evaluation"
_MEMBERS = ("what", "value", "unit", "date", "reference")
_STATES = tuple((state, state.value) for state in OutcomeState)


def compose_evidence(evidence: Iterable[Evidence], voice: Voice) -> list[Json]:
    """Each fact once: its English name, value and unit as recorded, date, reference; members left out when empty."""
    told = []
    for fact in dict.fromkeys(evidence):
        words = (voice.name_in_english(fact.what), fact.value, fact.unit, fact.date, fact.reference)
        told.append(leave_out_empty(dict(zip(_MEMBERS, words, strict=True))))
    return told


def compose_evaluation(assessment: Assessment, version: str) -> Json:
    """Counted over (judged order, rule) pairs; the not-checked rule is none of them."""
    count = assessment.tally().get
    return {EVALUATION: {"knowledge": version, "outcomes": {name: count(state, 0) for state, name in _STATES}}}
