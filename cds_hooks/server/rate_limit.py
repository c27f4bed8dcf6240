"""So many calls for each client in a stretch of time, and no more: 429 with Retry-After."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from limits import RateLimitItem, WindowStats, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

from cds_hooks.errors import TooManyCalls
from cds_hooks.server.authentication import is_open
from cds_hooks.server.state import OpenCall
from cds_hooks.server.warm_up import WARM_UP

_PREFIX = "cds-hooks-calls"

#: How long a Redis may take to count a call, and when one that did not answer is asked again. Seconds.
_TIMEOUT = 1.0
_AGAIN = 10.0


class RateLimit:
    """Counts every call that is not open to anybody, by client, else by address: in Redis where workers share one, else in each
    worker. A Redis that does not answer is no reason to turn a client away: then each worker counts for itself. `rate` as
    "600/minute"; `clock` counts seconds."""

    def __init__(self, rate: str, redis_url: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate: RateLimitItem = parse(rate)
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._shared = _open_shared(redis_url) if redis_url else None
        self._clock = clock
        self._own_until = -math.inf

    def count(self, call: OpenCall) -> None:
        """Count a call before it is answered. Raises TooManyCalls."""
        if call.method == "OPTIONS" or is_open(call.path) or WARM_UP in call.environ:
            return
        is_within, window = self._hit(_name_caller(call))
        reset = ("X-RateLimit-Reset", str(math.ceil(window.reset_time)))
        call.headers += (("X-RateLimit-Limit", str(self._rate.amount)), ("X-RateLimit-Remaining", str(window.remaining)), reset)
        if is_within:
            return
        call.headers += (("Retry-After", str(max(1, math.ceil(window.reset_time - time.time())))),)
        raise TooManyCalls("more than are answered in this time; Retry-After says when to come back", element="calls")

    def _hit(self, caller: str) -> tuple[bool, WindowStats]:
        if self._shared and self._clock() >= self._own_until:
            try:
                return self._hit_in(self._shared, caller)
            except StorageError:
                self._own_until = self._clock() + _AGAIN
        return self._hit_in(self._own, caller)

    def _hit_in(self, counts: FixedWindowRateLimiter, caller: str) -> tuple[bool, WindowStats]:
        is_within = counts.hit(self._rate, _PREFIX, caller)
        return is_within, counts.get_window_stats(self._rate, _PREFIX, caller)


def _open_shared(redis_url: str) -> FixedWindowRateLimiter:
    store = RedisStorage(redis_url, wrap_exceptions=True, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT)
    return FixedWindowRateLimiter(store)


def _name_caller(call: OpenCall) -> str:
    """Named clients and addresses are kept apart: no client is called as an address is written."""
    return f"client {call.caller.name}" if call.caller.name else f"address {call.environ.get('REMOTE_ADDR') or '127.0.0.1'}"
