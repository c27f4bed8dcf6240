"""A server under test: started as its own process, asked over loopback, its workers' CPU time read, stopped by its pid."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.calls import PATH

START_SECONDS = 30
ANSWER_SECONDS = 30
STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Served:
    """A running server. `expected` is in every right answer."""

    name: str
    port: int
    pid: int
    expected: bytes

    def ask(self, body: bytes) -> float:
        """Seconds until the whole answer was there. Raises RuntimeError where it is not the right one."""
        begun = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        connection.request("POST", PATH, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = response.read()
        connection.close()
        if response.status != 200 or self.expected not in answer:
            raise RuntimeError(f"{self.name} answered {response.status}: {answer[:300]!r}")
        return time.perf_counter() - begun

    def read_cpu_seconds(self) -> float:
        """User and system time of all workers since they began, to the nanosecond. Raises OSError where Linux does not say."""
        return sum(_read_cpu_nanoseconds(pid) for pid in self.find_workers()) / 1e9

    def find_workers(self) -> list[int]:
        """The processes whose parent is the server."""
        pids = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
        return sorted(pid for pid in pids if _read_parent(pid) == self.pid)


@contextlib.contextmanager
def serve(name: str, command: Sequence[str], *, expected: bytes, environ: dict[str, str], folder: Path) -> Iterator[Served]:
    """Start `command` ("{port}" stands for a free port), wait until it answers, stop it at the end."""
    port = _find_free_port()
    words = [word.replace("{port}", str(port)) for word in command]
    process = subprocess.Popen(
        words, cwd=folder, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_until_up(process, port, name)
        yield Served(name, port, process.pid, expected)
    finally:
        _stop(process)


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(process: subprocess.Popen[bytes], port: int, name: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended with exit code {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"{name} does not answer after {START_SECONDS} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _read_stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the third on; empty where the process is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _read_parent(pid: int) -> int:
    fields = _read_stat(pid)
    return int(fields[1]) if fields else 0


def _read_cpu_nanoseconds(pid: int) -> int:
    """Of all its threads: `stat` counts in hundredths of a second, which is much of a short round."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)
