"""Our application finds routes as Flask does, with less to do."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Request
from werkzeug.exceptions import HTTPException
from werkzeug.test import create_environ

from cds_hooks.server.application import Application

PATHS = [
    "/calls/sign",
    "/calls/sign/",
    "/calls/",
    "//calls/sign",
    "/calls/sign/feedback",
    "/pages/",
    "/pages",
    "/",
    "/\u00e9",
    "/calls/\u00e9",
]
HOSTS = [
    "example.org",
    "EXAMPLE.org:8080",
    "[::1]:80",
    "a..b",
    "x" * 64,
    "x" * 62 + ":80",
    "x" * 300,
    "\u00e9",
    "a b",
    "",
    "a:99999",
    "xn--zz--zz",
]


def make(kind: type[Flask]) -> Flask:
    """An application with a few routes, set up as ours."""
    app = kind(__name__, static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.add_url_rule("/calls/<one>", "call", lambda one: one, methods=["POST"])
    app.add_url_rule("/calls/<one>/feedback", "feedback", lambda one: one, methods=["POST"])
    app.add_url_rule("/pages/", "pages", lambda: "")
    return app


PLAIN, OURS = make(Flask), make(Application)


def find_route(app: Flask, environ: dict[str, Any]) -> object:
    """The endpoint with its arguments, or the error and the methods that it names."""
    try:
        adapter = app.create_url_adapter(Request(dict(environ)))
        assert adapter is not None
        return adapter.match(), adapter.query_args, adapter.url_scheme
    except HTTPException as error:
        return type(error), sorted(getattr(error, "valid_methods", None) or ())


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", PATHS)
def test_a_path_leads_where_flask_leads_it(path: str, method: str) -> None:
    environ = create_environ(path, method=method, query_string="lang=\u00e9")
    assert find_route(OURS, environ) == find_route(PLAIN, environ)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", HOSTS)
def test_a_host_is_refused_where_flask_refuses_it(host: str, scheme: str) -> None:
    environ = {**create_environ("/calls/sign", method="POST"), "HTTP_HOST": host, "wsgi.url_scheme": scheme}
    assert find_route(OURS, environ) == find_route(PLAIN, environ)


@pytest.mark.parametrize(
    "more", [{"SCRIPT_NAME": "/x"}, {"HTTP_UPGRADE": "websocket", "HTTP_CONNECTION": "upgrade"}, {"PATH_INFO": "/calls/\xff"}]
)
def test_what_is_unusual_too(more: dict[str, str]) -> None:
    environ = {**create_environ("/calls/sign", method="POST"), **more}
    assert find_route(OURS, environ) == find_route(PLAIN, environ)


def test_outside_of_a_call_there_is_no_route() -> None:
    assert OURS.create_url_adapter(None) is PLAIN.create_url_adapter(None) is None
