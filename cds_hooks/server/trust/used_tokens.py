"""Which tokens were used: each (iss, jti) serves once (S171), in one worker's memory or in a Redis that all share."""

from __future__ import annotations

import hashlib
import math
import os
import time
from collections.abc import Callable
from threading import Lock
from typing import Protocol

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from cds_hooks.errors import TrustStoreError
from cds_hooks.server.trust.journal import Journal

_PREFIX = "cds-hooks:used-token:"
_TIMEOUT_S = 1.0
#: 15 minutes of a thousand calls a second. Over it nobody is let in: to forget one would be to take it twice.
_MAX_KEPT = 1_000_000
_TIDY_S = 60.0


class UsedTokens(Protocol):
    """Remembers tokens until they are refused for their age anyway."""

    def use(self, issuer: str, jti: str, *, seconds: int) -> bool:
        """Whether this is the first use; it is remembered for so many seconds. Raises TrustStoreError."""

    def check(self) -> None:
        """Raises TrustStoreError where the store does not answer."""


class TokensInMemory:
    """For one worker, and for the one that replaces it; the service started anew knows nothing of it. `clock` counts seconds,
    never jumps, and is the same in all processes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._journal = Journal()
        self._process = os.getpid()
        self._ends: dict[bytes, float] = {}
        self._tidied_at = clock()

    def use(self, issuer: str, jti: str, *, seconds: int) -> bool:
        """As the protocol."""
        name = _hash(issuer, jti)
        with self._lock:
            self._take_over()
            now = self._clock()
            if self._ends.get(name, -math.inf) >= now:
                return False
            self._remember(name, now, now + seconds)
            return True

    def check(self) -> None:
        """Memory is there."""

    def _take_over(self) -> None:
        """In a process that was forked off: what the worker before it took."""
        if self._process != os.getpid():
            self._process = os.getpid()
            self._ends = {name: end for end, name in self._journal.read()}

    def _remember(self, name: bytes, now: float, end: float) -> None:
        try:
            self._make_room(now)
            self._journal.add((end, name))
        except OSError:
            raise TrustStoreError("the record of used tokens cannot be written") from None
        self._ends.pop(name, None)  # so that both are in the same order
        self._ends[name] = end

    def _make_room(self, now: float) -> None:
        """Forget what has ended, once in a while for all."""
        if now - self._tidied_at < _TIDY_S and len(self._ends) < _MAX_KEPT:
            return
        self._tidied_at = now
        self._ends = {name: end for name, end in self._ends.items() if end >= now}
        self._journal.keep((end, name) for name, end in self._ends.items())
        if len(self._ends) >= _MAX_KEPT:
            raise TrustStoreError("the record of used tokens is full")


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
    return _PREFIX + _hash(issuer, jti).hex()


def _hash(issuer: str, jti: str) -> bytes:
    """Of fixed length, whatever a client writes; the length in front keeps two pairs apart that read the same joined."""
    return hashlib.sha256(f"{len(issuer)} {issuer}{jti}".encode(errors="surrogatepass")).digest()
