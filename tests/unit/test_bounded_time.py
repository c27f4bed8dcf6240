"""The limits in seconds of other tests can be broken."""

import time

import pytest

from tests.timing import bounded_time


def spend(cpu_seconds: float) -> None:
    began = time.process_time()
    while time.process_time() - began < cpu_seconds:
        pass


def test_what_takes_far_longer_than_allowed_fails() -> None:
    with pytest.raises(AssertionError, match="at most"), bounded_time(0.0005):
        spend(0.1)


def test_what_takes_less_passes() -> None:
    with bounded_time(5):
        pass
