"""Keys are fetched from the registered place alone, kept, renewed and looked for again, and never asked for without bounds."""

from __future__ import annotations

import ssl
import time
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.errors import SettingsError, TrustStoreError
from cds_hooks.fhir.addresses import PUBLIC
from cds_hooks.server.trust.key_ring import RENEW_S, RETRY_S, UNKNOWN_S, KeyRing
from cds_hooks.server.trust.key_source import KeyFile, KeyUrl
from tests.security.certificates import write_certificate
from tests.security.key_server import KeyServer
from tests.security.registered import Log, Service
from tests.security.token_maker import ISSUER, compose_claims, make_ec_key, sign, write_jwks

OLD, NEW = make_ec_key("old", "old"), make_ec_key("new", "new")
MAX_AGE = timedelta(hours=1)
#: How the server misbehaves, and what the log then says.
FAULTS = {
    "error": "was answered with status 503",
    "drop": "could not be fetched in time",
    "html": "is not JSON",
    "list": "is no JWK Set: no list of keys",
    "huge": "is larger than 262144 bytes",
    "many": "is a JWK Set of more than 100 keys",
    "endless": "is larger than 262144 bytes",
    "slow": "could not be fetched in time",
    "trickle": "could not be fetched in time",
    "redirect": "was answered with status 302",
    "gzip": "came compressed, which was not asked for",
}


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Ring:
    """A key ring on a server of keys, with its clock."""

    def __init__(self, server: KeyServer) -> None:
        self.clock = Clock()
        self.keys = KeyRing("ward-ehr", KeyUrl(server.url, PUBLIC), max_age=MAX_AGE, clock=self.clock)

    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    def knows(self, kid: str) -> bool:
        return self.keys.find(kid) is not None


@pytest.fixture
def ring(key_server: KeyServer) -> Ring:
    key_server.content = write_jwks(OLD)
    return Ring(key_server)


def test_many_calls_are_one_fetch(ring: Ring, key_server: KeyServer) -> None:
    assert all(ring.knows("old") for _ in range(100))
    assert key_server.asked == 1


def test_a_new_key_is_found_without_a_restart(ring: Ring, key_server: KeyServer) -> None:
    assert ring.knows("old")
    key_server.content = write_jwks(OLD, NEW)
    ring.wait(RETRY_S)
    assert ring.knows("new")
    assert ring.knows("old")


def test_a_key_that_was_taken_away_stops_within_minutes(ring: Ring, key_server: KeyServer) -> None:
    assert ring.knows("old")
    key_server.content = write_jwks(NEW)
    ring.wait(RENEW_S)
    assert not ring.knows("old")


def test_a_flood_of_unknown_kids_is_one_fetch_in_ten_seconds(ring: Ring, key_server: KeyServer) -> None:
    for number in range(1000):
        assert not ring.knows(f"made-up-{number}")
        ring.wait(0.1)
    assert key_server.asked <= 100 / RETRY_S + 1


def test_the_same_unknown_kid_is_not_looked_for_again_for_a_minute(ring: Ring, key_server: KeyServer) -> None:
    for _ in range(int(UNKNOWN_S)):
        assert not ring.knows("made-up")
        ring.wait(0.9)
    assert key_server.asked == 1
    ring.wait(UNKNOWN_S)
    assert not ring.knows("made-up")
    assert key_server.asked == 2


def test_a_flood_does_not_hide_a_new_key(ring: Ring, key_server: KeyServer) -> None:
    for number in range(200):
        ring.knows(f"made-up-{number}")
    key_server.content = write_jwks(OLD, NEW)
    ring.wait(RETRY_S)
    ring.knows("made-up-again")
    assert ring.knows("new")


def test_the_memory_of_unknown_kids_is_bounded(ring: Ring) -> None:
    for number in range(1500):
        ring.wait(RETRY_S)
        ring.knows(f"made-up-{number}")
    assert len(ring.keys._unknown) <= 1000


@pytest.mark.parametrize("fault", FAULTS)
def test_known_keys_go_on_while_the_server_misbehaves(ring: Ring, key_server: KeyServer, fault: str) -> None:
    assert ring.knows("old")
    key_server.fault = fault
    ring.wait(RENEW_S)
    started = time.monotonic()
    assert ring.knows("old")
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("fault", FAULTS)
def test_without_keys_a_server_that_misbehaves_is_503_not_401(ring: Ring, key_server: KeyServer, fault: str) -> None:
    key_server.fault = fault
    with pytest.raises(TrustStoreError, match=f"^the JWK Set {FAULTS[fault]}$"):
        ring.knows("old")


def test_known_keys_go_on_until_their_age_and_no_longer(ring: Ring, key_server: KeyServer) -> None:
    assert ring.knows("old")
    key_server.fault = "error"
    ring.wait(MAX_AGE.total_seconds())
    assert ring.knows("old")
    ring.wait(RETRY_S)
    with pytest.raises(TrustStoreError):
        ring.knows("old")


def test_a_server_that_is_down_is_not_asked_by_every_call(ring: Ring, key_server: KeyServer) -> None:
    key_server.fault = "error"
    for _ in range(50):
        with pytest.raises(TrustStoreError):
            ring.knows("old")
    assert key_server.asked == 1


