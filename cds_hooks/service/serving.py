"""The service as the server and the command line hold it: loaded once, asked many times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from cds_hooks.advice.context import AdviceContext
from cds_hooks.advice.refused import Refused, compose_refused
from cds_hooks.advice.voice import Voice
from cds_hooks.errors import FhirError
from cds_hooks.fhir.addresses import Reach
from cds_hooks.fhir.client import FetchLimits, FhirClient, open_client
from cds_hooks.fhir.deliveries import Delivery
from cds_hooks.fhir.fetching import fetch_missing, fetch_references
from cds_hooks.fhir.writing import warm
from cds_hooks.hooks.caller import Caller
from cds_hooks.hooks.hook_request import HookRequest
from cds_hooks.hooks.prefetch import compose_prefetch_templates
from cds_hooks.hooks.profile import ClientProfile
from cds_hooks.knowledge.pages import RuleLine, RulePage
from cds_hooks.knowledge.site import read_site_file
from cds_hooks.knowledge.source import find_cards_folder
from cds_hooks.service.advising import Call, Evaluation, Evaluator, Source, advise, load_evaluator
from cds_hooks.service.describing import describe_rule, list_rules
from cds_hooks.service.explaining import compose_explanation
from cds_hooks.settings import Settings


class Advice:
    """Loaded knowledge and settings; what `server.advice_port` asks for."""

    def __init__(self, evaluator: Evaluator, settings: Settings) -> None:
        self._evaluator = evaluator
        self._settings = settings
        self.templates: Mapping[str, str] = compose_prefetch_templates(evaluator.knowledge.vocabulary.asked_codes)
        reasons = evaluator.knowledge.override_reasons.values()
        self.reason_codes = frozenset((reason.system, reason.code) for reason in reasons)
        self.knowledge_version = evaluator.knowledge.version
        self._fetch_limits = FetchLimits(
            settings.fhir_timeout.total_seconds(), settings.max_fhir_bytes, Reach(settings.private_networks)
        )

    def advise(self, request: HookRequest, *, language: str, now: datetime, caller: Caller) -> dict[str, Any]:
        """The response body, as this caller can take it. Raises RequestError."""
        return self._evaluate(request, language=language, now=now, caller=caller).response

    def refuse(self, refused: Refused, *, language: str, now: datetime, profile: ClientProfile) -> dict[str, Any]:
        """The response body that says on one card that nothing was checked."""
        settings, knowledge = self._settings, self._evaluator.knowledge
        context = AdviceContext(
            knowledge,
            Voice(knowledge.facts, language),
            self._evaluator.standing,
            settings.base_url,
            now,
            profile,
            checks_responses=settings.check_responses,
        )
        return compose_refused(refused, context)

    def explain(self, request: HookRequest, *, language: str, now: datetime) -> str:
        """Every rule, its outcome of five, its evidence and what was missing."""
        caller = Caller(fhir_servers=self._settings.fhir_servers)
        evaluation = self._evaluate(request, language=language, now=now, caller=caller)
        return compose_explanation(evaluation, self._evaluator.knowledge, language)

    def list_rules(self, language: str) -> Sequence[RuleLine]:
        """Every rule, in the order of the tables."""
        return list_rules(self._evaluator.knowledge, language)

    def describe_rule(self, rule_id: str, language: str) -> RulePage | None:
        """The page of a rule."""
        return describe_rule(self._evaluator.knowledge, rule_id, language)

    def find_unready(self) -> tuple[str, ...]:
        """Nothing: the knowledge is loaded before the service listens, and there are no stores yet."""
        return ()

    def _evaluate(self, request: HookRequest, *, language: str, now: datetime, caller: Caller) -> Evaluation:
        settings = self._settings
        client = self._open_client(request, caller)
        call = Call(
            now=now,
            language=language,
            zone=settings.timezone,
            base_url=settings.base_url,
            profile=caller.profile,
            source=self._compose_source(client) if client else None,
            smart_app=settings.smart_app,
            checks_responses=settings.check_responses,
        )
        if client is None:
            return advise(request, self._evaluator, call)
        with client:
            return advise(request, self._evaluator, call)

    def _open_client(self, request: HookRequest, caller: Caller) -> FhirClient | None:
        """A client for the call's FHIR server; None where it names none, or one that this caller has not listed."""
        if not request.fhir_server:
            return None
        authorization = request.fhir_authorization
        try:
            return open_client(
                request.fhir_server,
                authorization.access_token if authorization else "",
                allowed=caller.fhir_servers,
                limits=self._fetch_limits,
            )
        except FhirError:
            return None

    def _compose_source(self, client: FhirClient) -> Source:
        deadline = client.compute_deadline()

        def fetch(deliveries: Mapping[str, Delivery], patient_id: str) -> dict[str, Delivery]:
            return fetch_missing(deliveries, self.templates, client, patient_id=patient_id, deadline=deadline)

        return Source(fetch, partial(_read_reference, client, deadline))


def _read_reference(client: FhirClient, deadline: float, reference: str) -> dict[str, Any] | None:
    return fetch_references([reference], client, deadline=deadline).get(reference)


def build_service(settings: Settings) -> Advice:
    """Load the knowledge for these settings. Raises KnowledgeError, SettingsError."""
    evaluator = load_settled(settings)
    warm()
    return Advice(evaluator, settings)


def load_settled(settings: Settings) -> Evaluator:
    """The knowledge of these settings, with the site's own numbers and codes. Raises KnowledgeError, SettingsError."""
    site = read_site_file(settings.site) if settings.site else None
    return load_evaluator(settings.cards or find_cards_folder(), site, code_map=settings.code_map)
