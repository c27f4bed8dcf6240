"""The servers that tests share: started once, since a start takes seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.real.running_fhir import RunningFhir, run_fhir


@pytest.fixture(scope="session")
def fhir() -> Iterator[RunningFhir]:
    """A FHIR server that knows all of R4."""
    with run_fhir() as server:
        yield server
