"""The real service: with four workers and a real Redis one token, sent 200 times at once, serves exactly once; with one worker it
does so also where that one is replaced."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import requests
import yaml

from tests.security.redis_for_tests import require_redis
from tests.security.registered import CALL
from tests.security.running import run_service
from tests.security.token_maker import ISSUER, SIGN, bear, compose_claims, make_ec_key, sign, write_jwks

KEY = make_ec_key("ward")
CALLERS = 200


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`cds-hooks serve --workers 4`."""
    redis_url, folder = require_redis(), tmp_path_factory.mktemp("workers")
    with run_service(workers=4, folder=folder, **register(folder), CDS_HOOKS_REDIS_URL=redis_url) as running:
        yield f"http://127.0.0.1:{running.port}"


def register(folder: Path) -> dict[str, str]:
    """One client, as settings for a service that runs in this folder."""
    (folder / "ward.json").write_text(write_jwks(KEY))
    client = {"name": "ward-ehr", "issuer": ISSUER, "jwks_file": "ward.json"}
    (folder / "clients.yaml").write_text(yaml.safe_dump({"clients": [client]}))
    return {"CDS_HOOKS_AUTH": "required", "CDS_HOOKS_CLIENTS": "clients.yaml"}


def find_worker(service: int) -> int | None:
    """The one process that the service forked; None while there is none."""
    children = Path(f"/proc/{service}/task/{service}/children").read_text().split()
    return int(children[0]) if children else None


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="without /proc the worker cannot be found")
def test_a_worker_that_replaces_another_takes_no_token_that_was_used(tmp_path: Path) -> None:
    with run_service(folder=tmp_path, **register(tmp_path)) as running:
        url = f"http://127.0.0.1:{running.port}"
        token = make_token(url)
        assert post(url, token).status_code == 200
        worker = find_worker(running.pid)
        assert worker is not None
        os.kill(worker, signal.SIGKILL)
        assert wait_for_another_worker(running.pid, worker) != worker
        assert post(url, token).status_code == 401
        assert post(url, make_token(url)).status_code == 200


def wait_for_another_worker(service: int, old: int) -> int:
    for _ in range(100):
        time.sleep(0.1)
        if (worker := find_worker(service)) not in (None, old):
            return worker or old
    return old


def make_token(url: str) -> str:
    return sign(compose_claims(aud=url + SIGN), KEY)


def post(url: str, token: str) -> requests.Response:
    return requests.post(url + SIGN, json=CALL, headers=bear(token), timeout=60)


def test_one_token_sent_200_times_at_once_serves_once(url: str) -> None:
    token, start = make_token(url), Barrier(CALLERS)

    def call(_: int) -> int:
        start.wait(timeout=60)
        return post(url, token).status_code

    with ThreadPoolExecutor(CALLERS) as pool:
        statuses = Counter(pool.map(call, range(CALLERS)))
    assert statuses == {200: 1, 401: CALLERS - 1}


def test_200_tokens_at_once_all_serve(url: str) -> None:
    with ThreadPoolExecutor(50) as pool:
        statuses = Counter(pool.map(lambda _: post(url, make_token(url)).status_code, range(200)))
    assert statuses == {200: 200}


@pytest.mark.parametrize("order", ["wrong first", "right first"])
def test_two_authorization_headers_are_none(url: str, order: str) -> None:
    lines = [f"Authorization: Bearer {make_token(url)}", "Authorization: Bearer x.y.z"]
    headers = "\r\n".join(lines if order == "right first" else reversed(lines))
    assert b" 401 " in send_raw(url, headers)


def test_a_token_larger_than_a_header_may_be_is_refused_by_the_server(url: str) -> None:
    status = send_raw(url, f"Authorization: Bearer {'x' * 100_000}")
    assert any(code in status for code in (b" 400 ", b" 431 "))


def send_raw(url: str, headers: str) -> bytes:
    """These very lines on the wire; the answer's first line."""
    port = int(url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        wire.sendall(f"POST {SIGN} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n{headers}\r\n\r\n{{}}".encode())
        return wire.makefile("rb").readline()
