"""Mutual TLS at the proxy: the client of the certificate has to be the client of the token, and only the proxy says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from cds_hooks.errors import SettingsError
from cds_hooks.settings import read_settings
from tests.security.certificates import write_authority, write_client
from tests.security.nginx import Front, needs_nginx, run_nginx
from tests.security.registered import CALL, Log, Service
from tests.security.running import find_free_port, run_service
from tests.security.token_maker import ISSUER, SIGN, compose_claims, make_ec_key, sign, write_jwks

KEY = make_ec_key("ward")
WARD: dict[str, Any] = {"name": "ward-ehr", "issuer": ISSUER, "jwks_file": "ward.json"}
PROXY = {"CDS_HOOKS_PROXY_HEADER": "X-Client-Name", "CDS_HOOKS_PROXY_ADDRESSES": "10.1.0.0/24"}


@pytest.fixture
def service(tmp_path: Path) -> Service:
    (tmp_path / "ward.json").write_text(write_jwks(KEY))
    return Service(tmp_path, WARD, **PROXY)


def call(service: Service, address: str, *names: str, token: str = "") -> int:
    token = token or sign(compose_claims(), KEY)
    headers = [("Authorization", f"Bearer {token}"), *(("X-Client-Name", name) for name in names)]
    return service.http.post(SIGN, json=CALL, headers=headers, environ_base={"REMOTE_ADDR": address}).status_code


def test_the_tokens_client_with_its_own_certificate_is_served(service: Service) -> None:
    assert call(service, "10.1.0.7", "ward-ehr") == 200


@pytest.mark.parametrize(
    ("address", "names", "reason"),
    [
        ("10.1.0.7", ["other-ehr"], "the certificate is not that of the token's client"),
        ("10.1.0.7", [], "the certificate is not that of the token's client"),
        ("10.1.0.7", ["ward-ehr", "ward-ehr"], "the certificate is not that of the token's client"),
        ("10.1.0.7", ["WARD-EHR"], "the certificate is not that of the token's client"),
        ("10.1.1.7", ["ward-ehr"], "the call did not come through the proxy"),
        ("127.0.0.1", ["ward-ehr"], "the call did not come through the proxy"),
        ("", ["ward-ehr"], "the call did not come through the proxy"),
    ],
)
def test_anybody_else_is_401(service: Service, log: Log, address: str, names: list[str], reason: str) -> None:
    assert call(service, address, *names) == 401
    assert log.calls[-1]["refused"] == reason


def test_a_token_that_was_stolen_cannot_even_be_used_up(service: Service) -> None:
    token = sign(compose_claims(), KEY)
    assert call(service, "10.1.0.7", "other-ehr", token=token) == 401
    assert call(service, "10.1.0.7", "ward-ehr", token=token) == 200


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"CDS_HOOKS_PROXY_HEADER": "X-Client-Name"}, "CDS_HOOKS_PROXY_ADDRESSES: is not set"),
        ({"CDS_HOOKS_PROXY_ADDRESSES": "10.1.0.0/24"}, "CDS_HOOKS_PROXY_HEADER: is not set"),
        (PROXY, "needs CDS_HOOKS_AUTH=required"),
        ({**PROXY, "CDS_HOOKS_PROXY_HEADER": "X Client"}, "is not the name of a header"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(environ: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_settings(environ)


@dataclass(frozen=True, slots=True)
class Site:
    """nginx that asks for certificates, before the real service; and certificates by the name of their client."""

    front: Front
    certificates: dict[str, tuple[str, str]]
    url: str

    def call(self, name: str | None, **headers: str) -> requests.Response:
        token = sign(compose_claims(aud=f"{self.url}{SIGN}"), KEY)
        return self.front.post(
            headers={"Authorization": f"Bearer {token}", **headers}, cert=self.certificates[name] if name else None
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    authority, key = write_authority(folder)
    certificates = {name: tuple(map(str, write_client(folder, name, key))) for name in ("ward-ehr", "other-ehr")}
    (folder / "ward.json").write_text(write_jwks(KEY))
    (folder / "clients.yaml").write_text(yaml.safe_dump({"clients": [WARD]}))
    port = find_free_port()
    environ = {
        **PROXY,
        "CDS_HOOKS_PROXY_ADDRESSES": "127.0.0.1/32",
        "CDS_HOOKS_AUTH": "required",
        "CDS_HOOKS_CLIENTS": str(folder / "clients.yaml"),
        "CDS_HOOKS_BASE_URL": f"https://127.0.0.1:{port}",
    }
    asking = {
        "#ssl_client_certificate /etc/ssl/cds-hooks/clients-ca.pem;": f"ssl_client_certificate {authority};",
        "#ssl_verify_client on;": "ssl_verify_client on;",
    }
    with run_service(**environ) as service, run_nginx(folder, service.port, asking, port) as front:
        yield Site(front, {name: (pair[0], pair[1]) for name, pair in certificates.items()}, f"https://127.0.0.1:{port}")


@needs_nginx
def test_through_nginx_the_certificate_of_the_client_serves(site: Site) -> None:
    assert site.call("ward-ehr").status_code == 200


@needs_nginx
def test_through_nginx_no_caller_can_name_itself(site: Site) -> None:
    """A good certificate of another client, and a header that says otherwise."""
    assert site.call("other-ehr", **{"X-Client-Name": "ward-ehr"}).status_code == 401


@needs_nginx
def test_through_nginx_nobody_without_a_certificate_is_heard(site: Site) -> None:
    assert site.call(None, **{"X-Client-Name": "ward-ehr"}).status_code == 400
