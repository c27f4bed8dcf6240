"""Limits in CPU seconds that mean the same on every machine: a slow one, or one shared with others, is given longer."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

#: What one measurement of the machine reads: much memory is touched, which is what others take away first.
_DOCUMENT = json.dumps([{"number": number, "words": [str(number)] * 4} for number in range(20_000)])
#: The CPU seconds that it takes where the limits were set.
_USUAL_SECONDS = 0.02
_TIMES = 5


@contextmanager
def bounded_time(seconds: float) -> Iterator[None]:
    """Fails where the body needs more CPU than these seconds on the machine where they were set. How much slower this one is
    is measured where they are passed; a faster one is held to the same seconds."""
    began = time.process_time()
    yield
    spent = time.process_time() - began
    if spent >= seconds:
        allowed = seconds * max(1.0, *(_measure_slowness() for _ in range(_TIMES)))
        assert spent < allowed, f"{spent:.2f} s of CPU; at most {allowed:.2f} s on this machine as it is now"


def _measure_slowness() -> float:
    """How many times the usual seconds this machine needs now."""
    began = time.process_time()
    json.loads(_DOCUMENT)
    return (time.process_time() - began) / _USUAL_SECONDS
