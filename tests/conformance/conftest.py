"""The fixtures of the tests of HTTP serve here too: an application around made-up advice, and its log."""

from __future__ import annotations

from tests.api.conftest import advice, call, client, lines, make_client
from tests.security.conftest import key_server

__all__ = ["advice", "call", "client", "key_server", "lines", "make_client"]
