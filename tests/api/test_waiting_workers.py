"""Workers that wait for calls: a call wakes one of them, calls at the same time are answered at once, all stop when told."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import time
from pathlib import Path

import pytest
import requests

from tests.security.running import Running, run_service

WORKERS, CALLS = 4, 60

needs_epoll = pytest.mark.skipif(not hasattr(select, "EPOLLEXCLUSIVE"), reason="this system cannot wake one worker alone")


def ask(service: Running) -> int:
    return requests.get(f"http://127.0.0.1:{service.port}/healthz", timeout=10).status_code


@needs_epoll
def test_a_call_wakes_one_of_the_workers_that_wait() -> None:
    with run_service(workers=WORKERS) as service:
        _wait_until_all_wait(service)
        before, began = service.read_wakings(), time.monotonic()
        assert {ask(service) for _ in range(CALLS)} == {200}
        woken = sorted(after - first for first, after in zip(before, service.read_wakings(), strict=True))
        seconds = int(time.monotonic() - began) + 1
        # Each wakes by itself once a second.
        # Each looks by itself once a second. The next call may come before the last one's worker waits again, so two may be busy.
        assert max(woken[:2]) <= seconds + CALLS // 10
        assert sum(woken) >= CALLS


def test_while_one_worker_is_kept_waiting_by_its_caller_the_others_answer() -> None:
    with run_service(workers=2) as service, socket.create_connection(("127.0.0.1", service.port), timeout=10) as slow:
        slow.sendall(b"POST /cds-services/medication-order-sign HTTP/1.1\r\n")
        began = time.monotonic()
        assert {ask(service) for _ in range(20)} == {200}
        assert time.monotonic() - began < 5


def test_a_caller_that_does_not_close_keeps_nobody_waiting() -> None:
    body = json.dumps({"hook": "none"}).encode()
    head = f"POST /cds-services/medication-order-sign HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    with run_service() as service, socket.create_connection(("127.0.0.1", service.port), timeout=10) as open_still:
        open_still.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + body)
        assert open_still.makefile("rb").readline().startswith(b"HTTP/1.1 400 ")
        began = time.monotonic()
        assert ask(service) == 200
        assert time.monotonic() - began < 1


def test_a_worker_stops_when_told_and_finishes_its_call_first() -> None:
    with run_service() as service:
        assert ask(service) == 200
        (worker,) = service.find_workers()
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as caller:
            caller.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
            time.sleep(0.2)
            os.kill(service.pid, signal.SIGTERM)
            time.sleep(0.2)
            caller.sendall(b"\r\n")
            assert caller.makefile("rb").readline().startswith(b"HTTP/1.1 200 ")
        _wait_until_gone(worker, seconds=5)


def test_a_worker_that_waits_stops_at_once() -> None:
    with run_service() as service:
        assert ask(service) == 200
        (worker,) = service.find_workers()
        os.kill(service.pid, signal.SIGTERM)
        _wait_until_gone(worker, seconds=5)


def _wait_until_all_wait(service: Running) -> None:
    """Until there are as many as there should be, and none of them has anything to do."""
    deadline = time.monotonic() + 20
    while len(service.find_workers()) < WORKERS or any(_read_state(worker) != "S" for worker in service.find_workers()):
        assert time.monotonic() < deadline, "the workers do not come to rest"
        time.sleep(0.1)
    time.sleep(0.5)


def _read_state(worker: str) -> str:
    return Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[0]


def _wait_until_gone(worker: str, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while Path(f"/proc/{worker}").exists():
        assert time.monotonic() < deadline, "the worker is still there"
        time.sleep(0.05)
