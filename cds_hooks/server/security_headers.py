"""What a browser is told of every answer: no guessing of types, no embedding, no referrer, and https only where we are https."""

from __future__ import annotations

from flask import Response

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

#: For what is no page: should a browser show it, nothing in it runs or loads.
_POLICY = "default-src 'none'; frame-ancestors 'none'"

_A_YEAR = "max-age=31536000"


def add_security_headers(response: Response, base_url: str) -> None:
    """Add them to any answer, errors too; a page brings a content policy of its own. `base_url`: the public one."""
    response.headers.update(_HEADERS)
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    if base_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = _A_YEAR
