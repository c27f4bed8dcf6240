"""The routes of CDS Hooks: discovery, one call per hook, and feedback."""

from __future__ import annotations

from flask import Blueprint, Response

from cds_hooks.errors import UnknownService
from cds_hooks.hooks.feedback import MAX_FEEDBACK_BYTES, count_feedback, read_feedback
from cds_hooks.hooks.request import read_hook_request
from cds_hooks.hooks.services import Service, compose_discovery, find_service
from cds_hooks.server.answers import compose_answer
from cds_hooks.server.body import read_json_body
from cds_hooks.server.call_log import note_call, note_cards, note_feedback, note_service
from cds_hooks.server.state import OpenCall, current_call

hook_routes = Blueprint("hooks", __name__)

#: Where Flask leads a call of a service that `server.service_calls` left to it.
CALL_OF_SERVICE = "hooks.answer_hook"


@hook_routes.get("/cds-services")
def discover() -> Response:
    """Discovery (S10 to S24)."""
    call = current_call()
    language = call.find_language()
    return compose_answer(compose_discovery(call.state.advice.templates, language), language=language)


@hook_routes.post("/cds-services/<service_id>")
def answer_hook(service_id: str) -> Response:
    """One call of a service (S30 to S70)."""
    call = current_call()
    state, service = call.state, _get_service(call, service_id)
    body = read_json_body(call.environ, state.limits.max_body_bytes)
    request = read_hook_request(body, service=service, limits=state.limits)
    note_call(call, request)
    language = call.find_language()
    answer = state.advice.advise(request, language=language, now=state.now(), caller=call.caller)
    note_cards(call, answer)
    return compose_answer(answer, language=language)


@hook_routes.post("/cds-services/<service_id>/feedback")
def take_feedback(service_id: str) -> Response:
    """What became of the cards of a service (S140 to S151). A card that we do not know may be another process's."""
    call = current_call()
    _get_service(call, service_id)
    items = read_feedback(read_json_body(call.environ, min(MAX_FEEDBACK_BYTES, call.state.limits.max_body_bytes)))
    note_feedback(call, count_feedback(items, call.state.advice.reason_codes))
    return compose_answer({}, language=call.find_language())


def _get_service(call: OpenCall, service_id: str) -> Service:
    """Raises UnknownService (404)."""
    service = find_service(service_id)
    if service is None:
        raise UnknownService("is no service; GET /cds-services lists them", element="id")
    note_service(call, service.id)
    return service
