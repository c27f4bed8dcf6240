"""The two extension members of the contract: what a card rests on, and the count of outcomes of the response."""

from __future__ import annotations

from collections.abc import Iterable

from cds_hooks.advice.voice import Voice
from cds_hooks.chart.finding import Evidence
from cds_hooks.hooks.response import Json, leave_out_empty
from cds_hooks.rules.outcome import Assessment, OutcomeState

ADVICE = "dev.cds-hooks-server.advice"
EVALUATION = "dev.cds-hooks-server.evaluation"
_STATES = tuple((state, state.value) for state in OutcomeState)


def compose_evidence(evidence: Iterable[Evidence], voice: Voice) -> list[Json]:
    """Each fact once: its English name, value and unit as recorded, date, reference; members left out when empty."""
    return [
        leave_out_empty(
            {
                "what": voice.name_in_english(fact.what),
                "value": fact.value,
                "unit": fact.unit,
                "date": fact.date,
                "reference": fact.reference,
            }
        )
        for fact in dict.fromkeys(evidence)
    ]


def compose_evaluation(assessment: Assessment, version: str) -> Json:
    """Counted over (judged order, rule) pairs; the not-checked rule is none of them."""
    tally = assessment.tally()
    return {EVALUATION: {"knowledge": version, "outcomes": {name: tally[state] for state, name in _STATES}}}
