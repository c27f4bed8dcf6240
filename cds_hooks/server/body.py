"""Reading the body of a call within its limits."""

from __future__ import annotations

from typing import Any

from flask import Request

from cds_hooks.errors import WrongContentType

_CHUNK_BYTES = 65536


def read_json_body(request: Request) -> bytes:
    """The bytes of a JSON call. Raises WrongContentType, or RequestEntityTooLarge before the whole body is read."""
    media_type = request.mimetype
    if media_type != "application/json" and not (
        media_type.startswith("application/") and media_type.endswith("+json")
    ):
        raise WrongContentType("the body is not declared as application/json", element="Content-Type")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise WrongContentType("compressed bodies are not read", element="Content-Encoding")
    return request.get_data(cache=False)


def discard_body(environ: dict[str, Any], at_most: int) -> None:
    """Read away what a refused caller is still sending, up to a bound: a connection closed on unread bytes is reset,
    and the caller would never see why it was refused. gunicorn's stream ends with the body."""
    if not environ.get("wsgi.input_terminated"):
        return
    stream = environ["wsgi.input"]
    while at_most > 0 and (chunk := stream.read(min(_CHUNK_BYTES, at_most))):
        at_most -= len(chunk)
