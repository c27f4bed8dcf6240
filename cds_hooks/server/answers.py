"""Answers in JSON: written once by orjson, with the language they are in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from flask import Response
from werkzeug.datastructures import Headers

from cds_hooks.errors import RequestError
from cds_hooks.server.texts import translate

JSON = "application/json"
FHIR_JSON = "application/fhir+json"

#: When a key or a store that did not answer is asked again.
_RETRY_SECONDS = "10"


class _OwnHeaders(Headers):
    """Headers of our own words: werkzeug looks through all that it is given for the newlines of others."""

    def __init__(self, lines: list[tuple[str, str]]) -> None:
        self._list = lines


class _WholeAnswer(Response):
    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Sent as it is: its length is known, it has no place to correct, and none of our statuses forbids a body."""
        start_response(self.status, self.headers.to_wsgi_list())
        return () if environ["REQUEST_METHOD"] == "HEAD" else self.response  # type: ignore[return-value]


def compose_answer(body: Mapping[str, Any], *, language: str, status: int = 200, media_type: str = JSON) -> Response:
    """A JSON answer that no cache keeps: it is about a patient, or changes with the service."""
    content = orjson.dumps(body)
    headers = [
        ("Content-Type", media_type),
        ("Content-Length", str(len(content))),
        ("Content-Language", language),
        ("Cache-Control", "no-store"),
    ]
    return _WholeAnswer((content,), status=status, headers=_OwnHeaders(headers))


def compose_refusal(error: RequestError, language: str) -> Response:
    """A refused call as an OperationOutcome that names the element."""
    text = translate(error.template, language, error.values)
    outcome = compose_outcome(error.issue_code, text, element=error.element, language=language)
    response = compose_answer(outcome, language=language, status=error.status, media_type=FHIR_JSON)
    if error.status == 503:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def compose_unauthorized() -> Response:
    """401 without a word (S172): what is wrong with a token is for the log."""
    response = Response(status=401, headers={"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"})
    del response.headers["Content-Type"]
    return response


def compose_breakdown(language: str) -> Response:
    """Our own failure: never an empty list of cards, which would read as "checked, all fine"."""
    text = translate("something broke here; nothing was checked", language, {})
    outcome = compose_outcome("exception", text, element=None, language=language)
    return compose_answer(outcome, language=language, status=500, media_type=FHIR_JSON)


def compose_outcome(code: str, text: str, *, element: str | None, language: str) -> dict[str, Any]:
    """An OperationOutcome with one issue of severity error. `code` is of R4's IssueType; `element` the member at fault."""
    said = f"{element}: {text}" if element else text
    issue: dict[str, Any] = {"severity": "error", "code": code, "details": {"text": said}, "diagnostics": said}
    if element:
        issue["expression"] = [element]
    return {"resourceType": "OperationOutcome", "language": language, "issue": [issue]}
