"""A call that gets stuck is broken off with its worker, and the next one is answered."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import requests

from tests.security.registered import CALL
from tests.security.running import ROOT, find_free_port
from tests.security.token_maker import SIGN

_PROGRAM = """
import sys, time
from cds_hooks.server.app import create_app
from cds_hooks.server.serving import Binding, serve
from cds_hooks.settings import read_settings
from tests.api.fake_advice import FakeAdvice

class Stuck(FakeAdvice):
    def advise(self, request, **rest):
        if request.patient_id == "stuck":
            time.sleep(60)
        return super().advise(request, **rest)

port = int(sys.argv[1])
serve(create_app(Stuck(), read_settings({}, port=port)), Binding("127.0.0.1", port, longest_call_seconds=2), greeting="up")
"""


@pytest.fixture
def url() -> Iterator[str]:
    port = find_free_port()
    command = [sys.executable, "-c", _PROGRAM, str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield f"http://127.0.0.1:{port}{SIGN}"
    process.terminate()
    process.communicate(timeout=20)


def post(url: str, patient: str) -> int:
    body = {**CALL, "context": {**CALL["context"], "patientId": patient}}
    return requests.post(url, data=json.dumps(body), headers={"Content-Type": "application/json"}, timeout=20).status_code


def test_a_stuck_call_is_broken_off_and_the_next_one_is_answered(url: str) -> None:
    began = time.monotonic()
    assert post(url, "stuck") == 500
    assert time.monotonic() - began < 10
    assert post(url, "p1") == 200
