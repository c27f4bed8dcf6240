"""Reads one HTTP answer of a FHIR server within bounds of time and size; whatever is not FHIR becomes a FhirError.

The messages are fixed English: no URL, no token, nothing of the body.
"""

from __future__ import annotations

import time
from typing import Any

import orjson
import requests
from urllib3.exceptions import HTTPError

from cds_hooks.errors import FhirError

TIMED_OUT = "the FHIR server did not answer in time"
DROPPED = "the connection to the FHIR server failed"
TOO_LARGE = "the answer of the FHIR server is too large"
NOT_FHIR = "the answer of the FHIR server is not FHIR JSON"

_OK = 200
_CHUNK_BYTES = 64 * 1024
_BY_STATUS = {
    401: "the FHIR server refused the access token (401)",
    403: "the FHIR server refused the access (403)",
    429: "the FHIR server is asked too often (429)",
}


class NotOnServer(FhirError):
    """The FHIR server answered that it does not have what was asked for."""


class Bounds:
    """What one search may still use: until `deadline` (of `time.monotonic`), and so many bytes over all its pages."""

    def __init__(self, deadline: float, max_bytes: int) -> None:
        self._deadline = deadline
        self._bytes_left = max_bytes

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return time.monotonic() >= self._deadline

    def read_seconds_left(self) -> float:
        """Seconds up to the deadline, more than 0; FhirError once there are none."""
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise FhirError(TIMED_OUT)
        return seconds

    def spend(self, count: int) -> None:
        """Takes bytes off; FhirError where there are not so many left."""
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise FhirError(TOO_LARGE)


def read_answer(response: requests.Response, bounds: Bounds) -> dict[str, Any]:
    """The FHIR resource in an answer. NotOnServer for 404 and 410; FhirError for everything else that is none."""
    _check_status(response.status_code)
    declared = response.headers.get("Content-Type", "application/fhir+json").partition(";")[0].strip().lower()
    if not declared.endswith(("json", "json+fhir")):
        raise FhirError(NOT_FHIR)
    try:
        resource = orjson.loads(_read_body(response, bounds).removeprefix(b"\xef\xbb\xbf"))
    except ValueError:
        raise FhirError(NOT_FHIR) from None
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        raise FhirError(NOT_FHIR)
    return resource


def _check_status(status: int) -> None:
    if status == _OK:
        return
    if status in (404, 410):
        raise NotOnServer(f"the FHIR server does not have it ({status})")
    raise FhirError(_BY_STATUS.get(status, f"the FHIR server answered with status {status}"))


def _read_body(response: requests.Response, bounds: Bounds) -> bytes:
    chunks = []
    try:
        for chunk in response.iter_content(_CHUNK_BYTES):
            bounds.spend(len(chunk))
            bounds.read_seconds_left()
            chunks.append(chunk)
    except (requests.RequestException, HTTPError, OSError):
        raise FhirError(TIMED_OUT if bounds.is_over else DROPPED) from None
    return b"".join(chunks)
