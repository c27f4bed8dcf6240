"""Where calls are counted: in Redis while it answers, else in each worker, which asks it again later."""

from __future__ import annotations

from typing import Any

import pytest
from limits.errors import StorageError
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from cds_hooks.errors import TooManyCalls
from cds_hooks.hooks.caller import Caller
from cds_hooks.server import rate_limit
from cds_hooks.server.rate_limit import RateLimit
from cds_hooks.server.state import OpenCall


class Shared(MemoryStorage):
    """Counts as Redis would, while it is up."""

    is_up = True
    asked = 0

    def incr(self, *rest: Any, **more: Any) -> int:
        self.asked += 1
        if not self.is_up:
            raise StorageError(ConnectionError("redis://secret@there is down"))
        return super().incr(*rest, **more)


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Shared:
    store = Shared()
    monkeypatch.setattr(rate_limit, "_open_shared", lambda url: FixedWindowRateLimiter(store))
    return store


def make_call(address: str = "10.0.0.1", client: str = "") -> OpenCall:
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/cds-services/x", "REMOTE_ADDR": address}
    return OpenCall(environ, None, Caller(name=client, fhir_servers=()))  # type: ignore[arg-type]


def count(limit: RateLimit, *, times: int) -> int:
    """How many of so many calls of one address are let through."""
    passed = 0
    for _ in range(times):
        try:
            limit.count(make_call())
        except TooManyCalls:
            continue
        passed += 1
    return passed


def test_workers_count_together_while_redis_answers(shared: Shared) -> None:
    workers = [RateLimit("5/hour", "redis://there"), RateLimit("5/hour", "redis://there")]
    assert [count(worker, times=4) for worker in workers] == [4, 1]


def test_without_redis_each_worker_counts_for_itself(shared: Shared) -> None:
    shared.is_up = False
    workers = [RateLimit("5/hour", "redis://there"), RateLimit("5/hour", "redis://there")]
    assert [count(worker, times=9) for worker in workers] == [5, 5]


def test_a_redis_that_was_down_is_not_asked_at_each_call_and_asked_again_later(shared: Shared) -> None:
    clock = Clock()
    limit = RateLimit("100/hour", "redis://there", clock)
    shared.is_up = False
    assert count(limit, times=3) == 3
    assert shared.asked == 1
    clock.seconds += 11
    shared.is_up = True
    assert count(limit, times=3) == 3
    assert shared.asked == 4


def test_a_call_is_told_how_many_are_left_and_the_one_too_many_when_to_come_back() -> None:
    limit = RateLimit("2/hour", None)
    calls = [make_call() for _ in range(3)]
    for call in calls[:2]:
        limit.count(call)
    with pytest.raises(TooManyCalls):
        limit.count(calls[2])
    told = [dict(call.headers) for call in calls]
    assert [one["X-RateLimit-Remaining"] for one in told] == ["1", "0", "0"]
    assert ["Retry-After" in one for one in told] == [False, False, True]
    assert 0 < int(told[2]["Retry-After"]) <= 3600


def test_a_client_is_not_turned_away_for_an_address_of_the_same_name() -> None:
    limit = RateLimit("1/hour", None)
    limit.count(make_call(address="ward"))
    limit.count(make_call(client="ward"))
    with pytest.raises(TooManyCalls):
        limit.count(make_call(address="10.0.0.9", client="ward"))
