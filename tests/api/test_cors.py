"""CORS: checklist S175 and the contract, "Who may call"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

SIGN = "/cds-services/medication-order-sign"
EHR = "https://ehr.example.org"


def test_on_loopback_any_page_may_read(client: FlaskClient, call: dict[str, Any]) -> None:
    response = client.post(SIGN, json=call, headers={"Origin": EHR})
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_preflight_is_answered_without_credentials(client: FlaskClient) -> None:
    asked = {"Origin": EHR, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    response = client.options(SIGN, headers=asked)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, POST, OPTIONS"


def test_an_error_can_be_read_too(client: FlaskClient) -> None:
    response = client.post("/cds-services/none", json={}, headers={"Origin": EHR})
    assert response.status_code == 404
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_breakdown_can_be_read_too(client: FlaskClient, call: dict[str, Any], advice: Any) -> None:
    advice.error = KeyError("x")
    assert client.post(SIGN, json=call).headers["Access-Control-Allow-Origin"] == "*"


def test_off_loopback_no_page_may_read_unless_listed(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(host="10.0.0.1", CDS_HOOKS_AUTH="off")
    assert "Access-Control-Allow-Origin" not in client.get("/cds-services", headers={"Origin": EHR}).headers


def test_a_listed_origin_is_named_back(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(CDS_HOOKS_CORS_ORIGINS=f"https://other.example.org, {EHR}")
    response = client.get("/cds-services", headers={"Origin": EHR})
    assert response.headers["Access-Control-Allow-Origin"] == EHR
    assert "Origin" in response.headers["Vary"]


def test_an_origin_that_is_not_listed_gets_nothing(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(CDS_HOOKS_CORS_ORIGINS=EHR)
    response = client.get("/cds-services", headers={"Origin": EHR + ".evil.example"})
    assert "Access-Control-Allow-Origin" not in response.headers
