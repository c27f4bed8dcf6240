"""The street that data walks: request, what is concerned, what is fetched, chart, outcomes, cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

from cds_hooks.advice.context import AdviceContext
from cds_hooks.advice.imprint import Standing, begin_standing
from cds_hooks.advice.response import compose_response
from cds_hooks.advice.voice import Voice
from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.inputs import PREFETCH_KEYS
from cds_hooks.chart.medicines import ALL_MEDICINE_KEYS, MEDICINE_KEYS
from cds_hooks.chart.when import Now
from cds_hooks.fhir.deliveries import Delivery
from cds_hooks.fhir.reading import ReadingContext, SeenDrafts, choose_zone, guess_zone, look_at_drafts, read_chart
from cds_hooks.fhir.writing import WritingContext, write_proposal
from cds_hooks.hooks.hook_request import HookRequest
from cds_hooks.hooks.profile import DEFAULT, ClientProfile
from cds_hooks.hooks.request import Limits, read_hook_request
from cds_hooks.hooks.services import find_service
from cds_hooks.knowledge.code_map import read_code_map
from cds_hooks.knowledge.knowledge import Knowledge
from cds_hooks.knowledge.loading import load_knowledge as load_cards
from cds_hooks.knowledge.site import SiteFile
from cds_hooks.knowledge.source import find_cards_folder
from cds_hooks.record import Record
from cds_hooks.rules.assessing import assess, find_judged
from cds_hooks.rules.compilation import ReadyMedicine, compile_rules
from cds_hooks.rules.outcome import Assessment
from cds_hooks.rules.unusable import is_lost_order
from cds_hooks.rules.viewing import assess_view, is_treated
from cds_hooks.service.needs import deliver, find_needed_keys, require_patient

FetchReference = Callable[[str], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Source:
    """Where what prefetch did not bring comes from: the FHIR server of the call, if it may be asked."""

    fetch: Callable[[Mapping[str, Delivery], str], dict[str, Delivery]]
    read: FetchReference


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Loaded knowledge with its rules ready to judge. `standing`: what its texts made of cards so far."""

    knowledge: Knowledge
    medicines: tuple[ReadyMedicine, ...]
    standing: Standing = field(default_factory=begin_standing, init=False, compare=False, repr=False)


class Call(Record):
    """What one call brings besides its request. `source` None: nothing is fetched. `checks_responses`: whether a card that breaks
    CDS Hooks is withheld."""

    now: datetime
    language: str = "en"
    zone: tzinfo = UTC
    base_url: str = "http://127.0.0.1:8080"
    profile: ClientProfile = DEFAULT
    source: Source | None = None
    smart_app: str = ""
    checks_responses: bool = True


class Evaluation(Record):
    """The response body and what it was made of."""

    response: dict[str, Any]
    assessment: Assessment


class _Reading(Record):
    """In which context the record is read; `seen` are the drafts, where they were read in it already."""

    context: ReadingContext
    seen: SeenDrafts | None = None


def load_knowledge(site: Mapping[str, Any] | None = None) -> Evaluator:
    """The shipped knowledge, with a site's own numbers given as plain data."""
    return load_evaluator(find_cards_folder(), SiteFile.model_validate(site) if site else None)


def load_evaluator(folder: Path, site: SiteFile | None = None, *, code_map: Path | None = None) -> Evaluator:
    """The knowledge of a folder, ready to judge; `code_map` is a site's own CSV. Raises KnowledgeError, SettingsError."""
    knowledge = load_cards(folder, site)
    if code_map is not None:
        vocabulary = replace(knowledge.vocabulary, code_map=read_code_map(code_map, folder))
        knowledge = replace(knowledge, vocabulary=vocabulary)
    return Evaluator(knowledge, compile_rules(knowledge))


def evaluate(
    body: bytes, service_id: str, evaluator: Evaluator, *, now: datetime, language: str = "en", fetch: Source | None = None
) -> Evaluation:
    """The whole way from the bytes of a call to its response, as the server goes it. Raises RequestError."""
    service = find_service(service_id)
    assert service is not None, f"no service {service_id}"
    request = read_hook_request(body, service=service, limits=Limits())
    return advise(request, evaluator, Call(now, language, source=fetch))


