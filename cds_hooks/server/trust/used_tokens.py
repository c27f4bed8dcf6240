"""Which tokens were used: each (iss, jti) serves once (S171), in one worker's memory or in a Redis that all share."""

from __future__ import annotations

import hashlib
import heapq
import time
from collections.abc import Callable
from threading import Lock
from typing import Protocol

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from cds_hooks.errors import TrustStoreError

_PREFIX = "cds-hooks:used-token:"
_TIMEOUT_S = 1.0
#: 15 minutes of a thousand calls a second. Over it nobody is let in: to forget one would be to take it twice.
_MAX_KEPT = 1_000_000


class UsedTokens(Protocol):
    """Remembers tokens until they are refused for their age anyway."""

    def use(self, issuer: str, jti: str, *, seconds: int) -> bool:
        """Whether this is the first use; it is remembered for so many seconds. Raises TrustStoreError."""

    def check(self) -> None:
        """Raises TrustStoreError where the store does not answer."""


class TokensInMemory:
    """For one worker: another process, or this one started anew, knows nothing of it. `clock` counts seconds, never jumps."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._kept: set[str] = set()
        self._ends: list[tuple[float, str]] = []

    def use(self, issuer: str, jti: str, *, seconds: int) -> bool:
        """As the protocol."""
        name = _compose_name(issuer, jti)
        with self._lock:
            self._forget_old()
            if name in self._kept:
                return False
            if len(self._kept) >= _MAX_KEPT:
                raise TrustStoreError("the record of used tokens is full")
            self._kept.add(name)
            heapq.heappush(self._ends, (self._clock() + seconds, name))
            return True

    def check(self) -> None:
        """Memory is there."""

    def _forget_old(self) -> None:
        while self._ends and self._ends[0][0] < self._clock():
            self._kept.discard(heapq.heappop(self._ends)[1])


class TokensInRedis:
    """For several workers and hosts: one SET decides who was first. A Redis that does not answer lets nobody in."""

    def __init__(self, url: str) -> None:
        # No second try: the first may have been done, and then the second would call the token used.
        self._redis = Redis.from_url(
            url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, retry=Retry(NoBackoff(), 0)
        )

    def use(self, issuer: str, jti: str, *, seconds: int) -> bool:
        """As the protocol."""
        try:
            return self._redis.set(_compose_name(issuer, jti), 1, nx=True, ex=seconds) is not None
        except (RedisError, OSError):
            raise TrustStoreError("the record of used tokens does not answer") from None

    def check(self) -> None:
        """As the protocol."""
        try:
            self._redis.ping()
        except (RedisError, OSError):
            raise TrustStoreError("the record of used tokens does not answer") from None


def _compose_name(issuer: str, jti: str) -> str:
    """Of fixed length, whatever a client writes; the length in front keeps two pairs apart that read the same joined."""
    return _PREFIX + hashlib.sha256(f"{len(issuer)} {issuer}{jti}".encode(errors="surrogatepass")).hexdigest()
