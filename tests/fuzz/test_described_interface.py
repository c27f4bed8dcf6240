"""Requests made from /openapi.json, fitting it and not: each answer is one that the description knows."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import given
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cds_hooks.server.openapi import compose_openapi
from tests.fuzz import requests_sent
from tests.fuzz.budget import send
from tests.fuzz.requests_sent import LONGEST_SECONDS, SENT
from tests.security.running import Running

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

OPERATIONS = {
    found.ok().label: found.ok()
    for found in schemathesis.openapi.from_dict(compose_openapi("http://127.0.0.1", "x")).get_all_operations()
}
#: Requests to each, at a tenth of the whole.
REQUESTS = {
    "POST /cds-services/{service}": 350,
    "POST /cds-services/{service}/feedback": 200,
    "GET /cds-services": 20,
    "GET /rules/{rule}": 40,
}


def test_every_operation_is_fuzzed_or_takes_nothing() -> None:
    taking = {label for label, one in OPERATIONS.items() if one.body or one.query or one.path_parameters or one.headers}
    assert taking == set(REQUESTS)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", REQUESTS)
def test_every_answer_is_one_that_is_described(label: str, mode: GenerationMode, service: Running) -> None:
    @send(REQUESTS[label])
    @given(OPERATIONS[label].as_strategy(generation_mode=mode))
    def run(case: Case) -> None:
        response = case.call(base_url=f"http://127.0.0.1:{service.port}", timeout=LONGEST_SECONDS)
        SENT[f"{label} ({mode.value})"][response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    run()


@pytest.mark.parametrize("path", ["/cds-services", "/healthz", "/readyz", "/rules/", "/openapi.json"])
def test_what_takes_nothing_answers(path: str, service: Running) -> None:
    """A description that has gone stale would be fuzzed to no avail."""
    assert path == "/openapi.json" or f"GET {path}" in OPERATIONS
    assert requests_sent.send(service, "GET", path, None, {})[0] == 200
