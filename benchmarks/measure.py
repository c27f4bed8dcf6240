"""Measures floor and service in turns, round by round: the machine's moods fall on both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

from benchmarks.calls import build_calls
from benchmarks.served import Served

WARM_UP_CALLS = 10


@dataclass(frozen=True, slots=True)
class Size:
    """Calls with this many observations; `limit` is the highest ratio allowed, None where it is only reported. `heavy`: the
    heavy call instead of the ordinary one (`benchmarks.calls`)."""

    observations: int
    calls_per_round: int
    limit: float | None
    heavy: bool = False


@dataclass(slots=True)
class Measured:
    """What one server needed for one size, a figure per round, and every latency. Seconds."""

    cpu_per_call: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """CPU seconds per call in the best round: noise only adds."""
        return min(self.cpu_per_call)

    @property
    def median(self) -> float:
        return statistics.median(self.latencies)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.latencies, n=20)[-1]


Results = Mapping[tuple[Size, str], Measured]


def measure(servers: Sequence[Served], sizes: Sequence[Size], *, rounds: int, seconds: float) -> Results:
    """By size and name of the server. Stops after a whole round once `seconds` are over."""
    bodies = {size: build_calls(size.observations, heavy=size.heavy) for size in sizes}
    results = {(size, server.name): Measured() for size in sizes for server in servers}
    deadline = time.monotonic() + seconds
    for number in range(rounds):
        for size in sizes:
            for server in servers if number % 2 == 0 else reversed(servers):
                _run(server, bodies[size], size.calls_per_round, results[size, server.name])
        if time.monotonic() > deadline:
            break
    return results


def _run(server: Served, bodies: Sequence[bytes], calls: int, measured: Measured) -> None:
    if not measured.cpu_per_call:
        for body in islice(cycle(bodies), WARM_UP_CALLS):
            server.ask(body)
    workers, before = server.find_workers(), server.read_cpu_seconds()
    measured.latencies += [server.ask(body) for body in islice(cycle(bodies), calls)]
    measured.cpu_per_call.append((server.read_cpu_seconds() - before) / calls)
    if server.find_workers() != workers:
        raise RuntimeError(f"{server.name} replaced a worker while it was measured")
