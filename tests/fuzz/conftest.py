"""The service that is fuzzed: real, in a process of its own; it must not grow. Every request is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.api.fixture_files import SITUATIONS, read_expected, read_request
from tests.fuzz.requests_sent import SENT, post
from tests.security.running import Running, run_service

#: What the issue allows, and how often each fixture is sent before the growth is counted.
MOST_GROWTH_MB = 50
_WARM_UP_ROUNDS = 5


@pytest.fixture(scope="module")
def service() -> Iterator[Running]:
    """One worker, warm: after all that is sent to it, its memory is about what it was."""
    with run_service(CDS_HOOKS_NOW="2026-03-02T10:00:00+01:00") as running:
        for situation in SITUATIONS * _WARM_UP_ROUNDS:
            post(running, read_expected(situation).service, read_request(situation))
        before = running.read_memory_mb()
        yield running
        growth = running.read_memory_mb() - before
    assert growth < MOST_GROWTH_MB, f"{growth:.0f} MB more after the requests"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many requests of each kind were sent, and with which statuses they were answered."""
    for kind, statuses in sorted(SENT.items()):
        told = ", ".join(f"{status}: {count}" for status, count in sorted(Counter(statuses).items()))
        terminalreporter.write_line(f"{kind}: {sum(statuses.values())} requests ({told})")
    if SENT:
        terminalreporter.write_line(f"in all: {sum(sum(statuses.values()) for statuses in SENT.values())} requests")
