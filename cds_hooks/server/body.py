"""Reading the body of a call within its limit."""

from __future__ import annotations

from typing import Any

from gunicorn.http.errors import ParseException
from werkzeug.http import parse_options_header
from werkzeug.wsgi import get_content_length

from cds_hooks.errors import BadRequest, TooLarge, WrongContentType

_CHUNK_BYTES = 65536

#: What reading raises where the caller breaks off, or sends chunks that are none.
_BROKEN_SENDING = (OSError, ParseException)


def read_json_body(environ: dict[str, Any], max_bytes: int) -> bytes:
    """The bytes of a JSON call, of its WSGI environment. Raises WrongContentType, TooLarge, or BadRequest where the sending broke
    off."""
    if not _is_json(environ.get("CONTENT_TYPE", "")):
        raise WrongContentType("is not application/json", element="Content-Type")
    if environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise WrongContentType("is not read; send the body uncompressed", element="Content-Encoding")
    length = get_content_length(environ) or 0
    if length > max_bytes:
        raise TooLarge("is larger than {bytes} bytes", element="body", bytes=max_bytes)
    body = _read(environ, max_bytes + 1 if environ.get("wsgi.input_terminated") else length)
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


def _is_json(content_type: str) -> bool:
    if content_type == "application/json":  # as nearly all write it
        return True
    media_type = parse_options_header(content_type)[0].lower()
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))


def _read(environ: dict[str, Any], at_most: int) -> bytes:
    """Not by werkzeug's stream: that cuts a body in chunks off at the limit, and calls it whole."""
    try:
        body: bytes = environ["wsgi.input"].read(at_most)
    except _BROKEN_SENDING:
        raise BadRequest("broke off before its end", element="body") from None
    return body
