"""A request goes to the very address that was checked, whatever a name leads to the next time it is looked up (S179)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from threading import Thread
from typing import Any

import pytest

from cds_hooks.errors import FhirError
from cds_hooks.fhir.addresses import PUBLIC, ForbiddenAddress, Reach, find_addresses
from cds_hooks.fhir.client import FORBIDDEN, FetchLimits, open_client

HOST = "ehr.example.org"
#: Only this one address of the loopback network counts as listed.
LISTED = Reach((ip_network("127.0.0.1/32"),))

REFUSED = [
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254"),
    *("192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254"),
    *("ff02::1", "2001:db8::1", "::ffff:10.1.2.3", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"),
]
PUBLIC_ADDRESSES = ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]


class Resolver:
    """Stands for DNS: each look-up of a name gives the next answer, the last one for good."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self._real = socket.getaddrinfo
        self.asked: list[str] = []

    def __call__(self, host: str, port: Any, *rest: Any, **more: Any) -> list[Any]:
        if host != HOST:
            return self._real(host, port, *rest, **more)
        self.asked.append(host)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [info for address in answer for info in self._real(address, port, *rest, **more)]


class _Server(ThreadingHTTPServer):
    def __init__(self, address: str, port: int = 0) -> None:
        self.seen: list[str] = []
        super().__init__((address, port), _Handler)
        Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.seen.append(self.headers["Host"])
        body = b'{"resourceType":"Patient","id":"p1"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def servers() -> Iterator[tuple[_Server, _Server]]:
    """One server that may be called, and one at another address with the same port."""
    good = _Server("127.0.0.1")
    evil = _Server("127.0.0.2", good.server_port)
    yield good, evil
    for server in (good, evil):
        server.shutdown()
        server.server_close()


def read_patient(port: int, reach: Reach, host: str = HOST) -> dict[str, Any]:
    base = f"http://{host}:{port}/fhir"
    with open_client(base, "secret", allowed=[base], limits=FetchLimits(2, reach=reach)) as client:
        return client.read("Patient/p1", client.compute_deadline())


@pytest.mark.parametrize("address", REFUSED)
def test_a_name_that_leads_to_a_private_address_leads_nowhere(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Resolver([address]))
    with pytest.raises(ForbiddenAddress):
        find_addresses(HOST, 443, PUBLIC)


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_a_public_address_may_be_called(address: str) -> None:
    assert PUBLIC.allows(ip_address(address), HOST)


def test_of_several_addresses_only_those_that_may_be_called_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(["169.254.169.254", "8.8.8.8", "10.0.0.1"]))
    assert find_addresses(HOST, 443, PUBLIC) == ["8.8.8.8"]


def test_a_listed_network_may_be_called_and_the_next_one_not() -> None:
    reach = Reach((ip_network("10.20.0.0/16"),))
    assert reach.allows(ip_address("10.20.255.255"), HOST)
    assert not reach.allows(ip_address("10.21.0.0"), HOST)


def test_an_address_that_was_listed_as_the_server_itself_may_be_called() -> None:
    assert PUBLIC.allows(ip_address("10.1.2.3"), "10.1.2.3")
    assert not PUBLIC.allows(ip_address("10.1.2.4"), "10.1.2.3")


@pytest.mark.parametrize("address", ["10.1.2.3", "8.8.8.8", "169.254.169.254"])
def test_localhost_is_nothing_but_this_machine(address: str) -> None:
    assert not Reach((ip_network("10.0.0.0/8"),)).allows(ip_address(address), "localhost")


def test_the_checked_address_is_called_though_the_name_leads_elsewhere_by_then(
    servers: tuple[_Server, _Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    good, evil = servers
    resolver = Resolver(["127.0.0.1"], ["127.0.0.2"])
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    assert read_patient(good.server_port, LISTED)["id"] == "p1"
    assert (resolver.asked, good.seen, evil.seen) == ([HOST], [f"{HOST}:{good.server_port}"], [])


def test_a_name_that_leads_elsewhere_the_next_time_is_refused_then(
    servers: tuple[_Server, _Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    good, evil = servers
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(["127.0.0.1"], ["127.0.0.2"]))
    read_patient(good.server_port, LISTED)
    with pytest.raises(FhirError, match=FORBIDDEN.partition(" (")[0]):
        read_patient(good.server_port, LISTED)
    assert evil.seen == []


def test_where_the_first_address_does_not_answer_the_next_one_is_called(
    servers: tuple[_Server, _Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    good, _ = servers
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(["127.0.0.3", "127.0.0.1"]))
    assert read_patient(good.server_port, Reach((ip_network("127.0.0.0/8"),)))["id"] == "p1"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://ehr.example.org", "gopher://x", "http://169.254.169.254/latest"])
def test_what_is_not_listed_is_never_opened(url: str) -> None:
    with pytest.raises(FhirError):
        open_client(url, "", allowed=["https://ehr.example.org/fhir"])
