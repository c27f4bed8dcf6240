"""The service with authentication required, around made-up advice, and its log as it was written."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path
from typing import Any

import yaml
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_hooks.server.app import create_app
from cds_hooks.server.json_lines import JsonLines
from cds_hooks.settings import read_settings
from tests.api.fake_advice import FakeAdvice
from tests.security.token_maker import BASE, SIGN

CALL = {
    "hook": "order-sign",
    "hookInstance": "6d0f7a52-1c2e-4f0b-9d55-0a8b7c3e9f11",
    "context": {"userId": "Practitioner/1", "patientId": "p1", "draftOrders": {"resourceType": "Bundle", "entry": []}},
}


class Service:
    """An application with these clients in its clients file. `advice` remembers what it was asked."""

    def __init__(self, folder: Path, *clients: dict[str, Any], **environ: str) -> None:
        path = folder / "clients.yaml"
        path.write_text(yaml.safe_dump({"clients": list(clients)}))
        settings = read_settings(
            {"CDS_HOOKS_AUTH": "required", "CDS_HOOKS_CLIENTS": str(path), "CDS_HOOKS_BASE_URL": BASE, **environ}
        )
        self.advice = FakeAdvice()
        self.app = create_app(self.advice, settings)
        self.http: FlaskClient = self.app.test_client()

    def call(self, token: str, path: str = SIGN) -> TestResponse:
        """The sign service, with this token."""
        return self.http.post(path, json=CALL, headers={"Authorization": f"Bearer {token}"})


class Log:
    """Everything that the program logs, from now until `close`."""

    def __init__(self) -> None:
        self._stream = io.StringIO()
        self._handler = logging.StreamHandler(self._stream)
        self._handler.setFormatter(JsonLines())
        logging.getLogger("cds_hooks").addHandler(self._handler)

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The lines that are about calls."""
        return [line for line in map(json.loads, self.text.splitlines()) if line["message"] == "call"]

    def close(self) -> None:
        logging.getLogger("cds_hooks").removeHandler(self._handler)
