"""The application factory: routes, errors and headers around one advice service."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response

from cds_hooks.server.advice_port import AdviceService
from cds_hooks.server.application import Application
from cds_hooks.server.audit import Audit
from cds_hooks.server.authentication import authenticate
from cds_hooks.server.call_log import end_call
from cds_hooks.server.errors import register_errors
from cds_hooks.server.health_routes import health_routes
from cds_hooks.server.hook_routes import hook_routes
from cds_hooks.server.json_lines import start_log
from cds_hooks.server.openapi import openapi_routes
from cds_hooks.server.opening import open_calls
from cds_hooks.server.rate_limit import limit_calls
from cds_hooks.server.rule_pages import rule_pages
from cds_hooks.server.state import compose_state, current_call
from cds_hooks.server.trust.gate import open_gate
from cds_hooks.server.warm_up import WARM_UP
from cds_hooks.settings import Settings


def create_app(advice: AdviceService, settings: Settings) -> Flask:
    """The web application, ready for any WSGI server. Raises SettingsError where the keys of a client cannot serve."""
    gate = open_gate(settings) if settings.auth == "required" else None
    app = Application(__name__, static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # it redirects, to whatever Host the caller names
    app.wsgi_app = open_calls(app.wsgi_app, compose_state(advice, settings, gate))  # type: ignore[method-assign]
    for routes in (hook_routes, health_routes, rule_pages, openapi_routes):
        app.register_blueprint(routes)
    register_errors(app)
    start_log()
    if gate:
        app.before_request(authenticate)
    limit_calls(app, settings)
    app.after_request(_make_finish(Audit(settings.audit) if settings.audit else None))
    return app


def _make_finish(audit: Audit | None) -> Callable[[Response], Response]:
    def finish(response: Response) -> Response:
        """What is written of every call, refused ones too."""
        call = current_call()
        end_call(call, response.status_code)
        if audit and WARM_UP not in call.environ:
            audit.write(call, response.status_code)
        return response

    return finish
