"""An application around a made-up advice service: these tests are about HTTP, not about medicines."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_hooks.server.app import create_app
from cds_hooks.server.call_log import LOGGER
from cds_hooks.server.json_lines import JsonLines
from cds_hooks.settings import read_settings
from tests.api.fake_advice import FakeAdvice


@pytest.fixture
def advice() -> FakeAdvice:
    return FakeAdvice()


@pytest.fixture
def make_client(advice: FakeAdvice) -> Callable[..., FlaskClient]:
    """A test client under the settings given."""

    def make(*, host: str = "127.0.0.1", **environ: str) -> FlaskClient:
        return create_app(advice, read_settings(environ, host=host)).test_client()

    return make


@pytest.fixture
def client(make_client: Callable[..., FlaskClient]) -> FlaskClient:
    return make_client()


@pytest.fixture
def call() -> dict[str, Any]:
    """The least that order-sign needs."""
    return {
        "hook": "order-sign",
        "hookInstance": "6d0f7a52-1c2e-4f0b-9d55-0a8b7c3e9f11",
        "context": {"userId": "Practitioner/1", "patientId": "p1", "draftOrders": {"resourceType": "Bundle", "entry": []}},
    }


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The log lines of the calls, as read back from their JSON."""
    written: list[dict[str, Any]] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(self.format(record)))

    keeper = Keeper()
    keeper.setFormatter(JsonLines())
    monkeypatch.setattr(LOGGER, "handlers", [keeper])
    return written
