"""Flask, told what it would otherwise find out anew for every call."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, Request
from werkzeug.exceptions import BadHost
from werkzeug.routing import MapAdapter
from werkzeug.sansio.utils import get_host


class Application(Flask):
    """One whose routes depend neither on the host nor on a prefix, and are not async."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """What finds the route of a call. Raises BadHost (400) where Flask does, which looks at the host twice in each call."""
        if request is None or not _is_ordinary(environ := request.environ):
            return super().create_url_adapter(request)
        _check_host(environ["HTTP_HOST"])
        return self.url_map.bind(
            "",
            script_name="",
            subdomain="",
            url_scheme=environ["wsgi.url_scheme"],
            default_method=environ["REQUEST_METHOD"],
            path_info=_decode(environ["PATH_INFO"]),
            query_args=_decode(environ.get("QUERY_STRING", "")),
        )


def _is_ordinary(environ: dict[str, Any]) -> bool:
    return "HTTP_HOST" in environ and "HTTP_UPGRADE" not in environ and not environ.get("SCRIPT_NAME")


@lru_cache(maxsize=128)
def _check_host(header: str) -> None:
    """Raises BadHost for a name that DNS could not hold."""
    name, _, _ = get_host("http", header).lower().partition(":")
    try:
        name.encode("idna")
    except UnicodeError:
        raise BadHost from None


def _decode(text: str) -> str:
    """UTF-8 that WSGI hands on as if it were Latin-1."""
    return text.encode("latin1").decode(errors="replace")
