"""A real HTTP server on loopback that serves a JWK Set, or does what such a server should not."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class KeyServer(ThreadingHTTPServer):
    """`content` is what it serves; `fault` is how it misbehaves; `asked` counts the requests."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, content: str = '{"keys": []}') -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = content
        self.fault = ""
        self.asked = 0
        self.elsewhere = ""
        self.stopping = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/jwks"

    def stop(self) -> None:
        self.stopping.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A service that hangs up is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: KeyServer

    def do_GET(self) -> None:
        self.server.asked += 1
        getattr(self, f"_{self.server.fault or 'ok'}")()

    def log_message(self, *_: Any) -> None:
        pass

    def _ok(self) -> None:
        self._send(self.server.content.encode())

    def _error(self) -> None:
        self._send(b"{}", status=503)

    def _drop(self) -> None:
        self.close_connection = True

    def _html(self) -> None:
        self._send(b"<html><body>Maintenance</body></html>", kind="text/html")

    def _list(self) -> None:
        self._send(b"[1, 2, 3]")

    def _huge(self) -> None:
        self._send(b'{"keys": [' + b" " * 1_000_000 + b"]}")

    def _many(self) -> None:
        self._send(b'{"keys": [' + b",".join([b"{}"] * 101) + b"]}")

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        while not self.server.stopping.is_set():
            self.wfile.write(b" " * 65536)

    def _slow(self) -> None:
        self.server.stopping.wait(10)

    def _trickle(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        while not self.server.stopping.wait(0.2):
            self.wfile.write(b" ")

    def _redirect(self) -> None:
        self._send(b"", status=302, Location=self.server.elsewhere)

    def _gzip(self) -> None:
        self._send(b"\x1f\x8b", Content_Encoding="gzip")

    def _send(self, body: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
