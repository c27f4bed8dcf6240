"""CORS: which web pages may read our answers (checklist S175); few enough lines to need no library."""

from __future__ import annotations

from flask import Response, request

_METHODS = "GET, POST, OPTIONS"
_HEADERS = "Authorization, Content-Type"
_PREFLIGHT_SECONDS = "600"


def allow_origin(response: Response, origins: tuple[str, ...]) -> None:
    """Add the headers to any answer, errors too: without them a browser hides even the reason of a refusal."""
    allowed = _find_allowed(request.headers.get("Origin"), origins)
    if allowed is None:
        return
    response.headers["Access-Control-Allow-Origin"] = allowed
    response.headers["Access-Control-Expose-Headers"] = "X-Request-Id"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = _METHODS
        response.headers["Access-Control-Allow-Headers"] = _HEADERS
        response.headers["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS


def _find_allowed(origin: str | None, origins: tuple[str, ...]) -> str | None:
    if "*" in origins:
        return "*"
    return origin if origin in origins else None
