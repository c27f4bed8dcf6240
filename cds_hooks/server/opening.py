"""Around the application: each call is opened before it, and every answer leaves with the headers that all of them carry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cds_hooks.server.cors import list_cors_headers
from cds_hooks.server.security_headers import list_security_headers
from cds_hooks.server.state import OPEN_CALL, OpenCall, ServerState

Wsgi = Callable[..., Iterable[bytes]]

VARY = ("Vary", "Accept-Language, Origin")


def open_calls(application: Wsgi, state: ServerState) -> Wsgi:
    """`application` with the call that it answers known to all of it (`state.current_call`). The headers are added here, once all
    at a time: werkzeug checks and copies each that it is given."""
    origins = state.settings.cors_origins
    always = (VARY, *list_security_headers(state.settings.base_url))

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        call = OpenCall(environ, state, state.caller)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            own = (("X-Request-Id", call.id), ("Content-Security-Policy", call.content_policy))
            return start_response(status, [*headers, *call.headers, *always, *own, *list_cors_headers(environ, origins)], *error)

        opened = OPEN_CALL.set(call)
        try:
            return application(environ, start)
        finally:
            OPEN_CALL.reset(opened)

    return answer
