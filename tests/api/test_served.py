"""The real thing: gunicorn on a port of this machine, called over a socket."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.security.running import ROOT, find_free_port

_PROGRAM = """
import sys
from cds_hooks.server.app import create_app
from cds_hooks.server.serving import Binding, serve
from cds_hooks.server.warm_up import WarmUp, make_first_call
from cds_hooks.settings import read_settings
from tests.api.fake_advice import FakeAdvice
port = int(sys.argv[1])
app = create_app(FakeAdvice(), read_settings({"CDS_HOOKS_MAX_BODY": "100000"}, port=port))
make_first_call(app, WarmUp("/cds-services/medication-order-sign", b"{}"))
serve(app, Binding("127.0.0.1", port), greeting="up")
"""


def start(port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _PROGRAM, str(port)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    port = find_free_port()
    process = start(port)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)


def post(url: str, body: Any, media_type: str = "application/json") -> requests.Response:
    sign = f"{url}/cds-services/medication-order-sign"
    return requests.post(sign, data=body, headers={"Content-Type": media_type}, timeout=20)


def test_a_call_is_answered(url: str, call: dict[str, Any]) -> None:
    response = post(url, json.dumps(call))
    assert (response.status_code, len(response.json()["cards"])) == (200, 1)


def test_a_body_in_chunks_is_read(url: str, call: dict[str, Any]) -> None:
    assert post(url, iter([json.dumps(call).encode()])).status_code == 200


@pytest.mark.parametrize("size", [100_001, 190_000])
def test_a_body_over_the_limit_is_413_and_the_caller_sees_it(url: str, size: int) -> None:
    assert post(url, b" " * size).status_code == 413


def test_a_body_in_chunks_over_the_limit_is_413(url: str) -> None:
    assert post(url, (b" " * 1000 for _ in range(150))).status_code == 413


@pytest.mark.parametrize(("path", "status"), [("/cds-services/none", 404), ("/cds-services", 405)])
def test_a_refused_caller_with_a_large_body_sees_why(url: str, path: str, status: int) -> None:
    response = requests.post(url + path, data=b" " * 90_000, headers={"Content-Type": "application/json"}, timeout=20)
    assert response.json()["resourceType"] == "OperationOutcome"
    assert response.status_code == status


def test_a_port_in_use_is_said_in_one_line(url: str) -> None:
    port = int(url.rsplit(":", 1)[1])
    process = start(port)
    _, error = process.communicate(timeout=20)
    assert f"SettingsError: cannot listen on 127.0.0.1:{port}" in error


def send_raw(url: str, head: str, body: bytes) -> bytes:
    """Bytes on the wire that no client library would send; the answer's first line."""
    port = int(url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        line = f"POST /cds-services/medication-order-sign HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{head}\r\n\r\n"
        wire.sendall(line.encode() + body)
        wire.shutdown(socket.SHUT_WR)
        return wire.makefile("rb").readline()


def test_a_caller_that_breaks_off_is_400(url: str) -> None:
    assert b" 400 " in send_raw(url, "Content-Length: 500", b'{"hook": "order-sign"')


def test_chunks_that_are_none_are_400(url: str) -> None:
    assert b" 400 " in send_raw(url, "Transfer-Encoding: chunked", b"zzz\r\n{}\r\n")


def test_a_request_that_is_no_http_is_an_operation_outcome_and_nothing_of_it_is_repeated(url: str) -> None:
    port = int(url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        wire.sendall(b"POST /cds-services HTTP/1.1\r\nAuthorization secret-token\r\n\r\n")
        answer = wire.makefile("rb").read()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["issue"][0]["diagnostics"] == "request: could not be read"
    assert b"secret-token" not in answer


def test_an_address_that_is_too_long_is_an_operation_outcome(url: str) -> None:
    response = requests.get(f"{url}/cds-services/{'x' * 5000}", timeout=20)
    assert (response.status_code, response.json()["resourceType"]) == (414, "OperationOutcome")


@pytest.mark.parametrize(
    ("name", "value"), [("SCRIPT_NAME", "/cds-services"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Ssl", "on")]
)
def test_no_header_moves_a_call_elsewhere(url: str, name: str, value: str) -> None:
    response = requests.get(f"{url}/cds-services", headers={name: value, "X-Forwarded-Protocol": "http"}, timeout=20)
    assert (response.status_code, len(response.json()["services"])) == (200, 3)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_an_answer_without_a_body_is_sent(url: str, method: str) -> None:
    response = requests.request(method, f"{url}/cds-services", timeout=20)
    assert (response.status_code, response.content, response.headers["Vary"]) == (200, b"", "Accept-Language, Origin")
