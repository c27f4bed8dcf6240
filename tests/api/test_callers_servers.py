"""Data are fetched from the servers of the caller alone, whatever server the call names (checklist S179)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import orjson
import pytest

from cds_hooks.errors import MissingNecessaryData
from cds_hooks.hooks.caller import Caller
from cds_hooks.hooks.hook_request import HookRequest
from cds_hooks.hooks.request import Limits, read_hook_request
from cds_hooks.hooks.services import find_service
from cds_hooks.service import build_service
from cds_hooks.settings import read_settings
from tests.api.faulty_fhir_server import FaultyFhirServer
from tests.api.real_service import MAN, NOW, describe


@pytest.fixture
def server() -> Iterator[FaultyFhirServer]:
    server = FaultyFhirServer()
    yield server
    server.stop()


def compose_request(base: str) -> HookRequest:
    """Lenalidomide, and nothing in prefetch."""
    body = {**describe(MAN), "prefetch": {}, "fhirServer": base}
    service = find_service("medication-order-sign")
    assert service is not None
    return read_hook_request(orjson.dumps(body), service=service, limits=Limits())


@pytest.mark.parametrize(
    ("servers", "asks"), [(None, True), ((), False), (("https://other.example.org/fhir",), False), (("{base}",), True)]
)
def test_only_a_server_of_the_caller_is_asked(server: FaultyFhirServer, servers: tuple[str, ...] | None, asks: bool) -> None:
    base = server.base_of("html")
    listed = servers and tuple(entry.format(base=base) for entry in servers)
    advice = build_service(read_settings({"CDS_HOOKS_FHIR_SERVERS": "https://third.example.org/fhir"}))
    with pytest.raises(MissingNecessaryData):
        advice.advise(compose_request(base), language="en", now=datetime.fromisoformat(NOW), caller=Caller(fhir_servers=listed))
    assert bool(server.seen) is asks
