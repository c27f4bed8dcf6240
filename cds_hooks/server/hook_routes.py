"""The routes of CDS Hooks: discovery, one call per hook, and feedback."""

from __future__ import annotations

from flask import Blueprint, Response, request

from cds_hooks.errors import UnknownService
from cds_hooks.hooks.feedback import MAX_FEEDBACK_BYTES, count_feedback, read_feedback
from cds_hooks.hooks.request import read_hook_request
from cds_hooks.hooks.services import Service, compose_discovery, find_service
from cds_hooks.server.answers import compose_answer
from cds_hooks.server.audit import note_audited_call, note_audited_rules
from cds_hooks.server.body import read_json_body
from cds_hooks.server.call_log import note_call, note_cards, note_feedback
from cds_hooks.server.state import current_state

hook_routes = Blueprint("hooks", __name__)


@hook_routes.get("/cds-services")
def discover() -> Response:
    """Discovery (S10 to S24)."""
    state = current_state()
    language = state.find_language()
    return compose_answer(compose_discovery(state.advice.templates, language), language=language)


@hook_routes.post("/cds-services/<service_id>")
def answer_hook(service_id: str) -> Response:
    """One call of a service (S30 to S70)."""
    service = _get_service(service_id)
    state = current_state()
    limits = state.settings.limits
    call = read_hook_request(read_json_body(request, limits.max_body_bytes), service=service, limits=limits)
    note_call(service.id, call.hook_instance)
    note_audited_call(call)
    language = state.find_language()
    body = state.advice.advise(call, language=language, now=state.now(), caller=state.find_caller())
    note_cards(body)
    note_audited_rules(body)
    return compose_answer(body, language=language)


@hook_routes.post("/cds-services/<service_id>/feedback")
def take_feedback(service_id: str) -> Response:
    """What became of the cards of a service (S140 to S151). A card that we do not know may be another process's."""
    _get_service(service_id)
    state = current_state()
    items = read_feedback(read_json_body(request, min(MAX_FEEDBACK_BYTES, state.settings.max_body_bytes)))
    note_feedback(count_feedback(items, state.advice.reason_codes))
    return compose_answer({}, language=state.find_language())


def _get_service(service_id: str) -> Service:
    """Raises UnknownService (404)."""
    service = find_service(service_id)
    if service is None:
        raise UnknownService("is no service; GET /cds-services lists them", element="id")
    note_call(service.id, "")
    return service
