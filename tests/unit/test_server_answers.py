"""What the server does itself because it is cheaper is what the web framework would do."""

from __future__ import annotations

import io
import logging
from typing import Any

import orjson
import pytest
from flask import Request, Response

from cds_hooks.errors import WrongContentType
from cds_hooks.server import call_log
from cds_hooks.server.answers import FHIR_JSON, compose_answer
from cds_hooks.server.body import read_json_body
from cds_hooks.server.json_lines import JsonLines

TYPES = [
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    "application/json;",
    " application/json ",
    "application/fhir+json",
    "application/fhir+json; fhirVersion=4.0",
    "application/xml",
    "text/json",
    "text/x+json",
    "json",
    "",
]


@pytest.mark.parametrize("written", TYPES)
def test_a_media_type_is_read_as_the_framework_reads_it(written: str) -> None:
    environ = {"CONTENT_TYPE": written, "CONTENT_LENGTH": "2", "wsgi.input": io.BytesIO(b"{}")}
    read = Request(environ).mimetype
    right = read == "application/json" or (read.startswith("application/") and read.endswith("+json"))
    if right:
        assert read_json_body(environ, 10) == b"{}"
    else:
        with pytest.raises(WrongContentType):
            read_json_body(environ, 10)


@pytest.mark.parametrize(("status", "media_type"), [(200, "application/json"), (400, FHIR_JSON), (503, FHIR_JSON)])
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_a_whole_answer_leaves_as_the_framework_would_send_it(status: int, media_type: str, method: str) -> None:
    environ = {"REQUEST_METHOD": method}
    ours = compose_answer({"cards": ["é"]}, language="nl", status=status, media_type=media_type)
    plain = Response(orjson.dumps({"cards": ["é"]}), status=status, content_type=media_type)
    plain.headers["Content-Language"] = "nl"
    plain.headers["Cache-Control"] = "no-store"
    assert send(ours, environ) == send(plain, environ)


def send(response: Response, environ: dict[str, Any]) -> tuple[bytes, str, list[tuple[str, str]]]:
    """Body, status and headers, as a WSGI server gets them."""
    started: list[Any] = []
    body = b"".join(response(environ, lambda *head: started.extend(head)))  # type: ignore[arg-type]
    status, headers = started
    return body, status, sorted(headers)


def test_the_record_of_a_call_is_a_whole_one() -> None:
    plain = logging.LogRecord("cds_hooks.calls", logging.INFO, __file__, 0, "call", ({"status": 200},), None)
    ours = call_log._CallRecord({"status": 200})
    assert vars(ours).keys() == vars(plain).keys()
    assert (ours.getMessage(), ours.levelname, ours.args) == (plain.getMessage(), plain.levelname, plain.args)


def test_members_are_the_same_as_extras_and_as_a_mapping_of_arguments() -> None:
    members = {"service": "sign", "status": 200}
    by_extra = logging.makeLogRecord({"msg": "call", "created": 0.0, **members})
    by_argument = logging.makeLogRecord({"msg": "call", "created": 0.0, "args": members})
    assert JsonLines().format(by_extra) == JsonLines().format(by_argument)