def advise(request: HookRequest, evaluator: Evaluator, call: Call) -> Evaluation:
    """Judge the orders of one call, or the treatment of a patient whose chart is opened. Raises MissingNecessaryData (412) where
    the patient could not be had."""
    if not request.has_orders:
        context = _compose_context(request, evaluator, call=call, zone=call.zone)
        return _respond(_judge_treatment(request, evaluator, _Reading(context), call), request, evaluator, call)
    context = _compose_context(request, evaluator, call=call, zone=guess_zone(request.draft_orders, call.zone))
    seen = look_at_drafts(request.draft_orders, context)
    judged = find_judged(seen.drafts, request.selections)
    keys = find_needed_keys(judged, evaluator.medicines, context)
    if not (keys or judged.unmatched or any(map(is_lost_order, seen.notes))):
        return Evaluation({"cards": []}, Assessment(()))
    # Days are counted in the zone of the judged order.
    zone = choose_zone(judged.orders, call.zone)
    if zone == context.zone and seen.are_read:
        reading = _Reading(context, seen)
    else:
        reading = _Reading(_compose_context(request, evaluator, call=call, zone=zone))
    assessment = _judge(request, evaluator, reading, keys, call)
    if keys == MEDICINE_KEYS and assessment.judgements:
        # An order of a partner, and the patient takes the medicine: now the rest is needed too.
        assessment = _judge(request, evaluator, _Reading(reading.context), PREFETCH_KEYS, call)
    return _respond(assessment, request, evaluator, call)


def _respond(assessment: Assessment, request: HookRequest, evaluator: Evaluator, call: Call) -> Evaluation:
    return Evaluation(compose_response(assessment, context=_compose_advice(request, evaluator, call)), assessment)


def _judge_treatment(request: HookRequest, evaluator: Evaluator, reading: _Reading, call: Call) -> Assessment:
    """First what tells whether the patient is on a medicine of ours; only then is the rest needed."""
    medicines = evaluator.medicines
    bedside, _ = _go_to_bedside(request, evaluator, reading, ALL_MEDICINE_KEYS, call)
    if not is_treated(bedside, medicines):
        return assess_view(bedside, medicines)
    bedside, deliveries = _go_to_bedside(request, evaluator, reading, PREFETCH_KEYS, call)
    assessment = assess_view(bedside, medicines)
    if assessment.judgements:
        require_patient(deliveries)
    return assessment


def _judge(request: HookRequest, evaluator: Evaluator, reading: _Reading, keys: tuple[str, ...], call: Call) -> Assessment:
    """What is known by these keys, assessed."""
    bedside, deliveries = _go_to_bedside(request, evaluator, reading, keys, call)
    assessment = assess(bedside, evaluator.medicines, find_judged(bedside.chart.drafts, request.selections))
    if assessment.judgements and keys == PREFETCH_KEYS:
        require_patient(deliveries)
    return assessment


def _go_to_bedside(
    request: HookRequest, evaluator: Evaluator, reading: _Reading, keys: tuple[str, ...], call: Call
) -> tuple[Bedside, dict[str, Delivery]]:
    """The chart of what these keys bring, and the keys as they were delivered."""
    knowledge = evaluator.knowledge
    words = knowledge.vocabulary
    deliveries = deliver(request, keys, call.source.fetch if call.source else None, asked_codes=words.observed_codes)
    chart = read_chart(deliveries, request.draft_orders, reading.context, seen=reading.seen)
    bedside = Bedside(chart, sets=words.sets, now=reading.context.now, numbers=knowledge.parameters, index=words.set_index)
    return bedside, deliveries


def _compose_context(request: HookRequest, evaluator: Evaluator, *, call: Call, zone: tzinfo) -> ReadingContext:
    return ReadingContext(
        patient_id=request.patient_id,
        vocabulary=evaluator.knowledge.vocabulary,
        now=Now(call.now, call.now.astimezone(zone).date()),
        zone=zone,
        fetch_reference=call.source.read if call.source else None,
    )


def _compose_advice(request: HookRequest, evaluator: Evaluator, call: Call) -> AdviceContext:
    knowledge = evaluator.knowledge
    return AdviceContext(
        knowledge,
        Voice(knowledge.facts, call.language),
        evaluator.standing,
        call.base_url,
        call.now,
        call.profile,
        call.smart_app,
        write=partial(write_proposal, context=WritingContext(knowledge, call.language, request.patient_id, call.now)),
        drafts=request.list_drafts(),
        checks_responses=call.checks_responses,
    )
