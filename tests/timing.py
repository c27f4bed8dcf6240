"""Limits in CPU seconds that mean the same on every machine: a slow one, or one shared with others, is given longer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

#: Additions that one measurement of the machine makes, and the CPU seconds that they take where the limits were set.
_ADDITIONS = 500_000
_USUAL_SECONDS = 0.035


@contextmanager
def bounded_time(seconds: float) -> Iterator[None]:
    """Fails where the body needs more CPU than these seconds on the machine where they were set. How much slower this one is
    is measured where they are passed; a faster one is held to the same seconds."""
    began = time.process_time()
    yield
    spent = time.process_time() - began
    if spent >= seconds:
        allowed = seconds * max(1.0, *(_measure_slowness() for _ in range(5)))
        assert spent < allowed, f"{spent:.2f} s of CPU; at most {allowed:.2f} s on this machine as it is now"


def _measure_slowness() -> float:
    """How many times the usual seconds this machine needs now."""
    began = time.process_time()
    total = 0
    for number in range(_ADDITIONS):
        total += number
    return (time.process_time() - began) / _USUAL_SECONDS
