"""Behind the nginx configuration that the project ships, slow callers do not keep others waiting."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from tests.security.nginx import SIGN, Front, needs_nginx, run_nginx
from tests.security.running import find_free_port, run_service

pytestmark = needs_nginx

SLOW, HALF_OPEN = 50, 200


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with (
        run_service(workers=2, CDS_HOOKS_NOW="2026-03-02T10:00:00+01:00") as service,
        run_nginx(tmp_path_factory.mktemp("nginx"), service.port) as running,
    ):
        yield running


def measure(front: Front) -> float:
    """Seconds of one normal call."""
    started = time.monotonic()
    response = front.post()
    assert (response.status_code, response.json()["cards"][0]["indicator"]) == (200, "critical")
    return time.monotonic() - started


def trickle(front: Front, number: int) -> ssl.SSLSocket:
    """A caller who began a call and sends on by single bytes."""
    caller = front.connect()
    head = f"POST {SIGN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
    # Some stop in the headers, some in the body.
    caller.sendall((head if number % 2 else head[:60]).encode())
    return caller


def test_slow_and_half_open_callers_keep_nobody_waiting(front: Front) -> None:
    with ExitStack() as callers:
        slow = [callers.enter_context(trickle(front, number)) for number in range(SLOW)]
        for _ in range(HALF_OPEN):
            callers.enter_context(socket.create_connection(("127.0.0.1", front.port), timeout=10))
        seconds = []
        for _ in range(5):
            for caller in slow:
                caller.sendall(b" ")
            seconds.append(measure(front))
    assert max(seconds) < 1, seconds


def test_without_nginx_two_slow_callers_hold_two_workers() -> None:
    """What the proxy is for, and that the test above can fail."""
    with run_service(workers=2) as service, ExitStack() as callers:
        for _ in range(4):
            caller = callers.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=10))
            caller.sendall(b"POST ")
        time.sleep(0.3)
        with pytest.raises(requests.Timeout):
            requests.get(f"http://127.0.0.1:{service.port}/healthz", timeout=1)


def test_a_body_over_the_limit_is_413(front: Front) -> None:
    response = front.post(b" " * (10 * 1024 * 1024 + 1))
    assert (response.status_code, response.json()["issue"][0]["code"]) == (413, "too-long")
    assert response.headers["Content-Type"] == "application/fhir+json"


def test_a_huge_header_is_refused(front: Front) -> None:
    url = f"https://127.0.0.1:{front.port}/cds-services"
    response = requests.get(url, headers={"Authorization": "Bearer " + "x" * 70_000}, verify=str(front.chain), timeout=20)
    assert (response.status_code, response.json()["issue"][0]["code"]) == (400, "invalid")


def test_a_service_that_is_down_is_502_and_never_all_clear(tmp_path: Path) -> None:
    with run_nginx(tmp_path, find_free_port()) as front:
        response = front.post()
    assert (response.status_code, response.json()["issue"][0]["code"]) == (502, "transient")


def test_no_answer_names_the_version(front: Front) -> None:
    url = f"https://127.0.0.1:{front.port}"
    for path in ("/cds-services", "/nowhere"):
        assert requests.get(url + path, verify=str(front.chain), timeout=20).headers.get("Server", "nginx") == "nginx"
