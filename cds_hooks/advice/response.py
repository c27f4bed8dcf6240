"""The whole answer: cards in their order, what could not be checked last, and the count of outcomes."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from cds_hooks.advice.cards import compose_card, find_medicine
from cds_hooks.advice.context import AdviceContext
from cds_hooks.advice.extension import compose_evaluation
from cds_hooks.advice.grouping import Leaflet, group_speeches
from cds_hooks.advice.speech import Speech, speak
from cds_hooks.advice.suggesting import offer_suggestions
from cds_hooks.advice.unchecked import compose_not_checked
from cds_hooks.advice.withholding import require_sound, withhold_faulty
from cds_hooks.chart.finding import Evidence
from cds_hooks.hooks.response import Json
from cds_hooks.knowledge.model import Rule
from cds_hooks.rules.outcome import Assessment, OutcomeState, RuleOutcome

_log = logging.getLogger(__name__)


def compose_response(assessment: Assessment, *, context: AdviceContext) -> Json:
    """The response of a CDS service as JSON members. Nothing judged and nothing missing: exactly `{"cards": []}`.

    A rule that ended in an error, whose texts cannot be filled, or whose card breaks CDS Hooks, is named on the not-checked card
    and breaks no other. Raises UnsoundResponse where what is left still breaks it.
    """
    speeches, failed = _speak_all(assessment, context)
    leaflets = group_speeches(speeches, context.knowledge.medicines)
    cards, withheld = withhold_faulty(_compose_cards(leaflets, assessment, context), leaflets, context=context)
    last = compose_not_checked(assessment, [*failed, *withheld], context=context)
    unchecked = last.to_json() if last else None
    response: Json = {"cards": [*cards, unchecked] if unchecked else cards}
    if assessment.judgements:
        response["extension"] = compose_evaluation(assessment, context.knowledge.version)
    return require_sound(response, unchecked=unchecked, context=context)


def _compose_cards(leaflets: Sequence[Leaflet], assessment: Assessment, context: AdviceContext) -> list[Json]:
    by_name = assessment.matched_by_text
    cards: list[Json] = []
    for leaflet, offer in zip(leaflets, offer_suggestions(leaflets, context), strict=True):
        is_by_name = leaflet[0].outcome.order.reference in by_name
        cards.append(compose_card(leaflet, offer, context=context, recognised_by_name=is_by_name).to_json())
    return cards


def _speak_all(assessment: Assessment, context: AdviceContext) -> tuple[list[Speech], list[Rule]]:
    """Every outcome that has something to say, said; and the rules that failed, in judging or in saying."""
    speeches: list[Speech] = []
    failed: list[Rule] = []
    told: dict[Evidence, str] = {}
    for outcome in [outcome for judgement in assessment.judgements for outcome in judgement.noted]:
        if outcome.state is OutcomeState.ERROR:
            failed.append(outcome.rule)
        elif outcome.case is not None:
            speech = _try_to_speak(outcome, context, told)
            if speech:
                speeches.append(speech)
            else:
                failed.append(outcome.rule)
    return speeches, failed


def _try_to_speak(outcome: RuleOutcome, context: AdviceContext, told: dict[Evidence, str]) -> Speech | None:
    assert outcome.case is not None
    try:
        medicine = find_medicine(outcome.rule.medicine, context)
        return speak(outcome, outcome.case, context=context, medicine=medicine, told=told)
    except Exception as error:  # whatever it is: this rule is named as not checked, the others still answer
        _log.error("rule %s could not be said: %s", outcome.rule.id, type(error).__name__)
        return None
