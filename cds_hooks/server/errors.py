"""The one place where an error becomes an HTTP answer."""

from __future__ import annotations

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from cds_hooks.advice.refused import Refused
from cds_hooks.errors import BadRequest, RequestError, Unauthorized, UnknownService, WrongMethod
from cds_hooks.server.answers import compose_breakdown, compose_refusal, compose_unauthorized
from cds_hooks.server.body import discard_body
from cds_hooks.server.call_log import log_breakdown, note_refusal
from cds_hooks.server.refused_calls import answer_with_card
from cds_hooks.server.state import current_call
from cds_hooks.server.texts import translate


def register_errors(app: Flask) -> None:
    """Handle all that can be raised: refusals, those of the web framework among them, and whatever broke."""
    app.register_error_handler(RequestError, answer_refusal)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, answer_breakdown)


def answer_refusal(error: RequestError) -> Response:
    """Why a call was refused, in its own status or, for a client that takes none, on a card."""
    call = current_call()
    note_refusal(call, error)
    discard_body(call.environ, call.state.settings.max_body_bytes)
    if isinstance(error, Unauthorized):
        return compose_unauthorized()
    language = call.find_language()
    refused = Refused(translate(error.template, language, error.values), error.element or "")
    return answer_with_card(refused, status=error.status, language=language) or compose_refusal(error, language)


def _answer_http_error(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    response = answer_refusal(_translate_http_error(error))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _translate_http_error(error: HTTPException) -> RequestError:
    match error:
        case NotFound():
            return UnknownService("leads to nothing", element="path")
        case MethodNotAllowed():
            methods = ", ".join(sorted(error.valid_methods or ()))
            return WrongMethod("is not offered here; offered: {methods}", element="method", methods=methods)
        case _:
            return BadRequest("could not be read", element="body")


def answer_breakdown(error: Exception) -> Response:
    """That something broke: a fault of ours, told without a word of what it was."""
    call = current_call()
    log_breakdown(call, error)
    language = call.find_language()
    refused = Refused(translate("something broke here", language, {}))
    try:
        return answer_with_card(refused, status=500, language=language) or compose_breakdown(language)
    except Exception:  # what broke may be what composes cards: then the status has to say it
        return compose_breakdown(language)
