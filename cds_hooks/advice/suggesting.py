"""Proposals as suggestions: each with one action, each test once in a response, alternatives apart from tests."""

from __future__ import annotations

from collections.abc import Sequence

from cds_hooks.advice.context import AdviceContext
from cds_hooks.advice.grouping import Leaflet
from cds_hooks.advice.voice import uncapitalise
from cds_hooks.chart.records import WRITTEN_VERSION
from cds_hooks.hooks.response import Action, Suggestion, WrittenAction
from cds_hooks.knowledge.wording import join_words, say_date
from cds_hooks.record import Record, change
from cds_hooks.rules.proposals import AddMedicine, OrderTest, Proposal, RewriteDose

#: What is ordered besides: each stands by itself.
Addition = OrderTest | AddMedicine


class Offer(Record):
    """What one card offers, and how it may be chosen from."""

    suggestions: tuple[Suggestion, ...] = ()
    selection_behavior: str = ""
    remark: str = ""
    """Why a change of the order is not offered."""


def offer_suggestions(cards: Sequence[Leaflet], context: AdviceContext) -> list[Offer]:
    """One offer per card, in the order of the cards, so that a test stands on the card that needs it most.

    A card with two or more rewrites of an order (alternatives: at most one) offers no test beside them; its tests go
    to the next card of the same medicine that offers no alternatives. One rewrite and tests do not exclude each other: any.
    """
    offered: set[object] = set()
    waiting: dict[str, list[Addition]] = {}
    offers = []
    for card in cards:
        rewrites, tests = _read_proposals(card, offered)
        medicine = card[0].outcome.rule.medicine
        if len(rewrites) > 1:
            waiting.setdefault(medicine, []).extend(tests)
            tests = []
        else:
            tests = waiting.pop(medicine, []) + tests
        offers.append(_compose_offer(rewrites, tests, medicine=medicine, context=context))
    return offers


def _read_proposals(card: Leaflet, offered: set[object]) -> tuple[list[RewriteDose], list[Addition]]:
    """What the rules of a card propose and no card before it did."""
    rewrites: list[RewriteDose] = []
    tests: list[Addition] = []
    for speech in card:
        for proposal in speech.outcome.proposals:
            if (identity := _identify(proposal)) in offered:
                continue
            offered.add(identity)
            if isinstance(proposal, RewriteDose):
                rewrites.append(proposal)
            else:
                tests.append(proposal)
    return rewrites, tests


def _identify(proposal: Proposal) -> object:
    if not isinstance(proposal, RewriteDose):
        return proposal
    return (proposal.order.reference, proposal.dose_mg, proposal.pattern, proposal.strength_mg, proposal.capsules)


def _compose_offer(rewrites: list[RewriteDose], tests: list[Addition], *, medicine: str, context: AdviceContext) -> Offer:
    written = [_compose_suggestion(proposal, medicine, context=context) for proposal in (*rewrites, *tests)]
    suggestions = tuple(filter(None, written))
    remark = _tell_other_version(rewrites, context)
    if not suggestions:
        return Offer(remark=remark)
    natural = "at-most-one" if rewrites and not tests else "any"
    behavior = context.profile.selection_behavior or natural
    if behavior != natural and len(suggestions) > 1 and natural == "at-most-one":
        suggestions = tuple(_warn_of_others(suggestion, context) for suggestion in suggestions)
    return Offer(suggestions, behavior, remark)


def _warn_of_others(suggestion: Suggestion, context: AdviceContext) -> Suggestion:
    """An alternative for a client that does not know `at-most-one`: the words have to say it."""
    said = context.voice.say("suggestion.choose-one")
    actions = tuple(change(action, description=f"{action.description.rstrip('.')}. {said}") for action in suggestion.actions)
    return change(suggestion, label=f"{suggestion.label} ({uncapitalise(said.rstrip('.'))})", actions=actions)


def _tell_other_version(rewrites: list[RewriteDose], context: AdviceContext) -> str:
    """A changed order of another FHIR version would be a resource of two versions: it is said instead of offered."""
    for rewrite in rewrites:
        if rewrite.order.version != WRITTEN_VERSION:
            return context.voice.say("suggestion.other-version", version=rewrite.order.version)
    return ""


def _compose_suggestion(proposal: Proposal, medicine: str, *, context: AdviceContext) -> Suggestion | None:
    written = context.write(proposal, medicine)
    if written is None:
        return None
    voice = context.voice
    label = _compose_label(proposal, written, medicine=medicine, context=context)
    remarks = list(map(voice.say, written.remarks))
    if written.repairs:
        members = join_words(written.repairs, voice.say("card.and"))
        remarks.append(voice.say("suggestion.repaired", members=members))
    description = f"{label}. {' '.join(remarks)}" if remarks else label
    return Suggestion(label, context.new_uuid(), (Action(written.type, description, written.resource),))


def _compose_label(proposal: Proposal, written: WrittenAction, *, medicine: str, context: AdviceContext) -> str:
    voice = context.voice
    if isinstance(proposal, RewriteDose):
        names = {m.id: voice.read(m.name) for m in context.knowledge.medicines}
        return voice.say("suggestion.dose", medicine=names.get(medicine, medicine), dosage=written.said)
    if isinstance(proposal, AddMedicine):
        return voice.say("suggestion.add", medicine=written.said)
    if proposal.due is None:
        return voice.say("suggestion.test", test=written.said)
    return voice.say("suggestion.test-later", test=written.said, date=say_date(proposal.due, voice.language))
