"""nginx with the configuration that the project ships, nothing changed but ports and certificates.

Needs nginx (Debian: nginx-light), or CDS_HOOKS_TEST_NGINX with the path of one.
"""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.api.fixture_files import find_file
from tests.security.certificates import write_certificate
from tests.security.running import ROOT, find_free_port

NGINX = os.environ.get("CDS_HOOKS_TEST_NGINX") or shutil.which("nginx") or "/usr/sbin/nginx"

needs_nginx = pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed (CDS_HOOKS_TEST_NGINX names one)")

SIGN = "/cds-services/medication-order-sign"
CALL = find_file("lenalidomide-pregnant", "request.json").read_bytes()

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
    """nginx before the service, and the certificate to trust."""

    port: int
    chain: Path

    def post(self, body: bytes = CALL, headers: Mapping[str, str] = {}, **tls: Any) -> requests.Response:
        sent = {"Content-Type": "application/json", **headers}
        url = f"https://127.0.0.1:{self.port}{SIGN}"
        return requests.post(url, data=body, headers=sent, verify=str(self.chain), timeout=20, **tls)

    def connect(self) -> ssl.SSLSocket:
        """A caller whose TLS is done and who has sent nothing yet."""
        context = ssl.create_default_context(cafile=str(self.chain))
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), timeout=10), server_hostname="127.0.0.1")


@contextmanager
def run_nginx(folder: Path, service_port: int, changes: Mapping[str, str] = {}, port: int | None = None) -> Iterator[Front]:
    """nginx before the service at `service_port`, stopped at the end. `changes`: what an operator would change besides."""
    folder.chmod(0o755)
    port = port or find_free_port()
    chain, key = write_certificate(folder)
    needed = {
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "server 127.0.0.1:8080;": f"server 127.0.0.1:{service_port};",
        "/etc/ssl/cds-hooks/chain.pem": str(chain),
        "/etc/ssl/cds-hooks/key.pem": str(key),
    }
    _write_configuration(folder, {**needed, **changes})
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_open(port)
        yield Front(port, chain)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _write_configuration(folder: Path, changes: Mapping[str, str]) -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for shipped, ours in changes.items():
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, ours)
    (folder / "cds-hooks.conf").write_text(text)
    (folder / "nginx.conf").write_text(_FRAME.format(folder=folder))


def _wait_until_open(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("nginx did not start")
