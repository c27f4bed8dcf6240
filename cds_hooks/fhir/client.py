"""The FHIR client: reads and searches on one server, within one deadline, never anywhere else."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from cds_hooks.errors import FhirError
from cds_hooks.fhir.addresses import PUBLIC, ForbiddenAddress, Reach
from cds_hooks.fhir.answers import DROPPED, NOT_FHIR, TIMED_OUT, Bounds, read_answer
from cds_hooks.fhir.bases import is_allowed_base, is_below_base, normalise_base
from cds_hooks.fhir.bundle import find_link
from cds_hooks.fhir.queries import has_searched_by
from cds_hooks.fhir.references import split_reference
from cds_hooks.fhir.transport import BoundedSession

#: As many requests as there are prefetch keys.
MAX_PARALLEL = 11

#: Of one search with all its pages.
MAX_BYTES = 10 * 1024 * 1024
MAX_PAGES = 10

ELSEWHERE = "the next page is not on the FHIR server of the call"
_MANY_PAGES = "the answer has more pages than are read"
_OTHER_SEARCH = "the FHIR server did not search by all parameters"
FORBIDDEN = "the FHIR server is at an address that may not be called (CDS_HOOKS_PRIVATE_NETWORKS lists what may)"
_REDIRECTED = "the FHIR server redirects elsewhere"
_OTHER_RESOURCE = "the FHIR server answered with another resource"

_TOKEN = re.compile(r"[\x21-\x7e]{0,16384}")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What a client may use: `timeout_s` for all that is fetched together, `max_bytes` for one search with all its pages,
    `reach` for where it may connect to."""

    timeout_s: float = 3.0
    max_bytes: int = MAX_BYTES
    reach: Reach = PUBLIC


@dataclass(frozen=True, slots=True)
class Pages:
    """What a search gave: its pages as one Bundle (with a `next` link if pages lack), or an OperationOutcome. `stopped`
    says why pages lack."""

    value: dict[str, Any] = field(repr=False)
    stopped: str = ""


def open_client(
    fhir_server: str, token: str, *, allowed: Sequence[str] | None, limits: FetchLimits = FetchLimits()
) -> FhirClient:
    """A client for the server of a call; FhirError unless it is one of `allowed` (None: any on the loopback)."""
    if not is_allowed_base(fhir_server, allowed):
        raise FhirError("the FHIR server of the call is not one that data may be fetched from")
    return FhirClient(fhir_server, token, limits=limits)


class FhirClient:
    """One server and one access token, for the length of one call. Whether the base may be called is checked by
    `open_client`; to which address a name leads, at each connection."""

    def __init__(self, base: str, token: str = "", *, limits: FetchLimits = FetchLimits()) -> None:
        self.base = normalise_base(base)
        self.timeout_s = limits.timeout_s
        self._max_bytes = limits.max_bytes
        self._session = _open_session(token, limits.reach)

    def compute_deadline(self) -> float:
        """The moment (`time.monotonic`) by which everything that is fetched from now on must be here."""
        return time.monotonic() + self.timeout_s

    def search(self, query: str, deadline: float) -> Pages:
        """Runs `Type?parameters`, with its further pages. FhirError where not even the first page can be had."""
        bounds = Bounds(deadline, self._max_bytes)
        url = f"{self.base}/{query}"
        first = self._get(url, bounds)
        if first["resourceType"] != "Bundle":
            return Pages(first)
        if not has_searched_by(first, query):
            raise FhirError(_OTHER_SEARCH)
        return self._read_pages(first, url, bounds)

    def follow(self, url: str, deadline: float) -> Pages:
        """The page behind a `next` link, and those after it. FhirError where it is elsewhere or cannot be had."""
        bounds = Bounds(deadline, self._max_bytes)
        first = self._read_page(url, bounds)
        first.pop("total", None)  # counts the pages before, too
        return self._read_pages(first, url, bounds)

    def read(self, reference: str, deadline: float) -> dict[str, Any]:
        """The resource of a reference, `Type/id` or absolute below our base. FhirError; NotOnServer for 404 and 410."""
        parts = split_reference(reference)
        if parts is None or (":" in reference and not is_below_base(reference, self.base)):
            raise FhirError("the reference is not one of the FHIR server of the call")
        resource = self._get(f"{self.base}/{parts[0]}/{parts[1]}", Bounds(deadline, self._max_bytes))
        if resource["resourceType"] == "OperationOutcome":
            raise FhirError(NOT_FHIR)
        if (resource["resourceType"], resource.get("id")) != parts:
            raise FhirError(_OTHER_RESOURCE)
        return resource

    def close(self) -> None:
        """Lets go of the connections."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _read_pages(self, first: dict[str, Any], url: str, bounds: Bounds) -> Pages:
        entries = list(first.get("entry") or ())
        page, seen = first, {url}
        try:
            while (link := find_link(page, "next")) is not None:
                url = _join(url, link)
                if url in seen or len(seen) >= MAX_PAGES:
                    raise FhirError(_MANY_PAGES)
                seen.add(url)
                page = self._read_page(url, bounds)
                entries += page.get("entry") or ()
        except FhirError as error:
            return Pages({**first, "entry": entries}, str(error))
        return Pages({**first, "entry": entries, "link": []})

    def _read_page(self, url: str, bounds: Bounds) -> dict[str, Any]:
        if not is_below_base(url, self.base):
            raise FhirError(ELSEWHERE)
        page = self._get(url, bounds)
        if page["resourceType"] != "Bundle":
            raise FhirError(NOT_FHIR)
        return page

    def _get(self, url: str, bounds: Bounds, *, redirects: int = 1) -> dict[str, Any]:
        with self._send(url, bounds) as response:
            if response.status_code not in _REDIRECTS:
                return _check_entries(read_answer(response, bounds))
            location = response.headers.get("Location")
            target = _join(url, location) if location else ""
        if redirects == 0 or not is_below_base(target, self.base):
            raise FhirError(_REDIRECTED)
        return self._get(target, bounds, redirects=redirects - 1)

    def _send(self, url: str, bounds: Bounds) -> requests.Response:
        # requests takes a timeout of urllib3 too, which alone can be a total; its stubs do not know.
        timeout: Any = Timeout(total=bounds.read_seconds_left())
        try:
            return self._session.get(url, timeout=timeout, stream=True, allow_redirects=False)
        except ForbiddenAddress:
            raise FhirError(FORBIDDEN) from None
        except (requests.RequestException, HTTPError, OSError, ValueError):
            raise FhirError(TIMED_OUT if bounds.is_over else DROPPED) from None


def _open_session(token: str, reach: Reach) -> requests.Session:
    if not _TOKEN.fullmatch(token):
        raise FhirError("the access token cannot be sent in a header")
    session = BoundedSession(reach, connections=MAX_PARALLEL)
    session.headers.update({"Accept": "application/fhir+json", "Accept-Encoding": "gzip", "Prefer": "handling=strict"})
    if token:
        session.headers["Authorization"] = f"Bearer {token}"
    return session


def _check_entries(resource: dict[str, Any]) -> dict[str, Any]:
    """Refuses a Bundle whose entries are no list, so that pages can be joined."""
    if resource["resourceType"] == "Bundle" and not isinstance(resource.get("entry", []), list | None):
        raise FhirError(NOT_FHIR)
    return resource


def _join(url: str, link: str) -> str:
    try:
        return urljoin(url, link)
    except ValueError:
        return ""
