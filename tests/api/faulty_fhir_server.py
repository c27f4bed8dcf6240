"""A real HTTP server on loopback that misbehaves: the base `/{fault}/fhir` chooses how."""

import gzip
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from tests.loopback_server import LoopbackServer

MIB = 1024 * 1024
CONDITION = {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}}


#: 50 MiB of nothing in 50 kB.
BOMB = gzip.compress(bytes(50 * MIB))


class FaultyFhirServer(LoopbackServer):
    """`elsewhere` is the origin of another server; `seen` are the paths and headers of every request."""

    def __init__(self, elsewhere: str = "") -> None:
        self.elsewhere = elsewhere
        self.seen: list[tuple[str, dict[str, str]]] = []
        super().__init__(_Handler)

    def base_of(self, fault: str) -> str:
        return f"{self.origin}/{fault}/fhir"


class _Handler(BaseHTTPRequestHandler):
    server: FaultyFhirServer

    def do_GET(self) -> None:
        self.server.seen.append((self.path, dict(self.headers)))
        fault = urlsplit(self.path).path.split("/")[1]
        FAULTS[fault](self)

    def log_message(self, *_: Any) -> None:
        pass

    @property
    def base(self) -> str:
        return self.server.base_of(self.path.split("/")[1])

    def pause(self, seconds: float) -> None:
        self.server.stopping.wait(seconds)

    def send(self, body: bytes, status: int = 200, kind: str = "application/fhir+json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def send_bundle(self, relation: str = "", url: str = "") -> None:
        links = [{"relation": relation, "url": url}] if relation else []
        found = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": CONDITION}], "link": links}
        self.send(json.dumps(found).encode())

    def trickle(self, text: bytes) -> None:
        for byte in text:
            if self.server.stopping.is_set():
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            self.pause(0.05)


def _answer_ok(handler: _Handler) -> None:
    handler.send_bundle()


def _answer_slowly(handler: _Handler) -> None:
    handler.pause(10)


def _trickle_the_body(handler: _Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/fhir+json")
    handler.end_headers()
    handler.trickle(b'{"resourceType": "Bundle", "entry": []}' + b" " * 1000)


def _trickle_the_headers(handler: _Handler) -> None:
    handler.trickle(b"HTTP/1.0 200 OK\r\n" + b"X-Filler: filler\r\n" * 100)


def _drop(handler: _Handler) -> None:
    handler.connection.close()
    handler.rfile.close()


def _drop_halfway(handler: _Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/fhir+json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"resourceType": "Bundle"}')


def _answer_html(handler: _Handler) -> None:
    handler.send(b"<html><body>Sign in</body></html>", kind="text/html; charset=utf-8")


def _answer_html_as_json(handler: _Handler) -> None:
    handler.send(b"<html><body>Sign in</body></html>")


def _answer_no_http(handler: _Handler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")


def _next_page_elsewhere(handler: _Handler) -> None:
    handler.send_bundle("next", f"{handler.server.elsewhere}/ok/fhir/Condition?page=2")


def _slow_second_page(handler: _Handler) -> None:
    if "page=2" in handler.path:
        handler.pause(10)
    else:
        handler.send_bundle("next", f"{handler.base}?page=2")


def _endless_pages(handler: _Handler) -> None:
    page = int(handler.path.rpartition("page=")[2]) if "page=" in handler.path else 1
    handler.send_bundle("next", f"{handler.base}/Condition?page={page + 1}")


def _wrong_self(handler: _Handler) -> None:
    handler.send_bundle("self", f"{handler.base}/Condition?_count=500")


def _redirect_elsewhere(handler: _Handler) -> None:
    handler.send(b"", 302, Location=f"{handler.server.elsewhere}/ok/fhir/Condition")


def _redirect_round_and_round(handler: _Handler) -> None:
    handler.send(b"", 302, Location=f"{handler.base}/Condition?again")


def _large_redirect(handler: _Handler) -> None:
    handler.send(BOMB, 302, Location=f"{handler.server.elsewhere}/x", Content_Encoding="gzip")


def _gzip_bomb(handler: _Handler) -> None:
    handler.send(BOMB, Content_Encoding="gzip")


def _gzip(handler: _Handler) -> None:
    found = {"resourceType": "Bundle", "entry": [{"resource": CONDITION}]}
    handler.send(gzip.compress(json.dumps(found).encode()), Content_Encoding="gzip")


def _broken_gzip(handler: _Handler) -> None:
    handler.send(b"not gzip at all", Content_Encoding="gzip")


def _endless_body(handler: _Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/fhir+json")
    handler.end_headers()
    while not handler.server.stopping.is_set():
        handler.wfile.write(b" " * MIB)


def _answer_status(status: int) -> Callable[[_Handler], None]:
    return lambda handler: handler.send(b'{"resourceType": "OperationOutcome"}', status, WWW_Authenticate="Bearer")


FAULTS: dict[str, Callable[[_Handler], None]] = {
    "ok": _answer_ok,
    "slow": _answer_slowly,
    "trickled-body": _trickle_the_body,
    "trickled-headers": _trickle_the_headers,
    "drop": _drop,
    "drop-halfway": _drop_halfway,
    "html": _answer_html,
    "html-as-json": _answer_html_as_json,
    "no-http": _answer_no_http,
    "next-elsewhere": _next_page_elsewhere,
    "slow-second-page": _slow_second_page,
    "endless-pages": _endless_pages,
    "wrong-self": _wrong_self,
    "redirect-elsewhere": _redirect_elsewhere,
    "redirect-loop": _redirect_round_and_round,
    "large-redirect": _large_redirect,
    "gzip": _gzip,
    "gzip-bomb": _gzip_bomb,
    "broken-gzip": _broken_gzip,
    "endless-body": _endless_body,
    "401": _answer_status(401),
    "403": _answer_status(403),
    "429": _answer_status(429),
    "500": _answer_status(500),
}
