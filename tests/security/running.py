"""The real service in a process of its own, as `cds-hooks serve` starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Running:
    """A service that is up: its port, and the process that its workers descend from."""

    port: int
    pid: int

    def read_memory_mb(self) -> float:
        """Resident memory of its workers together."""
        return sum(_read_status(worker, "VmRSS") for worker in self.find_workers()) / 1024

    def read_wakings(self) -> list[int]:
        """How often each of its workers has waited so far."""
        return [_read_status(worker, "voluntary_ctxt_switches") for worker in self.find_workers()]

    def find_workers(self) -> list[str]:
        """Their process ids."""
        return sorted(Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split())


def _read_status(pid: str, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


_SERVE = "import sys; from cds_hooks.cli import main; sys.exit(main())"


def find_free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def run_service(*, workers: int = 1, log: Path | None = None, folder: Path = ROOT, **environ: str) -> Iterator[Running]:
    """A service with these settings; stopped at the end. `log`: where its stderr goes; `folder`: where it runs."""
    port = find_free_port()
    command = [sys.executable, "-c", _SERVE, "serve", "--port", str(port), "--workers", str(workers)]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ}
    with (log or Path(os.devnull)).open("wb") as errors:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("CDS Hooks service on "), f"did not start; see {log}"
            yield Running(port, process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)
