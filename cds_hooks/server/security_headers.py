"""What a browser is told of every answer: no guessing of types, no embedding, no referrer, and https only where we are https."""

from __future__ import annotations

_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)

#: The content policy of what is no page: should a browser show it, nothing in it runs or loads.
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"

_A_YEAR = ("Strict-Transport-Security", "max-age=31536000")


def list_security_headers(base_url: str) -> tuple[tuple[str, str], ...]:
    """Those of any answer, errors too; to them comes the content policy. `base_url`: the public one."""
    return (*_HEADERS, _A_YEAR) if base_url.startswith("https://") else _HEADERS
