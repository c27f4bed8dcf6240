"""The fixtures of the tests of HTTP serve here too: an application around made-up advice, and its log."""

from __future__ import annotations

from tests.api.conftest import advice, call, client, lines, make_client

__all__ = ["advice", "call", "client", "lines", "make_client"]