def test_a_server_that_is_down_keeps_one_call_in_a_minute_waiting(ring: Ring, key_server: KeyServer) -> None:
    assert ring.knows("old")
    key_server.fault = "error"
    ring.wait(RENEW_S)
    for _ in range(180):
        assert ring.knows("old")
        ring.wait(1)
    assert key_server.asked == 1 + 3


def test_a_server_that_is_up_again_is_heard(ring: Ring, key_server: KeyServer) -> None:
    key_server.fault = "error"
    with pytest.raises(TrustStoreError):
        ring.knows("old")
    key_server.fault = ""
    ring.wait(RETRY_S)
    assert ring.knows("old")


def test_a_new_key_cannot_be_known_while_the_server_is_down(ring: Ring, key_server: KeyServer) -> None:
    assert ring.knows("old")
    key_server.fault = "error"
    ring.wait(RETRY_S)
    with pytest.raises(TrustStoreError):
        ring.knows("new")
    assert ring.knows("old")


def test_a_redirect_is_not_followed(ring: Ring, key_server: KeyServer) -> None:
    elsewhere = KeyServer(write_jwks(OLD))
    key_server.fault, key_server.elsewhere = "redirect", elsewhere.url
    with pytest.raises(TrustStoreError, match="status 302"):
        ring.knows("old")
    elsewhere.stop()
    assert elsewhere.asked == 0


def test_a_name_that_leads_into_a_private_network_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = [(2, 1, 6, "", ("10.1.2.3", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: inside)
    with pytest.raises(TrustStoreError):
        KeyUrl("https://ehr.example.org/jwks", PUBLIC).read()


@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_key_server_has_to_prove_its_name(
    ring: Ring, key_server: KeyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    chain, secret = write_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    key_server.socket = context.wrap_socket(key_server.socket, server_side=True)
    if is_trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(chain))
    source = KeyUrl(key_server.url.replace("http:", "https:"), PUBLIC)
    with nullcontext() if is_trusted else pytest.raises(TrustStoreError):
        assert source.read() == write_jwks(OLD).encode()


def test_a_set_that_holds_no_key_any_more_lets_nobody_in(ring: Ring, key_server: KeyServer) -> None:
    assert ring.knows("old")
    key_server.content = '{"keys": []}'
    ring.wait(RENEW_S)
    assert not ring.knows("old")


def test_keys_in_a_file_rotate_too(tmp_path: Path) -> None:
    path, clock = tmp_path / "keys.json", Clock()
    path.write_text(write_jwks(OLD))
    ring = KeyRing("ward-ehr", KeyFile(path), max_age=MAX_AGE, clock=clock)
    assert ring.find("old") is not None
    path.write_text(write_jwks(NEW))
    clock.now += RETRY_S
    assert ring.find("new") is not None
    assert ring.find("old") is None


def test_a_call_reads_neither_keys_nor_clients(tmp_path: Path) -> None:
    (tmp_path / "ward.json").write_text(write_jwks(OLD))
    service = Service(tmp_path, {"name": "ward-ehr", "issuer": ISSUER, "jwks_file": "ward.json"})
    assert service.call(sign(compose_claims(), OLD)).status_code == 200
    for path in tmp_path.iterdir():
        path.unlink()
    assert service.call(sign(compose_claims(), OLD)).status_code == 200


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<html>", "is not JSON"),
        ("[]", "is no JWK Set: no list of keys"),
        ('{"keys": []}', "holds no usable key; each needs a kid"),
        (write_jwks(OLD.as_dict(private=True)), "holds a private key; keep that with the client"),
        (write_jwks({"kty": "oct", "kid": "x", "k": "eA"}), "holds a private key"),
    ],
)
def test_a_file_without_keys_stops_the_start(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "ward.json").write_text(content)
    with pytest.raises(SettingsError, match=f"jwks_file of client 'ward-ehr' {said}"):
        Service(tmp_path, {"name": "ward-ehr", "issuer": ISSUER, "jwks_file": "ward.json"})


@pytest.fixture
def service(tmp_path: Path, key_server: KeyServer) -> Service:
    key_server.content = write_jwks(OLD)
    return Service(tmp_path, {"name": "ward-ehr", "issuer": ISSUER, "jwks_url": key_server.url})


@pytest.mark.parametrize("has_jku", [True, False])
def test_a_jku_is_taken_only_where_it_is_the_registered_one(service: Service, key_server: KeyServer, has_jku: bool) -> None:
    header: dict[str, Any] = {"jku": key_server.url} if has_jku else {}
    assert service.call(sign(compose_claims(), OLD, **header)).status_code == 200
    assert key_server.asked == 1


def test_a_swapped_jku_is_never_asked(service: Service) -> None:
    attackers = KeyServer(write_jwks(NEW))
    assert service.call(sign(compose_claims(), NEW, jku=attackers.url)).status_code == 401
    attackers.stop()
    assert attackers.asked == 0


def test_keys_that_cannot_be_had_are_503_with_an_outcome(service: Service, key_server: KeyServer, log: Log) -> None:
    key_server.fault = "error"
    response = service.call(sign(compose_claims(), OLD))
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert response.get_json()["issue"][0]["code"] == "transient"
    assert service.advice.asked == []
    assert log.calls[-1]["unreachable"] == "the JWK Set was answered with status 503"
    assert key_server.url not in log.text
