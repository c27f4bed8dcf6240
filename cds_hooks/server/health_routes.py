"""Whether the process is up, and whether it can serve."""

from __future__ import annotations

from flask import Blueprint, Response

from cds_hooks.server.answers import compose_answer
from cds_hooks.server.state import current_state

health_routes = Blueprint("health", __name__)


@health_routes.get("/healthz")
def tell_health() -> Response:
    """The process is up."""
    return compose_answer({"status": "ok"}, language="en")


@health_routes.get("/readyz")
def tell_readiness() -> Response:
    """Knowledge is loaded and every store answers; else 503 with what is not ready."""
    state = current_state()
    advice = state.advice
    if unready := (*advice.find_unready(), *(state.gate.find_unready() if state.gate else ())):
        return compose_answer({"status": "not ready", "waitsFor": list(unready)}, language="en", status=503)
    return compose_answer({"status": "ready", "knowledge": advice.knowledge_version}, language="en")
