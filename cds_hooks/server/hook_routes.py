"""The routes of CDS Hooks: discovery, and one call per hook."""

from __future__ import annotations

from flask import Blueprint, Response, request

from cds_hooks.errors import UnknownService
from cds_hooks.hooks.request import read_hook_request
from cds_hooks.hooks.services import compose_discovery, find_service
from cds_hooks.server.answers import compose_answer
from cds_hooks.server.body import read_json_body
from cds_hooks.server.call_log import note_call, note_cards
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
    service = find_service(service_id)
    if service is None:
        raise UnknownService("is no service; GET /cds-services lists them", element="id")
    note_call(service.id, "")
    state = current_state()
    limits = state.settings.limits
    call = read_hook_request(read_json_body(request, limits.max_body_bytes), service=service, limits=limits)
    note_call(service.id, call.hook_instance)
    language = state.find_language()
    body = state.advice.advise(call, language=language, now=state.now(), caller=state.find_caller())
    note_cards(body)
    return compose_answer(body, language=language)
