"""Calls of a service, answered ahead of Flask: nearly all calls are these, and their route is known without looking."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from flask import Response
from werkzeug.sansio.utils import get_host

from cds_hooks.errors import RequestError
from cds_hooks.server.errors import answer_breakdown, answer_refusal
from cds_hooks.server.hook_routes import answer_hook
from cds_hooks.server.state import OpenCall, current_call

Step = Callable[[OpenCall], None]
Wsgi = Callable[..., Iterable[bytes]]

_PATH = re.compile(r"/cds-services/([A-Za-z0-9\-]+)/?")


def answer_service_calls(rest: Wsgi, steps: Sequence[Step], finish: Callable[[Response], Response]) -> Wsgi:
    """What answers calls of a service as the routes of Flask do, and leaves whatever else comes to `rest`. `steps` come before
    each answer and may refuse the call; `finish` comes after it."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        service_id = find_called_service(environ)
        if service_id is None:
            return rest(environ, start_response)
        current_call().is_of_service = True
        try:
            response = finish(_answer(service_id, steps))
        except Exception as error:
            response = answer_breakdown(error)
        return response(environ, start_response)

    return answer


def find_called_service(environ: dict[str, Any]) -> str | None:
    """The id in the path of an ordinary call of a service; None of any other, and of what only looks like one."""
    if environ["REQUEST_METHOD"] != "POST" or environ.get("SCRIPT_NAME") or "HTTP_UPGRADE" in environ:
        return None
    match = _PATH.fullmatch(environ["PATH_INFO"])
    return match[1] if match and _is_host(environ.get("HTTP_HOST", "")) else None


@lru_cache(maxsize=128)
def _is_host(header: str) -> bool:
    """Whether Flask would take it: a name that DNS can hold."""
    name, _, _ = get_host("http", header).lower().partition(":")
    try:
        return bool(name.encode("idna"))
    except UnicodeError:
        return False


def _answer(service_id: str, steps: Sequence[Step]) -> Response:
    try:
        for step in steps:
            step(current_call())
        return answer_hook(service_id)
    except RequestError as error:
        return answer_refusal(error)
    except Exception as error:
        return answer_breakdown(error)
