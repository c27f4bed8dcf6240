"""A real HTTP server on loopback that serves a JWK Set, or does what such a server should not."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.loopback_server import LoopbackServer


class KeyServer(LoopbackServer):
    """`content` is what it serves; `fault` is how it misbehaves; `asked` counts the requests."""

    def __init__(self, content: str = '{"keys": []}') -> None:
        self.content = content
        self.fault = ""
        self.asked = 0
        self.elsewhere = ""
        super().__init__(_Handler)

    @property
    def url(self) -> str:
        return f"{self.origin}/jwks"


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
