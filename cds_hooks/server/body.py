"""Reading the body of a call within its limit."""

from __future__ import annotations

from typing import Any

from flask import Request
from gunicorn.http.errors import ParseException

from cds_hooks.errors import BadRequest, TooLarge, WrongContentType

_CHUNK_BYTES = 65536

#: What reading raises where the caller breaks off, or sends chunks that are none.
_BROKEN_SENDING = (OSError, ParseException)


def read_json_body(request: Request, max_bytes: int) -> bytes:
    """The bytes of a JSON call. Raises WrongContentType, TooLarge, or BadRequest where the sending broke off."""
    media_type = request.mimetype
    if media_type != "application/json" and not (media_type.startswith("application/") and media_type.endswith("+json")):
        raise WrongContentType("is not application/json", element="Content-Type")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise WrongContentType("is not read; send the body uncompressed", element="Content-Encoding")
    if (request.content_length or 0) > max_bytes:
        raise TooLarge("is larger than {bytes} bytes", element="body", bytes=max_bytes)
    body = _read(request, max_bytes + 1)
    if len(body) > max_bytes:
        raise TooLarge("is larger than {bytes} bytes", element="body", bytes=max_bytes)
    return body


def discard_body(environ: dict[str, Any], at_most: int) -> None:
    """Read away what a refused caller is still sending, up to a bound: a connection closed on unread bytes is reset,
    and the caller would never see why it was refused."""
    if not environ.get("wsgi.input_terminated"):
        return
    stream = environ["wsgi.input"]
    try:
        while at_most > 0 and (chunk := stream.read(min(_CHUNK_BYTES, at_most))):
            at_most -= len(chunk)
    except _BROKEN_SENDING:
        return


def _read(request: Request, at_most: int) -> bytes:
    """Not by werkzeug's stream: that cuts a body in chunks off at the limit, and calls it whole."""
    terminated = request.environ.get("wsgi.input_terminated")
    try:
        body: bytes = request.environ["wsgi.input"].read(at_most if terminated else request.content_length or 0)
    except _BROKEN_SENDING:
        raise BadRequest("broke off before its end", element="body") from None
    return body
