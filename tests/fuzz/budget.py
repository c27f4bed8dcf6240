"""How many requests each kind of fuzzing sends: a tenth in every run of the tests, all of them by `make fuzz`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, seed, settings

#: CDS_HOOKS_TEST_FUZZ is a factor: 10 is the whole.
FACTOR = float(os.environ.get("CDS_HOOKS_TEST_FUZZ", "1"))

#: The same requests in every run, until it is changed.
SEED = int(os.environ.get("CDS_HOOKS_TEST_FUZZ_SEED", "20261121"))


def send(requests: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Runs a hypothesis test with that many examples, times the factor; the same ones each time."""
    bounds = settings(
        max_examples=max(1, round(requests * FACTOR)), deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    return lambda test: seed(SEED)(bounds(test))
