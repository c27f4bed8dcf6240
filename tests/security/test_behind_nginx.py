"""Behind the nginx configuration that the project ships, slow callers do not keep others waiting.

Needs nginx (Debian: nginx-light), or CDS_HOOKS_TEST_NGINX with the path of one.
"""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.api.fixture_files import find_file
from tests.security.certificates import write_certificate
from tests.security.running import ROOT, find_free_port, run_service

NGINX = os.environ.get("CDS_HOOKS_TEST_NGINX") or shutil.which("nginx") or "/usr/sbin/nginx"

pytestmark = pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed (CDS_HOOKS_TEST_NGINX names one)")

SIGN = "/cds-services/medication-order-sign"
CALL = find_file("lenalidomide-pregnant", "request.json").read_bytes()
SLOW, HALF_OPEN = 50, 200

_FRAME = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/cds-hooks.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Front:
    """nginx before the service."""

    port: int
    chain: Path

    def post(self, body: bytes = CALL, path: str = SIGN) -> requests.Response:
        headers = {"Content-Type": "application/json"}
        url = f"https://127.0.0.1:{self.port}{path}"
        return requests.post(url, data=body, headers=headers, verify=str(self.chain), timeout=20)

    def connect(self) -> ssl.SSLSocket:
        """A caller whose TLS is done and who has sent nothing yet."""
        context = ssl.create_default_context(cafile=str(self.chain))
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), timeout=10), server_hostname="127.0.0.1")


def write_configuration(folder: Path, *, port: int, service: int) -> Path:
    """The shipped file, with nothing changed but ports and certificate."""
    chain, key = write_certificate(folder)
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for shipped, ours in [
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("server 127.0.0.1:8080;", f"server 127.0.0.1:{service};"),
        ("/etc/ssl/cds-hooks/chain.pem", str(chain)),
        ("/etc/ssl/cds-hooks/key.pem", str(key)),
    ]:
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, ours)
    (folder / "cds-hooks.conf").write_text(text)
    (folder / "nginx.conf").write_text(_FRAME.format(folder=folder))
    return chain


def wait_until_open(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("nginx did not start")


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    with run_service(workers=2, CDS_HOOKS_NOW="2026-03-02T10:00:00+01:00") as service:
        port = find_free_port()
        chain = write_configuration(folder, port=port, service=service.port)
        command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until_open(port)
        yield Front(port, chain)
        process.terminate()
        process.wait(timeout=20)


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
    assert front.post(b" " * (10 * 1024 * 1024 + 1)).status_code == 413


def test_a_huge_header_is_refused(front: Front) -> None:
    url = f"https://127.0.0.1:{front.port}/cds-services"
    response = requests.get(url, headers={"Authorization": "Bearer " + "x" * 70_000}, verify=str(front.chain), timeout=20)
    assert response.status_code == 400


def test_no_answer_names_the_version(front: Front) -> None:
    url = f"https://127.0.0.1:{front.port}"
    for path in ("/cds-services", "/nowhere"):
        assert requests.get(url + path, verify=str(front.chain), timeout=20).headers.get("Server", "nginx") == "nginx"
