"""An HTTP adapter whose timeout is a total: a server that trickles bytes cannot stretch it, not even by headers.

The timeout of a plain socket starts anew with every byte. Here `settimeout` sets the moment when reading ends.
"""

from __future__ import annotations

import io
import logging
import time
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

# Its warnings hold URLs, and URLs hold patient ids.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class TotalTimeoutAdapter(HTTPAdapter):
    """Connections on which `timeout` bounds the whole answer. No retries."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Makes the pools of requests hand out our connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


class _Connection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _TotalTimeoutSocket(self.sock)


class _TlsConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _TotalTimeoutSocket(self.sock)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


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
