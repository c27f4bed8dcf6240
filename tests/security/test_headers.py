"""What every answer tells a browser, and what it tells nobody: which server this is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from cds_hooks.errors import SettingsError
from cds_hooks.settings import read_settings
from tests.api.conftest import advice, call, client, make_client
from tests.security.certificates import write_certificate
from tests.security.running import run_service

__all__ = ["advice", "call", "client", "make_client"]

EVERYWHERE = ["/cds-services", "/healthz", "/readyz", "/rules/", "/rules/made-up.rule", "/rules/none", "/nowhere"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_has_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_a_refusal_has_them_too(client: FlaskClient) -> None:
    response = client.post("/cds-services/medication-order-sign", data=b"{")
    assert (response.status_code, response.headers["X-Content-Type-Options"]) == (415, "nosniff")


def test_strict_transport_only_where_we_are_https(make_client: Callable[..., FlaskClient]) -> None:
    behind_tls = make_client(CDS_HOOKS_BASE_URL="https://cds.example.org").get("/cds-services")
    assert behind_tls.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in make_client().get("/cds-services").headers


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The real service with TLS of its own: its URL, and the certificate to trust."""
    chain, key = write_certificate(tmp_path_factory.mktemp("tls"))
    with run_service(CDS_HOOKS_TLS_CERT=str(chain), CDS_HOOKS_TLS_KEY=str(key)) as service:
        yield f"https://127.0.0.1:{service.port}", chain


def test_no_answer_says_which_server_it_is(tls: tuple[str, Path]) -> None:
    url, chain = tls
    for path in EVERYWHERE:
        headers = requests.get(url + path, verify=str(chain), timeout=10).headers
        assert "Server" not in headers
        assert "X-Powered-By" not in headers


def test_links_are_https_where_tls_is_our_own(tls: tuple[str, Path]) -> None:
    url, chain = tls
    headers = requests.get(f"{url}/cds-services", verify=str(chain), timeout=10).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


def test_plain_http_is_not_answered_where_tls_is_our_own(tls: tuple[str, Path]) -> None:
    url, _ = tls
    answer: Any = None
    try:
        answer = requests.get(url.replace("https", "http") + "/healthz", timeout=5)
    except requests.ConnectionError:
        return
    assert answer.status_code in (400, 403)


@pytest.mark.parametrize("only", ["CDS_HOOKS_TLS_CERT", "CDS_HOOKS_TLS_KEY"])
def test_certificate_and_key_go_together(tmp_path: Path, only: str) -> None:
    chain, _ = write_certificate(tmp_path)
    with pytest.raises(SettingsError, match="is not set; certificate and key go together"):
        read_settings({only: str(chain)})


def test_a_key_of_another_certificate_is_refused_at_start(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    chain, _ = write_certificate(tmp_path)
    _, key = write_certificate(tmp_path / "other")
    with pytest.raises(SettingsError, match="no PEM certificate chain with its key"):
        read_settings({"CDS_HOOKS_TLS_CERT": str(chain), "CDS_HOOKS_TLS_KEY": str(key)})
