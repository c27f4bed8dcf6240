"""What the tests of the trust layer share: its log, and a server of keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.security.key_server import KeyServer
from tests.security.registered import Log


@pytest.fixture
def log() -> Iterator[Log]:
    log = Log()
    yield log
    log.close()


@pytest.fixture
def key_server() -> Iterator[KeyServer]:
    server = KeyServer()
    yield server
    server.stop()
