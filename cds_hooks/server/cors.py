"""CORS: which web pages may read our answers (checklist S175); few enough lines to need no library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_EXPOSED = ("Access-Control-Expose-Headers", "X-Request-Id")

#: What a browser asks before it sends a call of a page.
_PREFLIGHT = (
    ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
    ("Access-Control-Allow-Headers", "Authorization, Content-Type"),
    ("Access-Control-Max-Age", "600"),
)


def list_cors_headers(environ: Mapping[str, Any], origins: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Those of any answer, errors too: without them a browser hides even the reason of a refusal."""
    allowed = "*" if "*" in origins else _find_listed(environ.get("HTTP_ORIGIN"), origins)
    if allowed is None:
        return ()
    headers = (("Access-Control-Allow-Origin", allowed), _EXPOSED)
    return (*headers, *_PREFLIGHT) if environ["REQUEST_METHOD"] == "OPTIONS" else headers


def _find_listed(origin: str | None, origins: tuple[str, ...]) -> str | None:
    return origin if origin in origins else None
