"""How gunicorn sends an answer: without its `Server` banner, in one piece, and with no second look at headers of our own."""

from __future__ import annotations

from collections.abc import Sequence

from gunicorn.http import wsgi

from cds_hooks.knowledge.model import LANGUAGES
from cds_hooks.server.answers import JSON
from cds_hooks.server.cors import list_cors_headers
from cds_hooks.server.opening import VARY
from cds_hooks.server.security_headers import NO_PAGE, list_security_headers

#: Written in this program, as they go on the wire, so that gunicorn need not look whether an attacker wrote into them. Any other
#: it looks through.
_KNOWN = {
    header: f"{header[0]}: {header[1]}\r\n"
    for header in (
        VARY,
        *list_security_headers("https://"),
        *list_cors_headers({"REQUEST_METHOD": "POST"}, ("*",)),
        ("Content-Security-Policy", NO_PAGE),
        ("Cache-Control", "no-store"),
        ("Content-Type", JSON),
        *(("Content-Language", language) for language in LANGUAGES),
    )
}


def send_answers_whole() -> None:
    """gunicorn has no setting for any of it."""
    wsgi.Response = _Answer


class _Answer(wsgi.Response):  # type: ignore[misc]
    headers_sent: bool
    _known: Sequence[str] = ()

    def process_headers(self, headers: list[tuple[str, str]]) -> None:
        known, others = [], []
        for header in headers:
            line = _KNOWN.get(header)
            if line is None:
                others.append(header)
            else:
                known.append(line)
        self._known = known
        super().process_headers(others)

    def default_headers(self) -> list[str]:
        first, *lines = super().default_headers()
        return [first, *[line for line in lines if not line.startswith("Server:")], *self._known]

    def write(self, part: bytes) -> None:
        """Send a part of the body. One that is the whole goes out with the headers: in two pieces it is twice the work."""
        if self.headers_sent or not self._is_whole(part):
            super().write(part)
            return
        lines = [*self.default_headers(), *[f"{name}: {value}\r\n" for name, value in self.headers], "\r\n"]
        self.headers_sent, self.sent = True, len(part)
        self.sock.sendall("".join(lines).encode("latin-1") + part)

    def _is_whole(self, part: bytes) -> bool:
        """Whether it is the body of an answer that may have one."""
        return len(part) == self.response_length and self.req.method != "HEAD" and self.status_code not in (204, 304)
