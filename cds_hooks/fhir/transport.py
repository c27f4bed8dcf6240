"""An HTTP adapter that connects only to addresses it has checked, and whose timeout is a total.

The timeout of a plain socket starts anew with every byte: a server that trickles bytes could stretch it, even by headers. Here
`settimeout` sets the moment when reading ends.
"""

from __future__ import annotations

import io
import logging
import os
import socket
import time
from functools import partial
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

from cds_hooks.fhir.addresses import Reach, find_addresses

# Its warnings hold URLs, and URLs hold patient ids.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class BoundedSession(requests.Session):
    """Requests that go only to addresses within `reach`, follow no redirect, and know no proxy nor saved password."""

    def __init__(self, reach: Reach, *, connections: int) -> None:
        super().__init__()
        self.trust_env = False  # no netrc in place of a token, no proxy that reads along
        self.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        adapter = BoundedAdapter(reach, connections=connections)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: requests would read the whole body of a redirect, and who asks judges redirects."""
        return None


class BoundedAdapter(HTTPAdapter):
    """Connections within `reach`, on which `timeout` bounds the whole answer. No retries."""

    def __init__(self, reach: Reach, *, connections: int) -> None:
        self._reach = reach
        super().__init__(pool_connections=1, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Makes the pools of requests hand out our connections."""
        super().init_poolmanager(*args, **kwargs)
        pools = {"http": partial(_Pool, reach=self._reach), "https": partial(_TlsPool, reach=self._reach)}
        self.poolmanager.pool_classes_by_scheme = pools


class _Connection(HTTPConnection):
    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reach = reach

    def _new_conn(self) -> socket.socket:
        return _connect(self, self._reach)

    def connect(self) -> None:
        super().connect()
        self.sock = _TotalTimeoutSocket(self.sock)


class _TlsConnection(_Connection, HTTPSConnection):
    """The same over TLS: what is wrapped in time is then the encrypted socket."""


class _Pool(HTTPConnectionPool):
    _kind: type[_Connection] = _Connection

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ConnectionCls: Any = partial(self._kind, reach=reach)


class _TlsPool(_Pool, HTTPSConnectionPool):
    _kind = _TlsConnection


def _connect(connection: HTTPConnection, reach: Reach) -> socket.socket:
    """A socket to an address that was checked: the name is not looked up a second time, when it could lead elsewhere. The
    certificate is still the name's."""
    end = time.monotonic() + (connection.timeout or 0)
    failure: OSError | None = None
    for address in find_addresses(connection.host, connection.port, reach):
        try:
            return create_connection(
                (address, connection.port), max(0.001, end - time.monotonic()), socket_options=connection.socket_options
            )
        except OSError as error:
            failure = error
    raise NewConnectionError(connection, "no address answered") from failure


class _TotalTimeoutSocket:
    """A socket as http.client uses one; everything but time is the real socket's."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self._end: float | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def settimeout(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds
        self._real.settimeout(seconds)

    def makefile(self, mode: str, *_: Any) -> io.BufferedReader:
        return io.BufferedReader(_TotalTimeoutFile(self, self._real.makefile(mode, buffering=0)))

    def use_remaining_time(self) -> None:
        """Gives the next read what is left; TimeoutError where nothing is."""
        if self._end is None:
            return
        remaining = self._end - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("timed out")
        self._real.settimeout(remaining)


class _TotalTimeoutFile(io.RawIOBase):
    def __init__(self, timed: _TotalTimeoutSocket, raw: Any) -> None:
        self._timed = timed
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._timed.use_remaining_time()
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()
