"""A call of a service is answered ahead of Flask as Flask's own route answers it, and nothing else is taken for one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import create_environ

from cds_hooks.errors import MissingNecessaryData
from cds_hooks.server import app as app_module
from cds_hooks.server.audit import Audit
from cds_hooks.server.service_calls import find_called_service
from tests.api.fake_advice import FakeAdvice

SIGN = "/cds-services/medication-order-sign"
ORDINARY = {"REQUEST_METHOD": "POST", "PATH_INFO": SIGN, "HTTP_HOST": "127.0.0.1:8080"}
#: Each differs from call to call.
UNLIKE = {"Date", "X-Request-Id", "X-RateLimit-Reset"}


@pytest.mark.parametrize("path", [SIGN, SIGN + "/"])
def test_a_call_of_a_service_is_known_by_its_path(path: str) -> None:
    assert find_called_service({**ORDINARY, "PATH_INFO": path}) == "medication-order-sign"


@pytest.mark.parametrize(
    "other",
    [
        {"REQUEST_METHOD": "GET"},
        {"REQUEST_METHOD": "OPTIONS"},
        {"PATH_INFO": "/cds-services"},
        {"PATH_INFO": "/cds-services/"},
        {"PATH_INFO": f"/{SIGN}"},
        {"PATH_INFO": f"{SIGN}//"},
        {"PATH_INFO": f"{SIGN}\n"},
        {"PATH_INFO": f"{SIGN}/feedback"},
        {"PATH_INFO": "/cds-services/\u00e9"},
        {"PATH_INFO": "/rules/medication-order-sign"},
        {"SCRIPT_NAME": "/x"},
        {"HTTP_HOST": "a..b"},
        {"HTTP_UPGRADE": "websocket"},
    ],
)
def test_what_is_none_is_left_to_flask(other: dict[str, str]) -> None:
    assert find_called_service({**ORDINARY, **other}) is None


@pytest.mark.parametrize("host", ["example.org", "EXAMPLE.org:8080", "[::1]:80", "localhost"])
def test_a_call_of_a_service_is_known_at_any_host(host: str) -> None:
    assert find_called_service({**ORDINARY, "HTTP_HOST": host}) == "medication-order-sign"


@pytest.mark.parametrize("host", ["a..b", "x" * 64, "x" * 62 + ":80", "x" * 300, "\u00e9", "xn--zz--zz", "a:99999"])
def test_a_host_that_flask_refuses_is_left_to_it(host: str) -> None:
    environ = {**create_environ(SIGN, method="POST"), "HTTP_HOST": host}
    try:
        Flask(__name__).create_url_adapter(Request(dict(environ)))
    except HTTPException:
        assert find_called_service(environ) is None


def test_a_call_without_host_is_left_to_flask() -> None:
    assert find_called_service({"REQUEST_METHOD": "POST", "PATH_INFO": SIGN}) is None


def answer(client: FlaskClient, path: str, body: Any, **more: Any) -> tuple[object, ...]:
    """What a caller sees, but for what differs in any two calls."""
    response = client.post(path, data=body, content_type="application/json", **more)
    said = response.get_json(silent=True) if response.data else None
    return response.status_code, sorted((k, v) for k, v in response.headers if k not in UNLIKE), said


@pytest.mark.parametrize("settings", [{}, {"CDS_HOOKS_PROFILE": "sandbox"}, {"CDS_HOOKS_RATE_LIMIT": "2/minute"}])
@pytest.mark.parametrize("error", [None, MissingNecessaryData("is required", element="prefetch.patient"), KeyError("Jansen")])
@pytest.mark.parametrize(
    ("path", "body"), [(SIGN, None), (SIGN + "/", None), (SIGN, b"{"), (SIGN, b"[]"), ("/cds-services/none", None)]
)
def test_ahead_of_flask_and_by_its_route_the_answer_is_the_same(
    make_client: Callable[..., FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
    advice: FakeAdvice,
    call: dict[str, Any],
    *,
    settings: dict[str, str],
    error: Exception | None,
    path: str,
    body: bytes | None,
) -> None:
    advice.error = error
    sent = json.dumps(call).encode() if body is None else body
    ahead = [answer(make_client(**settings), path, sent, headers=headers) for headers in ({}, {"Accept-Language": "nl"})]
    monkeypatch.setattr("cds_hooks.server.service_calls.find_called_service", lambda environ: None)
    routed = [answer(make_client(**settings), path, sent, headers=headers) for headers in ({}, {"Accept-Language": "nl"})]
    assert ahead == routed


def test_the_third_call_of_two_allowed_is_refused_either_way(
    make_client: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch, call: dict[str, Any]
) -> None:
    sent = json.dumps(call).encode()
    client = make_client(CDS_HOOKS_RATE_LIMIT="2/minute")
    ahead = [answer(client, SIGN, sent)[0] for _ in range(3)]
    monkeypatch.setattr("cds_hooks.server.service_calls.find_called_service", lambda environ: None)
    client = make_client(CDS_HOOKS_RATE_LIMIT="2/minute")
    assert ahead == [answer(client, SIGN, sent)[0] for _ in range(3)] == [200, 200, 429]


def test_what_breaks_after_the_answer_is_500_too(
    make_client: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch, call: dict[str, Any], tmp_path: Any
) -> None:
    class Broken(Audit):
        def write(self, call: Any, status: int) -> None:
            raise ValueError("Jansen")

    monkeypatch.setattr(app_module, "Audit", Broken)
    (tmp_path / "secret").write_text("x" * 40)
    client = make_client(CDS_HOOKS_AUDIT_FILE=str(tmp_path / "audit"), CDS_HOOKS_AUDIT_SECRET_FILE=str(tmp_path / "secret"))
    response = client.post(SIGN, json=call)
    assert (response.status_code, "Jansen" in response.text) == (500, False)
