"""The application factory: routes, errors and headers around one advice service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from flask import Flask, Response, request

from cds_hooks.server.advice_port import AdviceService
from cds_hooks.server.audit import Audit
from cds_hooks.server.authentication import authenticate
from cds_hooks.server.call_log import end_call
from cds_hooks.server.errors import register_errors
from cds_hooks.server.health_routes import health_routes
from cds_hooks.server.hook_routes import CALL_OF_SERVICE, hook_routes
from cds_hooks.server.json_lines import start_log
from cds_hooks.server.openapi import openapi_routes
from cds_hooks.server.opening import open_calls
from cds_hooks.server.rate_limit import RateLimit
from cds_hooks.server.rule_pages import rule_pages
from cds_hooks.server.service_calls import Step, answer_service_calls
from cds_hooks.server.state import compose_state, current_call
from cds_hooks.server.trust.gate import Gate, open_gate
from cds_hooks.server.warm_up import WARM_UP
from cds_hooks.settings import Settings


def create_app(advice: AdviceService, settings: Settings) -> Flask:
    """The web application, ready for any WSGI server. Raises SettingsError where the keys of a client cannot serve."""
    gate = open_gate(settings) if settings.auth == "required" else None
    app = Flask(__name__, static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # it redirects, to whatever Host the caller names
    for routes in (hook_routes, health_routes, rule_pages, openapi_routes):
        app.register_blueprint(routes)
    register_errors(app)
    start_log()
    steps, finish = _list_steps(settings, gate), _make_finish(Audit(settings.audit) if settings.audit else None)
    app.before_request(partial(_take, steps))
    app.after_request(finish)
    answer = answer_service_calls(app.wsgi_app, steps, finish)
    app.wsgi_app = open_calls(answer, compose_state(advice, settings, gate))  # type: ignore[method-assign]
    return app


def _list_steps(settings: Settings, gate: Gate | None) -> list[Step]:
    """What each call has to pass before it is answered."""
    steps: list[Step] = [authenticate] if gate else []
    if settings.rate_limit is not None:
        steps.append(RateLimit(settings.rate_limit, settings.redis_url).count)
    return steps


def _take(steps: Sequence[Step]) -> None:
    """A call that Flask answers goes the same steps."""
    call = current_call()
    call.is_of_service = request.endpoint == CALL_OF_SERVICE
    for step in steps:
        step(call)


def _make_finish(audit: Audit | None) -> Callable[[Response], Response]:
    def finish(response: Response) -> Response:
        """What is written of every call, refused ones too."""
        call = current_call()
        end_call(call, response.status_code)
        if audit and WARM_UP not in call.environ:
            audit.write(call, response.status_code)
        return response

    return finish
