"""One card from the speeches that share it."""

from __future__ import annotations

from cds_hooks.advice.context import AdviceContext
from cds_hooks.advice.detail import compose_detail, tell_label, tell_source
from cds_hooks.advice.extension import ADVICE, compose_evidence
from cds_hooks.advice.grouping import Leaflet
from cds_hooks.advice.imprint import Imprint, keep
from cds_hooks.advice.links import compose_links, compose_page
from cds_hooks.advice.reasons import choose_reasons
from cds_hooks.advice.suggesting import Offer
from cds_hooks.advice.summary import fit_summary
from cds_hooks.advice.voice import Voice
from cds_hooks.chart.finding import Evidence
from cds_hooks.chart.inputs import PREFETCH_KEYS
from cds_hooks.hooks.profile import ClientProfile
from cds_hooks.hooks.response import Card, Coding, Json, Source, leave_out_empty
from cds_hooks.knowledge.model import Level, Medicine

TOPIC_SYSTEM = "urn:cds-hooks-server:rule"
LONGEST_TOPIC = 100


def compose_card(card: Leaflet, offer: Offer, *, context: AdviceContext, recognised_by_name: bool) -> Card:
    """The card of one critical finding, or of the warnings and infos of a group."""
    lead = card[0]
    voice = context.voice
    imprint = _find_imprint(card, context)
    return Card(
        summary=fit_summary(lead.summaries, len(card) - 1),
        indicator=lead.level.indicator,
        source=imprint.source,
        uuid=context.new_uuid(),
        detail=_find_detail(card, context, source=imprint.told, by_name=recognised_by_name, remark=offer.remark),
        suggestions=offer.suggestions,
        selection_behavior=offer.selection_behavior,
        links=imprint.links,
        override_reasons=imprint.override_reasons,
        extension={ADVICE: _compose_extension(card, context, voice=voice)},
    )


def _find_detail(card: Leaflet, context: AdviceContext, *, source: str, by_name: bool, remark: str) -> str:
    """Kept where nothing of the record or of the order is in it."""
    key = (source, by_name, *[speech.key for speech in card])
    if remark or None in key:
        return compose_detail(card, context.voice, source=source, recognised_by_name=by_name, remark=remark)
    detail = context.standing.details.get(key)
    if detail is None:
        detail = compose_detail(card, context.voice, source=source, recognised_by_name=by_name)
        keep(context.standing.details, key, detail)
    return detail


def _find_imprint(card: Leaflet, context: AdviceContext) -> Imprint:
    rules = [speech.outcome.rule.id for speech in card]
    is_info = card[0].level is Level.INFO
    key = (context.voice.language, context.base_url, context.smart_app, context.profile, is_info, *rules)
    imprint = context.standing.imprints.get(key)
    if imprint is None:
        imprint = _compose_imprint(card, context)
        keep(context.standing.imprints, key, imprint)
    return imprint


def _compose_imprint(card: Leaflet, context: AdviceContext) -> Imprint:
    rule = card[0].outcome.rule
    medicine = find_medicine(rule.medicine, context)
    label = tell_label(card, context.voice, medicine=medicine)
    topic = rule.id if len(card) == 1 else f"{rule.medicine}.{rule.group}"
    return Imprint(
        compose_source(label, rule.id, topic=topic, context=context),
        tell_source(label, context, medicine=medicine),
        choose_reasons(card, context.knowledge.override_reasons, voice=context.voice),
        compose_links((speech.outcome.rule for speech in card), context),
    )


def compose_source(label: str, rule_id: str, *, topic: str, context: AdviceContext) -> Source:
    """Label, the page of the leading rule, and the topic, which is the same on every card about the same thing."""
    return Source(label, compose_page(rule_id, context), Coding(write_topic(topic, context.profile), TOPIC_SYSTEM))


def write_topic(topic: str, profile: ClientProfile) -> str:
    """The topic code as the client takes it: without punctuation where it wants that, at most 100 characters."""
    if profile.topic_code == "alphanumeric":
        topic = "".join(character for character in topic if character.isascii() and character.isalnum())
    return topic[:LONGEST_TOPIC]


def find_medicine(id: str, context: AdviceContext) -> Medicine | None:
    """The medicine of a rule; None for the service's own rule."""
    for medicine in context.knowledge.medicines:
        if medicine.id == id:
            return medicine
    return None


def name_missing(missing: str, voice: Voice) -> str:
    """A prefetch key as it is, a fact by its English name."""
    return missing if missing in PREFETCH_KEYS else voice.name_in_english(missing)


def _compose_extension(card: Leaflet, context: AdviceContext, *, voice: Voice) -> Json:
    lead = card[0].outcome
    rules: list[str] = []
    evidence: list[Evidence] = []
    missing: list[str] = []
    for speech in card:
        rules.append(speech.outcome.rule.id)
        finding = speech.outcome.finding
        evidence += finding.evidence
        missing += finding.missing
    return leave_out_empty(
        {
            "rules": list(dict.fromkeys(rules)),
            "order": lead.order.reference,
            "medicine": lead.rule.medicine,
            "group": lead.rule.group,
            "knowledge": context.knowledge.version,
            "evidence": compose_evidence(evidence, voice),
            "missing": list(dict.fromkeys([name_missing(name, voice) for name in missing])),
        }
    )
