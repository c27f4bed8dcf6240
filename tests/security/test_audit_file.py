"""The audit file: every line whole, whoever writes it; set aside when full; an alarm, not silence, when it cannot be written."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from cds_hooks.errors import SettingsError
from cds_hooks.server.app import create_app
from cds_hooks.server.audit_file import AuditFile
from cds_hooks.settings import read_settings
from tests.api.conftest import call
from tests.api.fake_advice import FakeAdvice
from tests.api.fixture_files import find_file
from tests.api.real_service import open_client
from tests.security.running import run_service

__all__ = ["call"]

SIGN = "/cds-services/medication-order-sign"
SECRET = b"a secret of the site, long enough"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_bytes(SECRET)
    return tmp_path / "audit.jsonl"


def audited(path: Path, **environ: str) -> dict[str, str]:
    """The settings of a service that audits to `path`."""
    return {"CDS_HOOKS_AUDIT_FILE": str(path), "CDS_HOOKS_AUDIT_SECRET_FILE": str(path.with_name("secret")), **environ}


def make_client(path: Path, advice: FakeAdvice | None = None, **environ: str) -> FlaskClient:
    return create_app(advice or FakeAdvice(), read_settings(audited(path, **environ))).test_client()


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def hash_patient(patient_id: str, client: str = "") -> str:
    return hmac.new(SECRET, f"{client}\n{patient_id}".encode(), hashlib.sha256).hexdigest()


def test_a_line_says_who_when_whom_and_which_rules(path: Path) -> None:
    client = open_client(**audited(path))
    body = find_file("lenalidomide-pregnant", "request.json").read_bytes()
    client.post(SIGN, data=body, content_type="application/json")
    (line,) = read_lines(path)
    asked = json.loads(body)["context"]
    assert line["patient"] == hash_patient(asked["patientId"])
    assert (line["user"], line["service"], line["status"]) == (asked["userId"], "medication-order-sign", 200)
    assert "lenalidomide.pregnant" in line["rules"]
    assert datetime.fromisoformat(line["time"]).utcoffset() is not None


def test_a_user_who_is_a_patient_is_hashed_too(path: Path, call: dict[str, Any]) -> None:
    call["context"]["userId"] = "Patient/p1"
    make_client(path).post(SIGN, json=call)
    assert read_lines(path)[0]["user"] == hash_patient("Patient/p1")


def test_a_refusal_sent_as_a_card_says_which_status_it_stands_for(path: Path) -> None:
    client = open_client(**audited(path, CDS_HOOKS_PROFILE="sandbox"))
    client.post(SIGN, json={"hook": "order-sign"})
    (line,) = read_lines(path)
    assert (line["status"], line["insteadOf"], line["rules"]) == (200, 400, ["service.not-checked"])


def test_feedback_has_its_line_in_numbers(path: Path) -> None:
    item = {"card": "c-1", "outcome": "overridden", "outcomeTimestamp": "2026-03-02T09:00:00Z"}
    make_client(path).post(f"{SIGN}/feedback", json={"feedback": [{**item, "overrideReason": {"userComment": "Jansen"}}]})
    (line,) = read_lines(path)
    assert line["feedback"] == {"accepted": 0, "overridden": 1, "knownReasons": 0}
    assert "Jansen" not in json.dumps(line)


def test_a_refused_call_has_its_line(path: Path, call: dict[str, Any]) -> None:
    make_client(path).post(SIGN, json={**call, "hook": "order-select"})
    (line,) = read_lines(path)
    assert (line["status"], line["rules"], "patient" in line) == (400, [], False)


def test_a_call_that_breaks_has_its_line_with_the_patient(path: Path, call: dict[str, Any]) -> None:
    make_client(path, FakeAdvice(error=KeyError("x"))).post(SIGN, json=call)
    (line,) = read_lines(path)
    assert (line["status"], line["broke"], line["patient"]) == (500, "KeyError", hash_patient("p1"))


@pytest.mark.parametrize("asked", ["/healthz", "/cds-services", "/rules/", "/nowhere"])
def test_what_is_no_call_has_no_line(path: Path, asked: str) -> None:
    make_client(path).get(asked)
    assert not path.exists()


def test_when_it_cannot_be_written_the_answer_goes_out_and_an_alarm_is_logged(
    path: Path, call: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    client = make_client(path)
    path.mkdir()  # what stands there now cannot be appended to
    logging.getLogger("cds_hooks").addHandler(caplog.handler)
    try:
        response = client.post(SIGN, json=call)
    finally:
        logging.getLogger("cds_hooks").removeHandler(caplog.handler)
    assert (response.status_code, len(response.get_json()["cards"])) == (200, 1)
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.CRITICAL] == [
        "audit could not be written"
    ]


def test_only_its_owner_may_read_it(path: Path, call: dict[str, Any]) -> None:
    make_client(path).post(SIGN, json=call)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_full_file_is_set_aside_and_no_line_is_lost(path: Path) -> None:
    file = AuditFile(path, max_bytes=100)
    for number in range(25):
        file.append(f'{{"line": {number + 10}}}\n'.encode())
    aside = sorted(path.parent.glob("audit.jsonl.2*"))
    assert [line["line"] for part in (*aside, path) for line in read_lines(part)] == list(range(10, 35))
    assert all(part.stat().st_size <= 100 for part in (*aside, path))
    assert len(aside) == 3  # 25 lines of 13 bytes: 7 to a file


def test_a_line_longer_than_a_file_is_still_written(path: Path) -> None:
    file = AuditFile(path, max_bytes=5)
    file.append(b'{"line": 1}\n')
    assert read_lines(path) == [{"line": 1}]


def test_a_file_that_was_moved_away_is_begun_anew(path: Path) -> None:
    file = AuditFile(path, max_bytes=1000)
    file.append(b'{"line": 1}\n')
    path.rename(path.with_name("elsewhere"))
    file.append(b'{"line": 2}\n')
    assert read_lines(path) == [{"line": 2}]


def test_lines_reach_the_disk_in_batches(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []

    def fsync(descriptor: int) -> None:
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            synced.append(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    file = AuditFile(path, max_bytes=1_000_000)
    for _ in range(250):
        file.append(b"{}\n")
    assert len(synced) == 2
    end = time.monotonic() + 10
    while len(synced) < 3 and time.monotonic() < end:  # the rest, a second later
        time.sleep(0.05)
    assert len(synced) == 3


def test_four_workers_lose_and_mix_no_line(path: Path) -> None:
    body = find_file("unrelated-order", "request.json").read_bytes()
    with run_service(workers=4, **audited(path, CDS_HOOKS_AUDIT_MAX_BYTES="5000")) as service, ThreadPoolExecutor(8) as callers:
        url = f"http://127.0.0.1:{service.port}{SIGN}"
        headers = {"Content-Type": "application/json"}
        answers = list(callers.map(lambda _: requests.post(url, data=body, headers=headers, timeout=20).status_code, range(200)))
    assert answers == [200] * 200
    parts = [part for part in path.parent.glob("audit.jsonl*") if part.suffix != ".lock"]
    lines = [line for part in parts for line in read_lines(part)]
    assert len({line["request"] for line in lines}) == len(lines) == 200
    assert len(parts) > 5


@pytest.mark.parametrize(
    ("secret", "said"), [(None, "is not set; an audit file needs it"), (b"short", "holds fewer than 32 bytes")]
)
def test_without_a_good_secret_it_does_not_start(tmp_path: Path, secret: bytes | None, said: str) -> None:
    environ = {"CDS_HOOKS_AUDIT_FILE": str(tmp_path / "audit.jsonl")}
    if secret is not None:
        (tmp_path / "secret").write_bytes(secret)
        environ["CDS_HOOKS_AUDIT_SECRET_FILE"] = str(tmp_path / "secret")
    with pytest.raises(SettingsError, match=said):
        read_settings(environ)
