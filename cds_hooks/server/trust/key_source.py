"""Where the public keys of a client come from: its registered URL or file, never an address that a token names (S166)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import requests
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from cds_hooks.errors import CdsHooksError, TrustStoreError
from cds_hooks.fhir.addresses import Reach
from cds_hooks.fhir.transport import BoundedSession

#: For the whole answer: a call waits for it.
TIMEOUT_S = 2.0
MAX_BYTES = 256 * 1024


class KeySource(Protocol):
    """Gives the JWK Set of one client as it is now."""

    def read(self) -> bytes:
        """The bytes of the set. Raises TrustStoreError."""


class KeyUrl:
    """A JWK Set on the web, asked within bounds of time, size and address; a redirect is not followed."""

    def __init__(self, url: str, reach: Reach) -> None:
        self._url = url
        self._reach = reach

    def read(self) -> bytes:
        """Raises TrustStoreError for whatever is not a plain answer of a bounded size in time."""
        try:
            with BoundedSession(self._reach, connections=1) as session, self._get(session) as response:
                return _read_body(response)
        except TrustStoreError:
            raise
        except (requests.RequestException, HTTPError, OSError, ValueError, CdsHooksError):
            raise TrustStoreError("could not be fetched in time") from None

    def _get(self, session: BoundedSession) -> requests.Response:
        # requests takes a timeout of urllib3 too, which alone can be a total; its stubs do not know.
        timeout: Any = Timeout(total=TIMEOUT_S)
        headers = {"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"}
        return session.get(self._url, headers=headers, timeout=timeout, stream=True, allow_redirects=False)


class KeyFile:
    """A JWK Set in a file, read again when a new key is asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> bytes:
        """Raises TrustStoreError where it cannot be read, or is too large."""
        try:
            with self._path.open("rb") as file:
                return _check_size(file.read(MAX_BYTES + 1))
        except OSError as error:
            raise TrustStoreError(f"cannot be read ({error.strerror})") from None


def _read_body(response: requests.Response) -> bytes:
    if response.status_code != 200:
        raise TrustStoreError(f"was answered with status {response.status_code}")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise TrustStoreError("came compressed, which was not asked for")
    return _check_size(response.raw.read(MAX_BYTES + 1, decode_content=False))


def _check_size(content: bytes) -> bytes:
    if len(content) > MAX_BYTES:
        raise TrustStoreError(f"is larger than {MAX_BYTES} bytes")
    return content
