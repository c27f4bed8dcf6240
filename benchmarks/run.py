"""`make bench`: CPU per call of the whole service against the floor. Exit code 1 over a limit, 2 where it could not measure."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.calls import EXPECTED, NOW, build_calls
from benchmarks.measure import Results, Size, measure
from benchmarks.served import serve

ROOT = Path(__file__).resolve().parent.parent
FLOOR, SERVICE = "floor", "service"
SIZES = (
    Size(20, calls_per_round=400, limit=3.0),
    Size(200, calls_per_round=200, limit=2.0),
    Size(1_000, calls_per_round=50, limit=1.5),
    Size(5_000, calls_per_round=6, limit=None),
    Size(20, calls_per_round=100, limit=None, heavy=True),
    Size(200, calls_per_round=50, limit=None, heavy=True),
)
_LATENCY_OBSERVATIONS = (200, 5_000)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, judge."""
    arguments = _read_arguments(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # so that the servers are stopped then too
    try:
        results = _measure(arguments)
    except (OSError, RuntimeError) as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 2
    print(compose_report(results))
    return 0 if all(_is_within(results, size) for size in SIZES) else 1


def compose_report(results: Results) -> str:
    """The tables of one run."""
    lines = [f"{'observations':>12} {'call':>8} {'body':>9} {'F* ms':>8} {'service ms':>11} {'ratio':>6} {'limit':>6}  ok"]
    lines += [_compose_row(results, size) for size in SIZES]
    lines += ["", f"{'observations':>12} {'call':>8} {'latency':>9} {'median ms':>10} {'p95 ms':>8}"]
    timed = [size for size in SIZES if size.observations in _LATENCY_OBSERVATIONS]
    lines += [_compose_latency(results, size, name) for size in timed for name in (FLOOR, SERVICE)]
    rounds = len(results[SIZES[0], FLOOR].cpu_per_call)
    return "\n".join([*lines, "", f"CPU per call, user and system, of all workers; the best of {rounds} rounds."])


def compute_ratio(results: Results, size: Size) -> float:
    """How many times the floor's CPU the service needs."""
    return results[size, SERVICE].cpu / results[size, FLOOR].cpu


def _is_within(results: Results, size: Size) -> bool:
    return size.limit is None or compute_ratio(results, size) <= size.limit


def _compose_row(results: Results, size: Size) -> str:
    body = f"{len(build_calls(size.observations, variants=1, heavy=size.heavy)[0]) / 1000:.0f} kB"
    floor, service = (results[size, name].cpu * 1000 for name in (FLOOR, SERVICE))
    limit, verdict = (
        ("-", "reported") if size.limit is None else (f"{size.limit:.1f}", "yes" if _is_within(results, size) else "NO")
    )
    return f"{_name(size)} {body:>9} {floor:>8.2f} {service:>11.2f} {compute_ratio(results, size):>6.2f} {limit:>6}  {verdict}"


def _name(size: Size) -> str:
    return f"{size.observations:>12,} {'heavy' if size.heavy else 'ordinary':>8}"


def _compose_latency(results: Results, size: Size, name: str) -> str:
    measured = results[size, name]
    return f"{_name(size)} {name:>9} {measured.median * 1000:>10.2f} {measured.p95 * 1000:>8.2f}"


def _measure(arguments: argparse.Namespace) -> Results:
    floor = [sys.executable, "-m", "benchmarks.floor", "{port}"]
    service = shlex.split(arguments.command)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(FLOOR, floor, expected=b"constant card", environ={}, folder=ROOT) as bare,
        serve(SERVICE, service, expected=EXPECTED, environ={"CDS_HOOKS_NOW": NOW}, folder=Path(folder)) as whole,
    ):
        return measure((bare, whole), SIZES, rounds=arguments.rounds, seconds=arguments.seconds)


def _read_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.run", description=__doc__)
    cli = shlex.quote(str(Path(sys.executable).with_name("cds-hooks")))
    parser.add_argument("--command", default=f"{cli} serve --workers 2 --port {{port}}", help="what starts the service")
    parser.add_argument("--rounds", type=int, default=25, help="at most this many (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=180, help="no new round after these (default: %(default)s)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
