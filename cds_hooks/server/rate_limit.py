"""So many calls for each client in a stretch of time, and no more: 429 with Retry-After."""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from cds_hooks.server.authentication import is_open
from cds_hooks.server.state import current_call
from cds_hooks.server.warm_up import WARM_UP
from cds_hooks.settings import Settings


def limit_calls(app: Flask, settings: Settings) -> None:
    """Count every call that is not open to anybody, by client, else by address: in Redis where workers share one, else in each
    worker. A Redis that does not answer is no reason to turn a client away: then each worker counts for itself."""
    if settings.rate_limit is None:
        return
    limiter = Limiter(
        _name_caller,
        default_limits=[settings.rate_limit],
        storage_uri=settings.redis_url or "memory://",
        in_memory_fallback_enabled=settings.redis_url is not None,
        headers_enabled=True,
        key_prefix="cds-hooks-calls",
    )
    limiter.request_filter(_is_not_counted)
    limiter.init_app(app)


def _name_caller() -> str:
    """Named clients and addresses are kept apart: no client is called as an address is written."""
    client = current_call().caller.name
    return f"client {client}" if client else f"address {get_remote_address()}"


def _is_not_counted() -> bool:
    return request.method == "OPTIONS" or is_open(request.path) or WARM_UP in request.environ
