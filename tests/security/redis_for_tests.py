"""The Redis of the tests: CDS_HOOKS_TEST_REDIS_URL, else the usual port of this machine; without one they are skipped."""

from __future__ import annotations

import os

import pytest
from redis import Redis
from redis.exceptions import RedisError

URL = os.environ.get("CDS_HOOKS_TEST_REDIS_URL", "redis://127.0.0.1:6379/0")


def require_redis() -> str:
    """Its URL. What the tests write there ends by itself within minutes."""
    try:
        Redis.from_url(URL, socket_connect_timeout=1, socket_timeout=1).ping()
    except (RedisError, OSError):
        pytest.skip("no Redis answers; start one and set CDS_HOOKS_TEST_REDIS_URL=redis://127.0.0.1:6379/0")
    return URL
