"""What gunicorn refuses before the application sees it, as an OperationOutcome (S71): its own page would quote the caller."""

from __future__ import annotations

import socket

import orjson
from gunicorn import util

from cds_hooks.server.answers import FHIR_JSON, compose_outcome

_HEAD = "\r\n".join(
    (
        "HTTP/1.1 {status} {reason}",
        "Connection: close",
        f"Content-Type: {FHIR_JSON}",
        "Content-Length: {length}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "\r\n",
    )
)


def say_errors_as_outcomes() -> None:
    """gunicorn has no setting for it. It says no more than the status: what it found wrong may hold a token."""
    util.write_error = _write_outcome


def _write_outcome(client: socket.socket, status: int, reason: str, _found: str) -> None:
    if status < 500:
        outcome = compose_outcome("invalid", "could not be read", element="request", language="en")
    else:
        outcome = compose_outcome("exception", "something broke here; nothing was checked", element=None, language="en")
    body = orjson.dumps(outcome)
    util.write_nonblock(client, _HEAD.format(status=status, reason=reason, length=len(body)).encode() + body)
