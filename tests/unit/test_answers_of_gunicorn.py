"""Our way of sending an answer puts on the wire what gunicorn's own would, but for its banner."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from gunicorn.config import Config
from gunicorn.http import wsgi
from gunicorn.http.errors import ParseException

from cds_hooks.server.answers_of_gunicorn import _Answer

JSON = ("Content-Type", "application/json")
KNOWN = [("Vary", "Accept-Language, Origin"), ("X-Frame-Options", "DENY"), ("Cache-Control", "no-store"), JSON]


class Wire:
    """Takes what is sent, piece by piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def sendall(self, piece: bytes) -> None:
        self.pieces.append(piece)


def send(kind: type[wsgi.Response], method: str, status: str, headers: list[tuple[str, str]], body: list[bytes]) -> list[bytes]:
    """The pieces in which an answer goes out."""
    wire = Wire()
    request = SimpleNamespace(method=method, version=(1, 1), should_close=lambda: True)
    answer = kind(request, wire, Config())
    answer.force_close()
    answer.start_response(status, headers)
    for part in body:
        answer.write(part)
    answer.close()
    return wire.pieces


def read(pieces: list[bytes]) -> tuple[bytes, list[bytes], bytes]:
    """First line, headers in an order of their own and without date and banner, body."""
    head, _, body = b"".join(pieces).partition(b"\r\n\r\n")
    first, *headers = head.split(b"\r\n")
    return first, sorted(line for line in headers if not line.startswith((b"Date:", b"Server:"))), body


@pytest.mark.parametrize(
    ("method", "status", "headers", "body"),
    [
        ("POST", "200 OK", [("Content-Length", "5"), ("X-Request-Id", "a1"), *KNOWN], [b"cards"]),
        ("POST", "200 OK", [("Content-Length", "5"), *KNOWN], [b"ca", b"rds"]),
        ("POST", "200 OK", [("Content-Length", "5"), *KNOWN], [b"cards and more"]),
        ("POST", "200 OK", KNOWN, [b"ca", b"", b"rds"]),
        ("OPTIONS", "200 OK", [("Content-Length", "0"), *KNOWN], []),
        ("OPTIONS", "200 OK", [("Content-Length", "0"), *KNOWN], [b""]),
        ("HEAD", "200 OK", [("Content-Length", "5"), *KNOWN], []),
        ("HEAD", "200 OK", [("Content-Length", "5"), *KNOWN], [b"cards"]),
        ("GET", "304 Not Modified", [("Content-Length", "5"), *KNOWN], [b"cards"]),
        ("GET", "204 No Content", [("Content-Length", "5"), ("Connection", "keep-alive")], []),
        (
            "POST",
            "400 Bad Request",
            [("Content-Type", "application/fhir+json"), ("Content-Length", "2"), ("Allow", "GET")],
            [b"{}"],
        ),
    ],
)
def test_the_same_is_sent(method: str, status: str, headers: list[tuple[str, str]], body: list[bytes]) -> None:
    ours = send(_Answer, method, status, headers, body)
    assert read(ours) == read(send(wsgi.Response, method, status, headers, body))
    assert b"\r\nServer:" not in b"".join(ours)


def test_an_answer_is_one_piece() -> None:
    assert len(send(_Answer, "POST", "200 OK", [("Content-Length", "5"), *KNOWN], [b"cards"])) == 1


def test_a_header_that_is_not_ours_is_looked_at() -> None:
    with pytest.raises(ParseException):
        send(_Answer, "GET", "200 OK", [("X-Request-Id", "a\r\nSet-Cookie: b"), *KNOWN], [])
    with pytest.raises(ParseException):
        send(_Answer, "GET", "200 OK", [("X Frame", "DENY"), *KNOWN], [])
