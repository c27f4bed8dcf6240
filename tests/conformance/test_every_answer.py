"""The invariants (checklist, part 4) do run on every answer that any test gets, and would catch one that breaks them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from tests.api.fake_advice import CARD, FakeAdvice
from tests.api.real_service import MAN, NOW, describe
from tests.clinical.run import run_case
from tests.conformance.calls import SIGN, order_sign
from tests.invariants import BrokenAnswer, check_answer, check_response
from tests.loopback_server import LoopbackServer

UUID = "00000000-0000-4000-8000-0000000000bb"
ACTION = {"type": "create", "description": "d", "resource": {"resourceType": "ServiceRequest"}}
OFFER: dict[str, Any] = {"label": "l", "uuid": UUID, "actions": [ACTION]}
LINK = {"label": "l", "url": "https://a.example", "type": "absolute"}

#: What makes the sound card of these tests break the invariants.
BROKEN: list[dict[str, Any]] = [
    {"summary": "x" * 140},
    {"summary": "💊" * 70},
    {"summary": ""},
    {"detail": None},
    {"detail": "<b>x</b>"},
    {"indicator": "hard-stop"},
    {"uuid": "1"},
    {"links": []},
    {"extension": {"a": {"b": ""}}},
    {"priority": 1},
    {"source": {"label": "l", "topic": {"code": "c"}}},
    {"source": {"url": "https://a.example"}},
    {"overrideReasons": [{"code": "c", "system": "s"}]},
    {"links": [{**LINK, "appContext": "x"}]},
    {"links": [{**LINK, "url": "/rules"}]},
    {"suggestions": [OFFER]},
    {"suggestions": [OFFER], "selectionBehavior": "all"},
    {"suggestions": [{**OFFER, "uuid": CARD["uuid"]}], "selectionBehavior": "any"},
    {"suggestions": [{**OFFER, "actions": [{**ACTION, "description": ""}]}], "selectionBehavior": "any"},
    {"suggestions": [{**OFFER, "actions": [{**ACTION, "type": "update"}]}], "selectionBehavior": "any"},
    {"suggestions": [{**OFFER, "actionSelectionBehavior": "all"}], "selectionBehavior": "any"},
]


def test_a_sound_card_breaks_nothing() -> None:
    check_response({"cards": [{**CARD, "suggestions": [OFFER], "selectionBehavior": "any", "links": [LINK]}]})


@pytest.mark.parametrize("members", BROKEN, ids=str)
def test_an_answer_that_breaks_them_is_caught_in_the_test_client(
    client: FlaskClient, advice: FakeAdvice, monkeypatch: pytest.MonkeyPatch, members: dict[str, Any]
) -> None:
    monkeypatch.setattr(advice, "advise", lambda *_, **__: {"cards": [{**CARD, **members}]})
    with pytest.raises(BrokenAnswer):
        client.post(SIGN, json=order_sign())


def test_a_response_without_http_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cds_hooks.advice.cards.fit_summary", lambda *_: "x" * 140)
    monkeypatch.setattr("cds_hooks.advice.response.withhold_faulty", lambda cards, *_, **__: (cards, []))
    with pytest.raises(BrokenAnswer, match="summary"):
        run_case(describe(MAN), now=datetime.fromisoformat(NOW))


@pytest.fixture
def broken_server() -> Iterator[str]:
    server = LoopbackServer(_Broken)
    yield server.origin
    server.stop()


def test_an_answer_over_a_socket_is_caught(broken_server: str) -> None:
    with pytest.raises(BrokenAnswer, match="no array of cards"):
        requests.post(broken_server + SIGN, json=order_sign(), timeout=10)


class _Broken(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:
        assert threading.current_thread() is not threading.main_thread()


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("POST", SIGN, 201, b'{"cards": []}'),
        ("POST", SIGN, 204, b""),
        ("POST", SIGN, 200, b"[]"),
        ("POST", SIGN, 200, b'{"cards": [], "cards": []}'),
        ("POST", SIGN, 200, b'{"cards": [], "systemActions": []}'),
        ("POST", SIGN, 200, b'{"cards": [], "extension": {"a.b": NaN}}'),
        ("POST", SIGN, 400, b"no"),
        ("POST", SIGN, 500, b'{"cards": []}'),
        ("POST", SIGN, 401, b'{"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "login"}]}'),
        ("POST", f"{SIGN}/feedback", 200, b'{"status": null}'),
        ("GET", "/cds-services", 200, b'{"services": [{"hook": "order-sign", "name": "old", "description": "d"}]}'),
        ("GET", "/cds-services", 200, b'{"services": [{"hook": "h", "id": "i", "description": "d", "prefetch": {}}]}'),
    ],
)
def test_other_answers_that_break_them_are_caught(method: str, path: str, status: int, body: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        check_answer(method, path, status, body)


def test_sound_answers_of_every_kind_are_let_through() -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "invalid"}]}
    check_answer("POST", SIGN, 200, b'{"cards": []}')
    check_answer("GET", "/cds-services", 200, b'{"services": []}')
    check_answer("POST", f"{SIGN}/feedback", 200, b"{}")
    check_answer("POST", SIGN, 400, json.dumps(outcome).encode())
    check_answer("POST", SIGN, 401, b"")
    check_answer("GET", "/metrics", 200, b"# no JSON")
