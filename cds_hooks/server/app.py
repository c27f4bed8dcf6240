"""The application factory: routes, errors and headers around one advice service."""

from __future__ import annotations

from flask import Flask, Response, g, request

from cds_hooks.server.advice_port import AdviceService
from cds_hooks.server.audit import Audit
from cds_hooks.server.authentication import authenticate
from cds_hooks.server.call_log import begin_call, end_call
from cds_hooks.server.cors import allow_origin
from cds_hooks.server.errors import register_errors
from cds_hooks.server.health_routes import health_routes
from cds_hooks.server.hook_routes import hook_routes
from cds_hooks.server.json_lines import start_log
from cds_hooks.server.openapi import openapi_routes
from cds_hooks.server.rate_limit import limit_calls
from cds_hooks.server.rule_pages import rule_pages
from cds_hooks.server.security_headers import add_security_headers
from cds_hooks.server.state import ServerState, current_state, keep_state
from cds_hooks.server.trust.gate import open_gate
from cds_hooks.server.warm_up import WARM_UP
from cds_hooks.settings import Settings


def create_app(advice: AdviceService, settings: Settings) -> Flask:
    """The web application, ready for any WSGI server. Raises SettingsError where the keys of a client cannot serve."""
    gate = open_gate(settings) if settings.auth == "required" else None
    app = Flask(__name__, static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # it redirects, to whatever Host the caller names
    audit = Audit(settings.audit) if settings.audit else None
    keep_state(app.extensions, ServerState(advice, settings, audit, gate))
    for routes in (hook_routes, health_routes, rule_pages, openapi_routes):
        app.register_blueprint(routes)
    register_errors(app)
    start_log()
    app.before_request(begin_call)
    app.before_request(authenticate)
    limit_calls(app, settings)
    app.after_request(_finish)
    return app


def _finish(response: Response) -> Response:
    """What every answer carries, errors and preflights too."""
    response.headers["Vary"] = "Accept-Language, Origin"
    response.headers["X-Request-Id"] = g.request_id
    settings, audit = current_state().settings, current_state().audit
    add_security_headers(response, settings.base_url)
    allow_origin(response, settings.cors_origins)
    end_call(response)
    if audit and WARM_UP not in request.environ:
        audit.write(response)
    return response
