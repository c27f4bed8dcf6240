"""Sends one request and holds its answer to what every answer has to be: no 5xx, in time, well formed; and counts it."""

from __future__ import annotations

import http.client
import json
import time
from collections import Counter, defaultdict
from typing import Any

from cds_hooks.advice.checking import find_faults
from tests.invariants import check_answer
from tests.security.running import Running

Json = dict[str, Any]

#: Statuses by kind of request, of this process.
SENT: defaultdict[str, Counter[int]] = defaultdict(Counter)

#: "No hang": far more than any call takes, also on a machine that is busy with much else.
LONGEST_SECONDS = 20.0

_JSON = {"Content-Type": "application/json"}


def post(service: Running, name: str, body: Any) -> tuple[int, bytes]:
    """A call with a JSON body, as it is where it is bytes."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return send(service, "POST", f"/cds-services/{name}", sent, _JSON)


def send(service: Running, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and body of any request; a connection that is dropped without an answer raises."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=LONGEST_SECONDS)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        status, content = answer.status, answer.read()
    finally:
        connection.close()
    assert time.monotonic() - began < LONGEST_SECONDS
    check_answer(method, path, status, content)
    return status, content


def check(kind: str, status: int, content: bytes) -> None:
    """200 with a valid response, or a 4xx that says what is wrong."""
    SENT[kind][status] += 1
    assert status < 500, content[:500]
    if kind == "pages" or not content:
        return
    answer = json.loads(content)
    if status == 200:
        assert "cards" not in answer or find_faults(answer) == []
    else:
        assert answer["resourceType"] == "OperationOutcome"
